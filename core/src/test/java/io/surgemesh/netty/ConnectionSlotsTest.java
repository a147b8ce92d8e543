package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionSlotsTest {
  private final ConnectionSlots slots =
      new ConnectionSlots(
          HostLimits.defaults().withConnections(new ConnectionCounts(10, 8, 5, 4, 3, 4)));
  private final List<EmbeddedChannel> channels = new ArrayList<>();

  private static InetAddress ip(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Returns the place of a new connection, null when there is none. */
  private ConnectionSlots.Slot accept(String from) {
    ConnectionSlots.Slot slot = slots.takeInbound(ip(from), 0);
    if (slot != null) {
      EmbeddedChannel channel = new EmbeddedChannel();
      slots.track(channel, slot);
      channels.add(channel);
    }
    return slot;
  }

  private List<Boolean> open() {
    channels.forEach(EmbeddedChannel::runPendingTasks);
    return channels.stream().map(EmbeddedChannel::isOpen).toList();
  }

  @Test
  void dialsHaveBoundsOfTheirOwn() {
    List<ConnectionSlots.Slot> dials = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      dials.add(slots.takeOutbound());
    }
    assertThat(dials).doesNotContainNull();
    assertThat(slots.takeOutbound()).isNull();
    dials.forEach(ConnectionSlots.Slot::established);
    assertThat(slots.takeOutbound()).isNotNull();
    assertThat(slots.takeOutbound()).isNotNull();
    assertThat(slots.takeOutbound()).isNull();
    dials.get(0).release();
    assertThat(slots.takeOutbound()).isNotNull();
  }

  @Test
  void aNewcomerTakesThePlaceOfTheOldestHandshakeOfItsAddress() {
    for (int i = 0; i < 4; i++) {
      accept("192.0.2.1");
    }
    ConnectionSlots.Slot late = accept("192.0.2.1");
    assertThat(late).isNotNull();
    assertThat(open()).containsExactly(false, true, true, true, true);
    assertThat(late.established()).isTrue();
  }

  @Test
  void whoeverHasMostHandshakesLosesOneToAnother() {
    accept("192.0.2.1");
    ConnectionSlots.Slot pushedOut = accept("192.0.2.2");
    accept("192.0.2.2");
    accept("192.0.2.3");
    assertThat(accept("192.0.2.4")).isNotNull();
    assertThat(open()).containsExactly(true, false, true, true, true);
    assertThat(pushedOut.established()).isFalse();
  }

  @Test
  void finishedHandshakesAreNotPushedOut() {
    for (int i = 0; i < 8; i++) {
      accept("192.0.2." + i).established();
    }
    assertThat(accept("192.0.2.9")).isNull();
    assertThat(open()).hasSize(8).containsOnly(true);
    channels.get(0).close();
    assertThat(accept("192.0.2.9")).isNotNull();
  }

  @Test
  void aNearAddressIsSparedWhileNoPublicOneIsAnnounced() {
    for (int i = 0; i < 8; i++) {
      accept("127.0.0.1").release();
      accept("10.0.0.1").release();
      accept("fe80::1").release();
    }
    for (int i = 0; i < 16; i++) {
      accept("127.0.0.1").release();
    }
    slots.announcePublic();
    for (int i = 0; i < 16; i++) {
      assertThat(accept("127.0.0.1")).isNotNull().satisfies(ConnectionSlots.Slot::release);
    }
    assertThat(accept("127.0.0.1")).isNull();
  }

  @Test
  void aFarAddressIsHeldToItsLimitAlways() {
    for (int i = 0; i < 16; i++) {
      assertThat(accept("192.0.2.1")).isNotNull().satisfies(ConnectionSlots.Slot::release);
    }
    assertThat(accept("192.0.2.1")).isNull();
  }
}
