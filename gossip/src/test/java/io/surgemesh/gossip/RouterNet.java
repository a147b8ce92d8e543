package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Many routers with links of random delay, checked after each step: nothing is forwarded that was
 * not accepted, nothing twice to one peer, and each heartbeat leaves a mesh of the right degree.
 */
final class RouterNet {
  static final String TOPIC = "t";
  private static final long MILLI = 1_000_000L;

  private record Event(long at, long order, Runnable task) {}

  private record Edge(int from, PeerId to, MessageKey key) {}

  private final class Node {
    private final int index;
    private final PeerId id;
    private final MeshRouter router;
    private final Set<Integer> links = new LinkedHashSet<>();
    private final Set<MessageKey> accepted = new LinkedHashSet<>();
    private final Set<MessageKey> delivered = new LinkedHashSet<>();
    private boolean answeringIWant;
    private boolean dead;

    Node(int index) {
      this.index = index;
      this.id = Peers.id(index);
      this.router = new MeshRouter(config, random.split());
    }
  }

  final SplittableRandom random;
  final GossipConfig config;
  private final RpcCodec codec;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<PeerId, Node> byId = new LinkedHashMap<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparing(Event::order));
  private final Set<Edge> sent = new LinkedHashSet<>();
  private long order;
  long now;
  long copies;
  long iwantAnswers;
  long judged;
  int lossPercent;

  RouterNet(long seed, int count, GossipConfig config) {
    this.random = new SplittableRandom(seed);
    this.config = config;
    this.codec = new RpcCodec(config.limits());
    for (int i = 0; i < count; i++) {
      Node node = new Node(i);
      nodes.add(node);
      byId.put(node.id, node);
      at(0, () -> input(node, () -> node.router.onStart(now)));
    }
  }

  void join(int index) {
    Node node = nodes.get(index);
    at(now, () -> input(node, () -> node.router.onJoin(TOPIC, now)));
  }

  void connect(int a, int b) {
    Node one = nodes.get(a);
    Node other = nodes.get(b);
    if (a == b || !one.links.add(b)) {
      return;
    }
    other.links.add(a);
    at(now, () -> input(one, () -> one.router.onPeer(other.id, true, now)));
    at(now, () -> input(other, () -> other.router.onPeer(one.id, false, now)));
  }

  void connectAtRandom(int degree) {
    for (int i = 1; i < nodes.size(); i++) {
      connect(i, random.nextInt(i));
    }
    for (int i = 0; i < nodes.size(); i++) {
      for (int tries = 0; nodes.get(i).links.size() < degree && tries < 100; tries++) {
        connect(i, random.nextInt(nodes.size()));
      }
    }
  }

  void crash(int index) {
    Node node = nodes.get(index);
    node.dead = true;
    for (int other : node.links) {
      Node peer = nodes.get(other);
      at(now, () -> input(peer, () -> peer.router.onPeerGone(node.id, now)));
    }
  }

  MessageKey publish(int index, Bytes data) {
    Node node = nodes.get(index);
    MessageKey key = MessageKey.of(TOPIC, data);
    node.accepted.add(key);
    node.delivered.add(key);
    at(now, () -> input(node, () -> node.router.onPublish(new TopicMessage(TOPIC, data), now)));
    return key;
  }

  int deliveredCount(MessageKey key) {
    return (int) nodes.stream().filter(n -> !n.dead && n.delivered.contains(key)).count();
  }

  int liveCount() {
    return (int) nodes.stream().filter(node -> !node.dead).count();
  }

  int meshSize(int index) {
    return nodes.get(index).router.mesh(TOPIC).size();
  }

  boolean isLinkedBothWays(int index) {
    Node node = nodes.get(index);
    return node.router.mesh(TOPIC).stream()
        .allMatch(peer -> byId.get(peer).router.mesh(TOPIC).contains(node.id));
  }

  private void at(long when, Runnable task) {
    events.add(new Event(when, order++, task));
  }

  void runFor(long millis) {
    long end = now + millis * MILLI;
    while (true) {
      Node due = nextDue();
      long heartbeat = due == null ? Long.MAX_VALUE : due.router.deadlineNanos();
      long event = events.isEmpty() ? Long.MAX_VALUE : events.peek().at;
      if (Math.min(heartbeat, event) > end) {
        now = end;
        return;
      }
      if (event <= heartbeat) {
        now = Math.max(now, event);
        events.remove().task.run();
      } else if (due != null) {
        now = Math.max(now, heartbeat);
        input(due, () -> due.router.onTimeout(now));
        requireDegree(due);
      }
    }
  }

  private Node nextDue() {
    Node first = null;
    for (Node node : nodes) {
      if (!node.dead
          && (first == null || node.router.deadlineNanos() < first.router.deadlineNanos())) {
        first = node;
      }
    }
    return first;
  }

  private void requireDegree(Node node) {
    RouterState state = node.router.state();
    if (!state.meshes.containsKey(TOPIC)) {
      return;
    }
    int size = meshSize(node.index);
    Membership membership = new Membership(state);
    boolean enough = size >= config.dlo() || membership.candidates(TOPIC, now).isEmpty();
    require(size <= config.dhi() && enough, "degree " + size + " of " + node.index);
    GossipLimits limits = config.limits();
    require(state.seen.size() <= limits.seenMax(), "seen");
    require(state.backoffs.size() <= limits.backoffsMax(), "backoffs");
    require(state.cache.heldBytes() <= limits.heldBytesMax(), "cache");
    require(node.router.pendingCount() <= limits.pendingMax(), "pending");
  }

  private void input(Node node, Runnable input) {
    if (node.dead) {
      return;
    }
    input.run();
    for (RouterOutput output = node.router.poll(); output != null; output = node.router.poll()) {
      perform(node, output);
    }
  }

  private void perform(Node node, RouterOutput output) {
    if (output instanceof RouterOutput.Control control) {
      deliver(node, control.to(), codec.encode(control.rpc()), 0);
    } else if (output instanceof RouterOutput.Gossiped gossiped) {
      deliver(node, gossiped.to(), codec.encode(gossiped.rpc()), lossPercent);
    } else if (output instanceof RouterOutput.Forward forward) {
      byte[] frame = codec.encode(Rpc.of(forward.messages()));
      for (PeerId to : forward.to()) {
        forward.messages().forEach(message -> count(node, to, message.key()));
        deliver(node, to, frame, lossPercent);
      }
    } else if (output instanceof RouterOutput.Validate validate) {
      judged++;
      at(now + random.nextLong(5 * MILLI), () -> judge(node, validate));
    } else if (output instanceof RouterOutput.Deliver deliver) {
      require(node.delivered.add(deliver.message().key()), "delivered twice: " + deliver);
    }
  }

  private void count(Node node, PeerId to, MessageKey key) {
    require(node.accepted.contains(key), "forwarded unjudged: " + key);
    if (node.answeringIWant) {
      iwantAnswers++;
    } else {
      require(sent.add(new Edge(node.index, to, key)), "sent twice: " + key);
    }
    copies++;
  }

  private void judge(Node node, RouterOutput.Validate validate) {
    MessageKey key = validate.message().key();
    boolean sound = validate.message().data().get(0) != 'x';
    if (sound) {
      node.accepted.add(key);
    }
    Verdict verdict = sound ? Verdict.ACCEPT : Verdict.REJECT;
    input(node, () -> node.router.onValidated(key, verdict, now));
  }

  private void deliver(Node from, PeerId to, byte[] frame, int lossOf100) {
    Node target = byId.get(to);
    if (!from.links.contains(target.index) || random.nextInt(100) < lossOf100) {
      return;
    }
    // One delay per pair keeps the order, as a stream does.
    long delay = (5 + Math.floorMod(31L * from.index + 17L * target.index, 45)) * MILLI;
    at(now + delay, () -> receive(target, from.id, frame));
  }

  private void receive(Node target, PeerId from, byte[] frame) {
    Rpc rpc;
    try {
      rpc = codec.decode(frame);
    } catch (MalformedMessageException malformed) {
      throw new AssertionError(malformed);
    }
    input(
        target,
        () -> {
          target.router.onRpc(from, rpc, now);
          target.answeringIWant = !rpc.iwant().isEmpty();
        });
    target.answeringIWant = false;
  }

  private void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what + " at " + now / MILLI + " ms");
    }
  }
}
