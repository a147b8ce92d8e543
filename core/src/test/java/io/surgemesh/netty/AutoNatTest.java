package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.surgemesh.host.AutoNat;
import io.surgemesh.host.AutoNatConfig;
import io.surgemesh.host.Connection;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.host.Reachability;
import io.surgemesh.host.Stream;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.multiformats.Multiaddr;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("socket")
class AutoNatTest {
  private static final AutoNatConfig QUICK =
      new AutoNatConfig(
          Duration.ofMillis(200),
          Duration.ofMillis(100),
          Duration.ofMinutes(10),
          Duration.ofMinutes(10));

  /** An address of this machine at which nobody listens. */
  private static final Multiaddr NOBODY = Multiaddr.of("/ip4/127.0.0.1/tcp/1");

  private final Hosts hosts = new Hosts();

  @AfterEach
  void close() {
    hosts.close();
  }

  private NettyHost startQuick(UnaryOperator<HostLimits> limits) {
    return hosts.start(c -> c.withAutoNat(Optional.of(QUICK)).withLimits(limits.apply(c.limits())));
  }

  private List<NettyHost> startOthers() {
    List<NettyHost> others = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      others.add(hosts.start());
    }
    return others;
  }

  private static void connect(NettyHost host, List<NettyHost> others) {
    others.forEach(other -> Hosts.await(host.connect(Hosts.addressOf(other))));
  }

  private static boolean isConnectedOnce(NettyHost host, PeerId peer) {
    return host.isConnected(peer) && host.connections(peer) == 1;
  }

  @Test
  void aHostThatListensLearnsThatItCanBeDialled() {
    List<NettyHost> others = startOthers();
    NettyHost host = startQuick(limits -> limits);
    List<Reachability> told = new CopyOnWriteArrayList<>();
    host.addReachabilityListener(told::add);
    assertThat(host.reachability()).isEqualTo(Reachability.UNKNOWN);
    connect(host, others);
    await().until(() -> host.reachability() == Reachability.PUBLIC);
    await().until(() -> told.equals(List.of(Reachability.PUBLIC)));
    List<Reachability> toldLate = new CopyOnWriteArrayList<>();
    host.addReachabilityListener(toldLate::add);
    await().until(() -> toldLate.equals(List.of(Reachability.PUBLIC)));
  }

  @Test
  void aHostThatTakesNobodyInLearnsThatItCannot() {
    List<NettyHost> others = startOthers();
    NettyHost host = startQuick(limits -> limits.withConnections(64, 0, 8));
    connect(host, others);
    await().until(() -> host.reachability() == Reachability.PRIVATE);
  }

  @Test
  void whoDialledAHostIsNotAsked() {
    List<NettyHost> others = startOthers();
    NettyHost host = startQuick(limits -> limits.withConnections(64, 3, 8));
    others.forEach(other -> connect(other, List.of(host)));
    await().during(Duration.ofSeconds(1)).until(() -> host.reachability() == Reachability.UNKNOWN);
  }

  @Test
  void aHostThatIsToldNotToAsksNobodyAndDialsNobodyWhoAsks() {
    NettyHost host = hosts.start(c -> c.withAutoNat(Optional.empty()));
    NettyHost other = hosts.start();
    Connection connection = Hosts.await(other.connect(Hosts.addressOf(host)));
    assertThat(Hosts.awaitFailure(connection.open(AutoNat.PROTOCOL, new RecordingListener())))
        .hasMessageContaining(AutoNat.PROTOCOL.value());
  }

  @Test
  void aDialBackProvesWhoIsThereAndLeavesTheConnectionsAsTheyWere() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    Hosts.await(a.connect(Hosts.addressOf(b)));
    await().until(() -> isConnectedOnce(b, a.peerId()));
    List<Multiaddr> addresses = List.of(NOBODY, a.addresses().get(0));
    assertThat(Hosts.await(b.dialBack(new PeerInfo(a.peerId(), addresses))))
        .isEqualTo(a.addresses().get(0));
    assertThat(isConnectedOnce(b, a.peerId())).isTrue();
    assertThat(b.peerstore().addresses(a.peerId())).doesNotContain(NOBODY);
    await().until(() -> isConnectedOnce(a, b.peerId()));
  }

  @Test
  void aDialBackFailsWhereNobodyOrSomebodyElseListens() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    for (List<Multiaddr> addresses :
        List.of(List.of(NOBODY), b.addresses(), hosts.start().addresses(), List.<Multiaddr>of())) {
      assertThat(Hosts.awaitFailure(b.dialBack(new PeerInfo(a.peerId(), addresses))))
          .isInstanceOf(Unreachable.class);
    }
    assertThat(b.isConnected(a.peerId())).isFalse();
  }

  @Test
  void garbageAndASecondQuestionResetTheStream() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    Connection connection = Hosts.await(a.connect(Hosts.addressOf(b)));
    // A question with neither name nor address is refused.
    byte[] empty = {4, 0x12, 2, 0x0a, 0};
    byte[] twice = {4, 0x12, 2, 0x0a, 0, 4, 0x12, 2, 0x0a, 0};
    RecordingListener answered = new RecordingListener();
    Stream stream = Hosts.await(connection.open(AutoNat.PROTOCOL, answered));
    stream.write(ByteBuffer.wrap(empty));
    Hosts.await(answered.remoteClosed);
    assertThat(answered.received.get()).isPositive();
    for (byte[] garbage : List.of(new byte[] {3, 1, 2, 3}, new byte[] {-1, -1, -1, -1}, twice)) {
      RecordingListener listener = new RecordingListener();
      Hosts.await(connection.open(AutoNat.PROTOCOL, listener)).write(ByteBuffer.wrap(garbage));
      assertThat(Hosts.await(listener.reset)).isEqualTo(ResetReason.REMOTE);
    }
    assertThat(a.isConnected(b.peerId())).isTrue();
  }
}
