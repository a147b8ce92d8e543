package io.surgemesh.gossip;

import static io.surgemesh.gossip.RouterHarness.TOPIC;
import static io.surgemesh.gossip.RouterHarness.data;
import static io.surgemesh.gossip.RouterHarness.iwant;
import static io.surgemesh.gossip.RouterHarness.only;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What one peer is sent at once: what it asked for, or what the application knows it missed. */
final class MissedMessagesTest {
  private static final PeerId A = Peers.id(1);
  private static final PeerId B = Peers.id(2);

  private static List<Rpc> sent(RouterHarness harness) {
    return only(RouterOutput.Forward.class, harness.drain()).stream()
        .map(forward -> Rpc.of(forward.messages()))
        .toList();
  }

  private static List<TopicMessage> messages(String topic, int... bytes) {
    return IntStream.of(bytes)
        .mapToObj(length -> new TopicMessage(topic, Bytes.of(new byte[length])))
        .toList();
  }

  @Test
  void whatAPeerAsksForAtOnceComesInOneRpc() {
    RouterHarness harness = RouterHarness.joined(GossipConfig.defaults()).withPeers(2);
    harness.accept(A, data("one"));
    harness.accept(A, data("other"));
    List<Bytes> ids =
        List.of(MessageKey.of(TOPIC, data("one")).id(), MessageKey.of(TOPIC, data("other")).id());

    assertThat(harness.receive(B, iwant(ids.toArray(Bytes[]::new))))
        .containsExactly(
            new RouterOutput.Forward(
                List.of(B),
                List.of(
                    new TopicMessage(TOPIC, data("one")), new TopicMessage(TOPIC, data("other")))));
  }

  @Test
  void manyMessagesGoInRpcsThatAreShortWhateverTheirTopic() {
    RouterHarness harness = RouterHarness.joined(GossipConfig.defaults()).withPeers(1);
    RpcCodec codec = new RpcCodec(GossipLimits.defaults());
    String topic = "t".repeat(Rpc.TOPIC_BYTES_MAX);
    List<TopicMessage> missed = messages(topic, IntStream.range(0, 500).toArray());

    harness.router.onSendTo(A, missed, harness.now);
    List<Rpc> rpcs = sent(harness);

    assertThat(rpcs).allMatch(rpc -> codec.encodedBytes(rpc) <= Outbox.BATCH_BYTES_MAX);
    assertThat(rpcs).hasSizeBetween(16, 20);
    assertThat(rpcs.stream().flatMap(rpc -> rpc.messages().stream())).isEqualTo(missed);
  }

  @Test
  void aLongMessageGoesAlone() {
    RouterHarness harness = RouterHarness.joined(GossipConfig.defaults()).withPeers(1);
    List<TopicMessage> missed = messages(TOPIC, 100, 200, 60_000, 300);

    harness.router.onSendTo(A, missed, harness.now);

    assertThat(sent(harness))
        .extracting(Rpc::messages)
        .containsExactly(missed.subList(0, 2), missed.subList(2, 3), missed.subList(3, 4));
  }

  @Test
  void anRpcFitsIntoWhatMayWaitForAPeer() {
    GossipLimits limits =
        new GossipLimits(
            1 << 20, 16 << 10, 64 << 10, 1024, 100, 1 << 16, 8192, 16 << 20, 10, 5000, 3, 10_000,
            4096, 1000);
    RouterHarness harness =
        RouterHarness.joined(GossipConfig.defaults().withLimits(limits)).withPeers(1);

    harness.router.onSendTo(A, messages(TOPIC, 200, 200, 200), harness.now);

    assertThat(sent(harness)).extracting(rpc -> rpc.messages().size()).containsExactly(2, 1);
  }

  @Test
  void aStrangerIsSentNothing() {
    RouterHarness harness = RouterHarness.joined(GossipConfig.defaults()).withPeers(1);
    harness.router.onSendTo(Peers.id(9), messages(TOPIC, 100), harness.now);
    assertThat(harness.drain()).isEmpty();
  }
}
