package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.surgemesh.host.Connection;
import io.surgemesh.host.Exchange;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.HostMetrics;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Rule;
import io.surgemesh.host.Stream;
import io.surgemesh.identity.PeerId;
import io.surgemesh.wire.FrameDecoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What peers on real sockets can make a host hold. */
@Tag("socket")
@Timeout(60)
class InboundLimitsTest {
  private static final ProtocolId HOARD = new ProtocolId("/test/hoard/1");
  private static final ProtocolId ASK = new ProtocolId("/test/ask/1");
  private static final int REQUEST_BYTES_MAX = 65_536;
  private static final int PARTIAL_BYTES = 60_000;
  private static final int KIB = 1024;

  private final Hosts hosts = new Hosts();
  private final AtomicInteger shed = new AtomicInteger();
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final AtomicLong hoarded = new AtomicLong();

  @AfterEach
  void close() {
    hosts.close();
  }

  /** Keeps what it is given without consuming it. */
  private final class Hoarder extends RecordingListener {
    @Override
    public void onData(Stream stream, ByteBuffer data) {
      received.addAndGet(data.remaining());
      hoarded.addAndGet(data.remaining());
    }
  }

  private final HostMetrics metrics =
      new HostMetrics() {
        @Override
        public void streamEnded(String protocol, Direction direction, StreamEnd end) {
          if (end == StreamEnd.SHED) {
            shed.incrementAndGet();
          }
        }

        @Override
        public void misbehaved(PeerId peer, Rule rule) {
          rules.add(rule);
        }
      };

  private NettyHost victim(int hostMax, int peerMax, int share) {
    InboundLimits inbound = new InboundLimits(hostMax, peerMax, share);
    NettyHost host =
        hosts.start(
            c -> c.withLimits(HostLimits.defaults().withInbound(inbound)).withMetrics(metrics));
    host.handle(HOARD, stream -> new Hoarder());
    Exchange.serve(host, ASK, FrameCodec.bytes(), REQUEST_BYTES_MAX, (from, request) -> request);
    return host;
  }

  private static RecordingListener send(Connection connection, ProtocolId protocol, byte[] bytes) {
    RecordingListener listener = new RecordingListener();
    Hosts.await(connection.open(protocol, listener)).write(ByteBuffer.wrap(bytes));
    return listener;
  }

  @Test
  void aPeerWhoseStreamsHoldTooMuchLosesTheOneThatAsksForMore() {
    NettyHost victim = victim(4000 * KIB, 400 * KIB, 64 * KIB);
    NettyHost peer = hosts.start();
    Connection connection = Hosts.await(peer.connect(Hosts.addressOf(victim)));
    RecordingListener first = send(connection, HOARD, new byte[200 * KIB]);
    await().until(() -> hoarded.get() == 200 * KIB);
    RecordingListener second = send(connection, HOARD, new byte[250 * KIB]);
    Hosts.await(second.reset);
    await().until(() -> shed.get() == 1);
    assertThat(rules).containsExactly(Rule.LIMIT_BYTES);
    assertThat(first.reset).isNotDone();
    // What it held is free again.
    long before = hoarded.get();
    RecordingListener third = send(connection, HOARD, new byte[150 * KIB]);
    await().until(() -> hoarded.get() == before + 150 * KIB);
    Hosts.await(connection.open(HOARD, new RecordingListener()));
    assertThat(third.reset).isNotDone();
    assertThat(peer.connectedPeers()).contains(victim.peerId());
  }

  /** Returns most of a request as long as may be. */
  private static byte[] partial() {
    byte[] frame = FrameDecoder.frame(new byte[REQUEST_BYTES_MAX]);
    return Arrays.copyOf(frame, PARTIAL_BYTES);
  }

  @Test
  void messagesThatAreNeverWholeCountAsWell() {
    NettyHost victim = victim(4000 * KIB, 256 * KIB, 64 * KIB);
    Connection connection = Hosts.await(hosts.start().connect(Hosts.addressOf(victim)));
    List<RecordingListener> listeners = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      listeners.add(send(connection, ASK, partial()));
    }
    await().until(() -> listeners.stream().filter(l -> l.reset.isDone()).count() >= 15);
    assertThat(rules).containsOnly(Rule.LIMIT_BYTES);
    // A whole one is answered all the same.
    RecordingListener honest = send(connection, ASK, new byte[] {3, 1, 2, 3});
    await().until(() -> honest.received.get() == 4);
  }

  @Test
  void whenAllTogetherHoldTooMuchWhoHoldsMostLosesAStreamAndNobodyIsBlamed() {
    NettyHost victim = victim(600 * KIB, 500 * KIB, 100 * KIB);
    Connection small = Hosts.await(hosts.start().connect(Hosts.addressOf(victim)));
    RecordingListener honest = send(small, HOARD, new byte[90 * KIB]);
    await().until(() -> hoarded.get() == 90 * KIB);
    Connection large = Hosts.await(hosts.start().connect(Hosts.addressOf(victim)));
    RecordingListener largest = send(large, HOARD, new byte[250 * KIB]);
    RecordingListener second = send(large, HOARD, new byte[150 * KIB]);
    await().until(() -> hoarded.get() == 490 * KIB);
    Connection middle = Hosts.await(hosts.start().connect(Hosts.addressOf(victim)));
    RecordingListener asking = send(middle, HOARD, new byte[160 * KIB]);
    Hosts.await(largest.reset);
    await().until(() -> hoarded.get() == 650 * KIB);
    assertThat(honest.reset).isNotDone();
    assertThat(second.reset).isNotDone();
    assertThat(asking.reset).isNotDone();
    assertThat(rules).isEmpty();
    assertThat(shed.get()).isEqualTo(1);
  }

  @Test
  void manyPeersTogetherMakeAHostHoldNoMoreThanItsBound() {
    int peers = 8;
    int hostMax = 1000 * KIB;
    NettyHost victim = victim(hostMax, hostMax / 2, 64 * KIB);
    List<RecordingListener> listeners = new ArrayList<>();
    for (int i = 0; i < peers; i++) {
      Connection connection = Hosts.await(hosts.start().connect(Hosts.addressOf(victim)));
      for (int j = 0; j < 6; j++) {
        listeners.add(send(connection, ASK, partial()));
      }
    }
    int holdMax = (hostMax + hostMax / 8 + peers * 64 * KIB) / PARTIAL_BYTES;
    await().until(() -> listeners.stream().filter(l -> !l.reset.isDone()).count() <= holdMax);
    assertThat(rules).isEmpty();
    Connection late = Hosts.await(hosts.start().connect(Hosts.addressOf(victim)));
    RecordingListener honest = send(late, ASK, new byte[] {3, 1, 2, 3});
    await().until(() -> honest.received.get() == 4);
  }
}
