package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.surgemesh.host.Connection;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.identity.PeerId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two peers that dial each other at the same time, over real sockets. */
@Tag("socket")
@Timeout(60)
class SimultaneousDialTest {
  private static final ProtocolId SINK = new ProtocolId("/test/sink/1");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Hosts hosts = new Hosts();
  private final List<Stream> accepted = new CopyOnWriteArrayList<>();
  private final NettyHost a = serving();
  private final NettyHost b = serving();

  @AfterEach
  void close() {
    hosts.close();
  }

  private NettyHost serving() {
    NettyHost host = hosts.start();
    host.handle(
        SINK,
        stream -> {
          accepted.add(stream);
          return new RecordingListener();
        });
    return host;
  }

  private static Connection preferred(NettyHost host, NettyHost peer) {
    return Hosts.await(host.connect(peer.peerId()));
  }

  private boolean isDialledByLower(NettyHost host, NettyHost peer) {
    PeerId lower = a.peerId().compareTo(b.peerId()) < 0 ? a.peerId() : b.peerId();
    return preferred(host, peer).isOutbound() == host.peerId().equals(lower);
  }

  @RepeatedTest(5)
  void streamsOpenedMeanwhileAllSurvive() {
    var fromA = a.connect(Hosts.addressOf(b));
    var fromB = b.connect(Hosts.addressOf(a));
    List<RecordingListener> listeners = new ArrayList<>();
    List<Stream> opened = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      NettyHost opener = i % 2 == 0 ? a : b;
      PeerId other = i % 2 == 0 ? b.peerId() : a.peerId();
      RecordingListener listener = new RecordingListener();
      listeners.add(listener);
      opened.add(Hosts.await(opener.open(other, SINK, listener)));
      Hosts.await(i % 2 == 0 ? fromA : fromB);
    }
    opened.forEach(stream -> stream.write(ByteBuffer.wrap(new byte[100])));
    await().untilAsserted(() -> assertThat(accepted).hasSize(opened.size()));
    assertThat(listeners).noneMatch(listener -> listener.reset.isDone());
  }

  @Test
  void bothSidesKeepTheOneThatTheLowerPeerDialled() {
    // Dialled without saying whom, so that nothing is shared with what the other side dials.
    Connection surplus = Hosts.await(a.connect(b.addresses().get(0)));
    Connection other = Hosts.await(b.connect(a.addresses().get(0)));
    assertThat(surplus).isNotSameAs(other);
    await().atMost(PATIENCE).until(() -> isDialledByLower(a, b) && isDialledByLower(b, a));
    await().atMost(PATIENCE).until(() -> a.connections(b.peerId()) == 1);
    await().atMost(PATIENCE).until(() -> b.connections(a.peerId()) == 1);
    assertThat(isDialledByLower(a, b)).isTrue();
    // A handle of the one that is gone still leads to the peer.
    Hosts.await(surplus.open(SINK, new RecordingListener()));
    Hosts.await(other.open(SINK, new RecordingListener()));
  }

  @Test
  void aSurplusConnectionStaysAsLongAsItsStreams() {
    boolean aIsLower = a.peerId().compareTo(b.peerId()) < 0;
    NettyHost lower = aIsLower ? a : b;
    NettyHost higher = aIsLower ? b : a;
    Connection surplus = Hosts.await(higher.connect(lower.addresses().get(0)));
    RecordingListener listener = new RecordingListener();
    Stream held = Hosts.await(surplus.open(SINK, listener));
    Hosts.await(lower.connect(higher.addresses().get(0)));
    await()
        .pollDelay(Duration.ofNanos(2 * NettyConnection.LINGER_NANOS))
        .atMost(PATIENCE)
        .until(() -> higher.connections(lower.peerId()) == 2);
    assertThat(listener.reset).isNotDone();
    held.reset();
    await().atMost(PATIENCE).until(() -> higher.connections(lower.peerId()) == 1);
  }

  @Test
  void withoutItsSuccessorASurplusConnectionGoesOn() {
    boolean aIsLower = a.peerId().compareTo(b.peerId()) < 0;
    NettyHost lower = aIsLower ? a : b;
    NettyHost higher = aIsLower ? b : a;
    Connection surplus = Hosts.await(higher.connect(lower.addresses().get(0)));
    Connection better = Hosts.await(lower.connect(higher.addresses().get(0)));
    better.close();
    await().until(() -> higher.connections(lower.peerId()) == 1);
    Hosts.await(surplus.open(SINK, new RecordingListener()));
    assertThat(preferred(lower, higher).isOutbound()).isFalse();
  }
}
