package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MdnsTest {
  private static final PeerId SELF = peer(0);
  private static final PeerId OTHER = peer(1);
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Mdns mdns = new Mdns(SELF, new SplittableRandom(1));

  private static PeerId peer(int number) {
    byte[] seed = new byte[32];
    seed[0] = (byte) number;
    seed[1] = (byte) (number >> 8);
    return KeyPair.fromSeed(seed).peerId();
  }

  private static byte[] answer(PeerId peer, String... addresses) {
    return MdnsMessage.answer(
        "name", Arrays.stream(addresses).map(text -> Multiaddr.of(text + "/p2p/" + peer)).toList());
  }

  private static Mdns.Output found(PeerId peer, String... addresses) {
    return new Mdns.Output.Found(peer, Arrays.stream(addresses).map(Multiaddr::of).toList());
  }

  private List<Mdns.Output> drain() {
    return Stream.generate(mdns::poll).takeWhile(output -> output != null).toList();
  }

  @BeforeEach
  void start() {
    mdns.start(0);
    assertThat(drain()).containsExactly(new Mdns.Output.Ask());
  }

  @Test
  void itAsksEverMoreRarely() {
    long lastNanos = 0;
    long afterNanos = Mdns.ASK_MIN_NANOS;
    for (int i = 0; i < 12; i++) {
      assertThat(mdns.deadlineNanos() - lastNanos).isEqualTo(afterNanos);
      lastNanos = mdns.deadlineNanos();
      mdns.onTimeout(lastNanos);
      assertThat(drain()).containsExactly(new Mdns.Output.Ask());
      afterNanos = Math.min(2 * afterNanos, Mdns.ASK_MAX_NANOS);
    }
    assertThat(afterNanos).isEqualTo(Mdns.ASK_MAX_NANOS);
  }

  @Test
  void itAnswersAfterAShortWhileAndOnceASecond() {
    mdns.onPacket(MdnsMessage.question(), true, 1);
    mdns.onPacket(MdnsMessage.question(), true, 2);
    assertThat(drain()).isEmpty();
    long firstNanos = mdns.deadlineNanos();
    assertThat(Duration.ofNanos(firstNanos - 1))
        .isBetween(Duration.ofMillis(20), Duration.ofMillis(120));
    mdns.onTimeout(firstNanos);
    assertThat(drain()).containsExactly(new Mdns.Output.Answer());
    mdns.onPacket(MdnsMessage.question(), true, firstNanos + 1);
    mdns.onTimeout(firstNanos + SECOND);
    assertThat(drain()).doesNotContain(new Mdns.Output.Answer());
    mdns.onTimeout(firstNanos + 2 * SECOND);
    assertThat(drain()).contains(new Mdns.Output.Answer());
  }

  @Test
  void aPeerOnTheOwnNetworkIsFoundOnceInTenSeconds() {
    byte[] packet = answer(OTHER, "/ip4/192.168.1.2/tcp/4001", "/ip6/fd00::1/tcp/4001");
    mdns.onPacket(packet, false, 1);
    mdns.onPacket(packet, false, 2);
    assertThat(drain())
        .containsExactly(found(OTHER, "/ip4/192.168.1.2/tcp/4001", "/ip6/fd00::1/tcp/4001"));
    mdns.onPacket(packet, false, 1 + Mdns.REPORT_EVERY_NANOS);
    assertThat(drain()).hasSize(1);
  }

  @Test
  void addressesElsewhereAreNotTaken() {
    mdns.onPacket(
        answer(OTHER, "/ip4/198.51.100.1/tcp/4001", "/dns4/example.org/tcp/4001"), false, 1);
    mdns.onPacket(answer(OTHER, "/ip4/192.168.1.2/udp/4001/quic-v1"), false, 1);
    mdns.onPacket(answer(SELF, "/ip4/192.168.1.2/tcp/4001"), false, 1);
    assertThat(drain()).isEmpty();
  }

  @Test
  void loopbackCountsOnlyFromThisMachine() {
    byte[] packet = answer(OTHER, "/ip4/127.0.0.1/tcp/4001");
    mdns.onPacket(packet, false, 1);
    assertThat(drain()).isEmpty();
    mdns.onPacket(packet, true, 1);
    assertThat(drain()).containsExactly(found(OTHER, "/ip4/127.0.0.1/tcp/4001"));
  }

  @Test
  void aFloodOfPacketsIsNotLookedAt() {
    for (int i = 0; i < Mdns.PACKETS_PER_SECOND_MAX; i++) {
      mdns.onPacket(new byte[100], false, 1);
    }
    byte[] packet = answer(OTHER, "/ip4/192.168.1.2/tcp/4001");
    mdns.onPacket(packet, false, SECOND - 1);
    assertThat(drain()).isEmpty();
    mdns.onPacket(packet, false, SECOND);
    assertThat(drain()).hasSize(1);
  }

  @Test
  void howManyPeersAreFoundIsBounded() {
    int reported = 0;
    for (int i = 1; i <= 500; i++) {
      mdns.onPacket(answer(peer(i), "/ip4/192.168.1.2/tcp/4001"), false, i * (SECOND / 20));
      reported += drain().size();
    }
    assertThat(reported).isEqualTo(Mdns.REPORTS_PER_MINUTE_MAX);
  }
}
