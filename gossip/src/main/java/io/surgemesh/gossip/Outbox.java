package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.OrderedMap;
import io.surgemesh.multiformats.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Gathers a router's outputs; what one input has to say to one peer by way of control goes into one
 * RPC.
 */
final class Outbox {
  private static final class Draft {
    private final List<Rpc.Subscription> subscriptions = new ArrayList<>();
    private final List<String> graft = new ArrayList<>();
    private final List<Rpc.Prune> prune = new ArrayList<>();

    Rpc toRpc() {
      return new Rpc(subscriptions, List.of(), List.of(), List.of(), graft, prune, 0);
    }
  }

  /** The longest RPC of several messages: two seconds of a slow uplink. */
  static final int BATCH_BYTES_MAX = 16 << 10;

  /** What a message takes in an RPC beside its data, at most. */
  private static final int MESSAGE_OVERHEAD_BYTES = Rpc.TOPIC_BYTES_MAX + 16;

  private final int batchBytesMax;
  private final Queue<RouterOutput> ready = new ArrayDeque<>();
  private final Map<PeerId, Draft> drafts = new OrderedMap<>();

  /** Creates an empty one, whose RPCs of several messages fit into what waits for a peer too. */
  Outbox(GossipLimits limits) {
    this.batchBytesMax =
        Math.min(BATCH_BYTES_MAX, Math.min(limits.messageBytesMax(), limits.queueBytesMax()));
  }

  void add(RouterOutput output) {
    ready.add(output);
  }

  void subscription(PeerId to, String topic, boolean subscribe) {
    draft(to).subscriptions.add(new Rpc.Subscription(topic, subscribe));
  }

  void graft(PeerId to, String topic) {
    draft(to).graft.add(topic);
  }

  void prune(PeerId to, String topic, long backoffSeconds) {
    draft(to).prune.add(new Rpc.Prune(topic, backoffSeconds));
  }

  void ihave(PeerId to, String topic, List<Bytes> ids) {
    List<Rpc.IHave> ihave = List.of(new Rpc.IHave(topic, ids));
    Rpc rpc = new Rpc(List.of(), List.of(), ihave, List.of(), List.of(), List.of(), 0);
    ready.add(new RouterOutput.Gossiped(to, rpc));
  }

  void iwant(PeerId to, List<Bytes> ids) {
    Rpc rpc = new Rpc(List.of(), List.of(), List.of(), ids, List.of(), List.of(), 0);
    ready.add(new RouterOutput.Gossiped(to, rpc));
  }

  /**
   * Sends messages to one peer, several in an RPC, which is lost as a whole and has to be whole in
   * time: so it is short, unless a single message is not.
   */
  void messages(PeerId to, List<TopicMessage> all) {
    int from = 0;
    int bytes = 0;
    for (int i = 0; i < all.size(); i++) {
      int more = all.get(i).data().size() + MESSAGE_OVERHEAD_BYTES;
      if (i > from && bytes + more > batchBytesMax) {
        ready.add(new RouterOutput.Forward(List.of(to), List.copyOf(all.subList(from, i))));
        from = i;
        bytes = 0;
      }
      bytes += more;
    }
    if (from < all.size()) {
      ready.add(new RouterOutput.Forward(List.of(to), List.copyOf(all.subList(from, all.size()))));
    }
  }

  private Draft draft(PeerId to) {
    return drafts.computeIfAbsent(to, peer -> new Draft());
  }

  @Nullable RouterOutput poll() {
    // Control first: a peer must know that we joined a topic before it hears from us on it.
    if (!drafts.isEmpty()) {
      Iterator<Map.Entry<PeerId, Draft>> first = drafts.entrySet().iterator();
      Map.Entry<PeerId, Draft> draft = first.next();
      first.remove();
      return new RouterOutput.Control(draft.getKey(), draft.getValue().toRpc());
    }
    return ready.poll();
  }
}
