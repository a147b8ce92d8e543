package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Many {@link Kademlia} machines passing messages in virtual time, without hosts and bytes.
 *
 * <p>Here a test sees each message and may let a peer lie. Dead peers take no part; whoever asks
 * one waits for the time-out of the query.
 */
final class MachineMesh {
  /** Answers in place of a peer's machine. */
  @FunctionalInterface
  interface Liar {
    @Nullable KadMessage answer(KadMessage request);
  }

  private record Event(long nanos, long order, Runnable action) {}

  final class Node {
    private final int number;
    private final PeerInfo info;
    private final Kademlia machine;
    private final Set<PeerId> met = new LinkedHashSet<>();
    private final Map<Long, Optional<PeerInfo>> found = new LinkedHashMap<>();
    private final Map<Long, List<PeerInfo>> providers = new LinkedHashMap<>();
    private final Map<Long, Optional<Bytes>> values = new LinkedHashMap<>();
    private final Map<Long, Integer> puts = new LinkedHashMap<>();
    private boolean alive = true;
    private @Nullable Liar liar;
    private @Nullable Integer joined;
    private int asked;
    private long ticketLast;
    private long armedNanos = Machine.NEVER;

    Node(int number, List<Multiaddr> bootstrapPeers, DhtConfig config) {
      this.number = number;
      this.info = TestPeers.info(number);
      this.machine =
          new Kademlia(
              peer(),
              bootstrapPeers,
              config,
              null,
              false,
              () -> Instant.ofEpochSecond(0, now),
              random.split());
    }

    PeerId peer() {
      return info.peerId();
    }

    Kademlia machine() {
      return machine;
    }

    @Nullable Integer joined() {
      return joined;
    }

    int asked() {
      return asked;
    }

    void start() {
      machine.start(now);
      drain();
    }

    Multiaddr address() {
      return info.addresses().get(0);
    }

    void crash() {
      alive = false;
    }

    void lie(Liar how) {
      liar = how;
    }

    Optional<PeerInfo> find(PeerId peer) {
      long ticket = ++ticketLast;
      machine.findPeer(ticket, peer, List.of(), now);
      drain();
      runWhile(() -> !found.containsKey(ticket));
      return found.getOrDefault(ticket, Optional.empty());
    }

    List<PeerInfo> findProviders(Bytes key, int peersMax) {
      long ticket = ++ticketLast;
      machine.findProviders(ticket, key, peersMax, now);
      drain();
      runWhile(() -> !providers.containsKey(ticket));
      return providers.getOrDefault(ticket, List.of());
    }

    Optional<Bytes> getValue(Bytes key, int quorum) {
      long ticket = ++ticketLast;
      machine.findValue(ticket, key, quorum, now);
      drain();
      runWhile(() -> !values.containsKey(ticket));
      return values.getOrDefault(ticket, Optional.empty());
    }

    int putValue(Bytes key, Bytes value) {
      long ticket = ++ticketLast;
      machine.putValue(ticket, key, value, now);
      drain();
      runWhile(() -> !puts.containsKey(ticket));
      return puts.getOrDefault(ticket, 0);
    }

    /** Returns the value of a key that this node keeps. */
    Optional<Bytes> held(Bytes key) {
      KadMessage request = KadMessage.of(KadMessage.Type.GET_VALUE, key);
      KademliaServer.Reply reply =
          machine.onRequest(TestPeers.peer(-1), TestPeers.AT, request, now);
      return reply instanceof KademliaServer.Reply.Answer answer
          ? answer.record().map(ValueRecord::value)
          : Optional.empty();
    }

    private void add(Node provider, Bytes key) {
      List<PeerInfo> providers = List.of(provider.info);
      KadMessage message = new KadMessage(KadMessage.Type.ADD_PROVIDER, key, List.of(), providers);
      machine.onRequest(provider.peer(), TestPeers.AT, message, now);
    }

    /** Returns whether this node keeps a record of a provider. */
    boolean knows(PeerId provider, Bytes key) {
      KadMessage request = KadMessage.of(KadMessage.Type.GET_PROVIDERS, key);
      KademliaServer.Reply reply =
          machine.onRequest(TestPeers.peer(-1), TestPeers.AT, request, now);
      return reply instanceof KademliaServer.Reply.Answer answer
          && answer.providers().stream().anyMatch(known -> known.peerId().equals(provider));
    }

    void announce(Bytes key) {
      machine.announce(key, now);
      drain();
    }

    private void drain() {
      for (KademliaOutput output = machine.poll(); output != null; output = machine.poll()) {
        trace = 31 * trace + output.hashCode() + now + number;
        perform(output);
      }
      long deadline = machine.deadlineNanos();
      if (deadline < armedNanos) {
        armedNanos = deadline;
        at(deadline, this::onTimer);
      }
    }

    private void onTimer() {
      armedNanos = Machine.NEVER;
      if (alive) {
        machine.onTimeout(now);
        drain();
      }
    }

