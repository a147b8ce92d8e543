package io.surgemesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.host.FrameChannel;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.FrameListener;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.simulator.SimulatedHost;
import io.surgemesh.simulator.SimulatedNetwork;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class GossipTest {
  private static final String TOPIC = "t";
  private static final RpcCodec CODEC = new RpcCodec(GossipLimits.defaults());

  private final SimulatedNetwork network = new SimulatedNetwork(5);
  private final SimulatedHost host = network.addHost();
  private final SimulatedHost other = network.addHost();
  private final Heard heard = new Heard();
  private final Gossip gossip = start(host, heard);

  @Test
  void aMessageReachesAnotherHost() {
    Heard there = new Heard();
    start(other, there);
    connect();

    CompletableFuture<Integer> peers = gossip.publish(TOPIC, new byte[] {1});
    run(1);
    assertThat(peers).isCompletedWithValue(1);
    assertThat(there.messages).containsExactly(Bytes.of(new byte[] {1}));
    assertThat(heard.messages).as("our own").isEmpty();
  }

  @Test
  void whatIsLeftIsHeardNoMore() {
    Gossip there = start(other, new Heard());
    connect();
    gossip.leave(TOPIC);
    run(1);
    CompletableFuture<Integer> peers = there.publish(TOPIC, new byte[] {1});
    run(1);

    assertThat(peers).isCompletedWithValue(0);
    assertThat(heard.messages).isEmpty();
  }

  @Test
  void aPeerThatDoesNotSpeakTheProtocolIsTriedAgainOnceItSpeaksFirst() {
    connect();
    assertThat(gossip.router().knows(other.peerId())).isFalse();

    Heard there = new Heard();
    start(other, there);
    run(2);
    gossip.publish(TOPIC, new byte[] {2});
    run(1);
    assertThat(there.messages).hasSize(1);
  }

  @Test
  void aClosedGossipIsGoneForOthers() {
    Gossip there = start(other, new Heard());
    connect();
    gossip.close();
    run(40);

    assertThat(there.router().mesh(TOPIC)).isEmpty();
  }

  @Test
  void aStreamThatBreaksIsOpenedAgainAndToldAll() {
    RawPeer raw = new RawPeer();
    connect();
    raw.open();
    raw.send(RouterHarness.subscribe(TOPIC));
    run(2);
    assertThat(raw.received).contains(RouterHarness.subscribe(TOPIC));
    raw.received.clear();

    raw.inbound.get(0).reset();
    run(3);
    assertThat(raw.inbound).hasSize(2);
    assertThat(raw.received)
        .anySatisfy(rpc -> assertThat(rpc.subscriptions()).hasSize(1))
        .anySatisfy(rpc -> assertThat(rpc.graft()).containsExactly(TOPIC));
  }

  @Test
  void aStreamThatBreaksAgainAndAgainIsGivenUp() {
    RawPeer raw = new RawPeer();
    connect();
    for (int i = 0; i < 20; i++) {
      raw.inbound.forEach(FrameChannel::reset);
      run(20);
    }
    assertThat(raw.inbound).hasSize(PeerLink.ATTEMPTS_MAX);
    assertThat(gossip.router().knows(other.peerId())).isFalse();
  }

  @Test
  void aPeerThatSendsGarbageIsGraylistedAndNothingElseHappens() {
    RawPeer raw = new RawPeer();
    connect();
    raw.open();
    for (int i = 0; i < 6; i++) {
      raw.outbound.send(new byte[] {0x12, 0x7f, 0x00});
    }
    raw.send(RouterHarness.subscribe(TOPIC));
    raw.send(RouterHarness.message(Bytes.of(new byte[] {3})));
    run(1);

    assertThat(gossip.router().isGraylisted(other.peerId())).isTrue();
    assertThat(gossip.router().subscribers(TOPIC)).isEmpty();
    assertThat(heard.messages).isEmpty();
  }

  @Test
  void tooLongAFrameIsHeldAgainstItsSender() {
    RawPeer raw = new RawPeer();
    connect();
    raw.open();
    raw.outbound.send(new byte[(1 << 20) + 1]);
    run(5);

    assertThat(gossip.router().state().faults.points(other.peerId())).isBetween(1, 20);
  }

  @Test
  void aPeerThatDoesNotReadGetsWhatFitsTheQueueAndHoldsUpNobody() {
    StuckPeer stuck = new StuckPeer();
    SimulatedHost third = network.addHost();
    Heard there = new Heard();
    start(third, there);
    connect();
    host.connect(third.dialAddress());
    stuck.open();
    run(5);
    for (int i = 0; i < 100; i++) {
      byte[] data = ByteBuffer.allocate(60_000).putInt(i).array();
      gossip.publish(TOPIC, data);
      run(1);
    }
    run(5);

    assertThat(there.messages).hasSize(100);
    assertThat(stuck.bytes).isLessThanOrEqualTo(256 * 1024);
    assertThat(gossip.router().knows(other.peerId())).isTrue();
  }

  @Test
  void topicsAndMessagesOutOfRangeAreRefusedAtOnce() {
    assertThatThrownBy(() -> gossip.publish("", new byte[1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> gossip.join("x".repeat(257), heard))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> gossip.publish(TOPIC, new byte[(64 << 10) + 1]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Gossip start(SimulatedHost host, Heard heard) {
    Gossip gossip = Gossip.start(host, host.random("gossip"), GossipConfig.defaults());
    gossip.join(TOPIC, heard);
    return gossip;
  }

  private void connect() {
    host.connect(other.dialAddress());
    run(3);
  }

  private void run(int seconds) {
    network.time().runFor(Duration.ofSeconds(seconds));
  }

  /** Accepts and keeps everything. */
  private static final class Heard implements TopicListener {
    private final List<Bytes> messages = new ArrayList<>();

    @Override
    public void judge(PeerId from, TopicMessage message, Consumer<Verdict> answer) {
      answer.accept(Verdict.ACCEPT);
    }

    @Override
    public void onMessage(Bytes data) {
      messages.add(data);
    }
  }

  /** Speaks frames on the other host, without a router. */
  private final class RawPeer implements FrameListener<byte[]> {
    private final List<FrameChannel<byte[]>> inbound = new ArrayList<>();
    private final List<Rpc> received = new ArrayList<>();
    private final FrameChannel<byte[]> outbound =
        new FrameChannel<>(other.loop(), FrameCodec.bytes(), 1 << 20, this);

    RawPeer() {
      other.handle(
          GossipLinks.PROTOCOL,
          stream -> {
            FrameChannel<byte[]> channel =
                new FrameChannel<>(other.loop(), FrameCodec.bytes(), 1 << 20, this).bind(stream);
            inbound.add(channel);
            return channel;
          });
    }

    void open() {
      other.open(host.peerId(), GossipLinks.PROTOCOL, outbound).thenAccept(outbound::bind);
      run(1);
    }

    void send(Rpc rpc) {
      outbound.send(CODEC.encode(rpc));
    }

    @Override
    public void onFrame(FrameChannel<byte[]> channel, byte[] frame) {
      try {
        received.add(CODEC.decode(frame));
      } catch (MalformedMessageException malformed) {
        throw new AssertionError(malformed);
      }
    }

    @Override
    public void onRemoteClose(FrameChannel<byte[]> channel) {
      // Nothing to do.
    }

    @Override
    public void onReset(FrameChannel<byte[]> channel, ResetReason reason) {
      // Nothing to do.
    }
  }

  /** Joins the topic and then gives no credit for anything. */
  private final class StuckPeer {
    private long bytes;

    StuckPeer() {
      other.handle(GossipLinks.PROTOCOL, stream -> new Unread());
    }

    void open() {
      FrameChannel<byte[]> outbound =
          new FrameChannel<>(other.loop(), FrameCodec.bytes(), 1 << 20, new RawPeerListener());
      other
          .open(host.peerId(), GossipLinks.PROTOCOL, outbound)
          .thenAccept(
              stream -> {
                outbound.bind(stream);
                outbound.send(CODEC.encode(RouterHarness.subscribe(TOPIC)));
              });
    }

    private final class Unread implements StreamListener {
      @Override
      public void onData(Stream stream, ByteBuffer data) {
        bytes += data.remaining();
      }

      @Override
      public void onRemoteClose(Stream stream) {
        // Nothing to do.
      }

      @Override
      public void onReset(Stream stream, ResetReason reason) {
        // Nothing to do.
      }
    }
  }

  private static final class RawPeerListener implements FrameListener<byte[]> {
    @Override
    public void onFrame(FrameChannel<byte[]> channel, byte[] frame) {
      // Nothing to do.
    }

    @Override
    public void onRemoteClose(FrameChannel<byte[]> channel) {
      // Nothing to do.
    }

    @Override
    public void onReset(FrameChannel<byte[]> channel, ResetReason reason) {
      // Nothing to do.
    }
  }
}
