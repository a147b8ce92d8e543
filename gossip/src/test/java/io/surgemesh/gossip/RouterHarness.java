package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** One router with a clock, for feeding it inputs and reading what it says. */
final class RouterHarness {
  static final String TOPIC = "t";
  static final long SECOND = 1_000_000_000L;

  final MeshRouter router;
  long now;

  RouterHarness(GossipConfig config) {
    router = new MeshRouter(config, new SplittableRandom(1));
    router.onStart(0);
  }

  static RouterHarness joined(GossipConfig config) {
    RouterHarness harness = new RouterHarness(config);
    harness.router.onJoin(TOPIC, 0);
    harness.drain();
    return harness;
  }

  /** Adds peers 1 to {@code count}, all of them in the topic. */
  RouterHarness withPeers(int count) {
    for (int i = 1; i <= count; i++) {
      addPeer(Peers.id(i));
    }
    drain();
    return this;
  }

  void addPeer(PeerId peer) {
    router.onPeer(peer, false, now);
    router.onRpc(peer, subscribe(TOPIC), now);
  }

  List<RouterOutput> drain() {
    List<RouterOutput> outputs = new ArrayList<>();
    for (RouterOutput output = router.poll(); output != null; output = router.poll()) {
      outputs.add(output);
    }
    return outputs;
  }

  List<RouterOutput> receive(PeerId from, Rpc rpc) {
    router.onRpc(from, rpc, now);
    return drain();
  }

  /** Lets one heartbeat pass. */
  List<RouterOutput> beat() {
    now = Math.max(now, router.deadlineNanos());
    router.onTimeout(now);
    return drain();
  }

  List<RouterOutput> beats(int count) {
    List<RouterOutput> outputs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      outputs.addAll(beat());
    }
    return outputs;
  }

  /** Takes a message as accepted. */
  List<RouterOutput> accept(PeerId from, Bytes data) {
    router.onRpc(from, message(data), now);
    router.onValidated(MessageKey.of(TOPIC, data), Verdict.ACCEPT, now);
    return drain();
  }

  static <T extends RouterOutput> List<T> only(Class<T> type, List<RouterOutput> outputs) {
    return outputs.stream().filter(type::isInstance).map(type::cast).toList();
  }

  static Bytes data(String text) {
    return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
  }

  static Rpc subscribe(String topic) {
    return control(List.of(new Rpc.Subscription(topic, true)), List.of(), List.of());
  }

  static Rpc unsubscribe(String topic) {
    return control(List.of(new Rpc.Subscription(topic, false)), List.of(), List.of());
  }

  static Rpc graft(String topic) {
    return control(List.of(), List.of(topic), List.of());
  }

  static Rpc prune(String topic, long backoffSeconds) {
    return control(List.of(), List.of(), List.of(new Rpc.Prune(topic, backoffSeconds)));
  }

  private static Rpc control(
      List<Rpc.Subscription> subscriptions, List<String> graft, List<Rpc.Prune> prune) {
    return new Rpc(subscriptions, List.of(), List.of(), List.of(), graft, prune, 0);
  }

  static Rpc message(Bytes data) {
    return Rpc.of(List.of(new TopicMessage(TOPIC, data)));
  }

  static Rpc ihave(List<Bytes> ids) {
    return ihave(TOPIC, ids);
  }

  static Rpc ihave(String topic, List<Bytes> ids) {
    return new Rpc(
        List.of(),
        List.of(),
        List.of(new Rpc.IHave(topic, ids)),
        List.of(),
        List.of(),
        List.of(),
        0);
  }

  static Rpc iwant(Bytes... ids) {
    return new Rpc(List.of(), List.of(), List.of(), List.of(ids), List.of(), List.of(), 0);
  }
}