    private void perform(KademliaOutput output) {
      if (output instanceof KademliaOutput.Ask ask) {
        asked++;
        ask(ask);
      } else if (output instanceof KademliaOutput.Probe probe) {
        Node other = byPeer.get(probe.peer());
        boolean isThere = other != null && other.alive;
        Probing.Outcome outcome = isThere ? Probing.Outcome.REACHED : Probing.Outcome.SILENT;
        then(() -> machine.onProbed(probe.peer(), outcome, now));
      } else if (output instanceof KademliaOutput.Dial dial) {
        Node other = byAddress.get(dial.address());
        boolean reached = other != null && other.alive;
        then(
            reached
                ? () -> machine.onDialed(dial.address(), other.peer(), now)
                : () -> machine.onDialFailed(dial.address(), now));
      } else if (output instanceof KademliaOutput.Announce announce) {
        Node other = byPeer.get(announce.peer());
        if (other != null) {
          at(now + latency(), () -> announce.keys().forEach(key -> other.add(this, key)));
        }
      } else if (output instanceof KademliaOutput.PeerFound end) {
        found.put(end.ticket(), end.peer());
      } else if (output instanceof KademliaOutput.ProvidersFound end) {
        providers.put(end.ticket(), end.providers());
      } else if (output instanceof KademliaOutput.ValueFound end) {
        values.put(end.ticket(), end.value());
      } else if (output instanceof KademliaOutput.ValuePut end) {
        puts.put(end.ticket(), end.peers());
      } else if (output instanceof KademliaOutput.Joined end) {
        joined = end.peers();
      }
    }

    private void then(Runnable input) {
      at(
          now + latency(),
          () -> {
            if (alive) {
              input.run();
              drain();
            }
          });
    }

    private void ask(KademliaOutput.Ask ask) {
      Node other = byPeer.get(ask.call().peer());
      if (other == null || !other.alive) {
        long late = DhtConfig.defaults().queryTimeout().toNanos();
        at(now + late, () -> onSilence(ask.call()));
        return;
      }
      at(
          now + latency(),
          () -> {
            if (!other.alive) {
              return;
            }
            if (other.met.add(peer())) {
              other.machine.onIdentified(peer(), TestPeers.AT, now);
              other.drain();
            }
            KadMessage answer = other.answer(peer(), ask.request());
            then(
                answer == null
                    ? () -> machine.onFailure(ask.call(), Failure.SILENT, now)
                    : () -> machine.onAnswer(ask.call(), answer, TestPeers.AT, now));
          });
    }

    private void onSilence(Call call) {
      if (alive) {
        machine.onFailure(call, Failure.SILENT, now);
        drain();
      }
    }

    /** Returns what this node answers; null when it refuses. */
    private @Nullable KadMessage answer(PeerId from, KadMessage request) {
      if (liar != null) {
        return liar.answer(request);
      }
      KademliaServer.Reply reply = machine.onRequest(from, TestPeers.AT, request, now);
      if (!(reply instanceof KademliaServer.Reply.Answer answer)) {
        return null;
      }
      return new KadMessage(
          answer.type(),
          answer.key(),
          located(answer.closer()),
          located(answer.providers().stream().map(PeerInfo::peerId).toList()),
          answer.record());
    }

    private List<PeerInfo> located(List<PeerId> peers) {
      List<PeerInfo> located = new ArrayList<>();
      for (PeerId peer : peers) {
        Node node = byPeer.get(peer);
        located.add(node == null ? new PeerInfo(peer, List.of()) : node.info);
      }
      return located;
    }
  }

  private final DhtConfig config;
  private final SplittableRandom random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::nanos).thenComparing(Event::order));
  private final List<Node> nodes = new ArrayList<>();
  private final Map<PeerId, Node> byPeer = new LinkedHashMap<>();
  private final Map<Multiaddr, Node> byAddress = new LinkedHashMap<>();
  private long now;
  private long orderNext;
  private long trace;

  MachineMesh(long seed) {
    this(seed, DhtConfig.defaults());
  }

  private MachineMesh(long seed, DhtConfig config) {
    this.config = config;
    this.random = new SplittableRandom(seed);
  }

  /** Makes peers that join through the first one, one every 100 ms, and runs until all have. */
  static MachineMesh joined(long seed, int count) {
    return joined(seed, count, DhtConfig.defaults());
  }

  static MachineMesh joined(long seed, int count, DhtConfig config) {
    MachineMesh mesh = new MachineMesh(seed, config);
    for (int i = 0; i < count; i++) {
      Node node = mesh.add(i == 0 ? List.of() : List.of(TestPeers.address(0)));
      mesh.at(i * TestPeers.SECOND / 10, node::start);
    }
    mesh.runUntil(count * TestPeers.SECOND / 10 + 30 * TestPeers.SECOND);
    return mesh;
  }

  Node add(List<Multiaddr> bootstrapPeers) {
    int number = nodes.size();
    Node node = new Node(number, bootstrapPeers, config);
    nodes.add(node);
    byPeer.put(node.peer(), node);
    byAddress.put(node.address(), node);
    return node;
  }

  Node node(int number) {
    return nodes.get(number);
  }

  List<Node> nodes() {
    return nodes;
  }

  long nowNanos() {
    return now;
  }

  long trace() {
    return trace;
  }

  void runUntil(long nanos) {
    runWhile(() -> !events.isEmpty() && events.peek().nanos <= nanos);
    now = Math.max(now, nanos);
  }

  private void runWhile(java.util.function.BooleanSupplier condition) {
    while (condition.getAsBoolean()) {
      Event event = events.remove();
      now = Math.max(now, event.nanos);
      event.action.run();
    }
  }

  private void at(long nanos, Runnable action) {
    events.add(new Event(nanos, orderNext++, action));
  }

  /** Returns 5 to 105 ms, one way. */
  private long latency() {
    return 5_000_000 + random.nextLong(100_000_000);
  }
}
