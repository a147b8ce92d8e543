package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Deadlines;
import io.surgemesh.machine.Machine;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the k live peers nearest to a target key.
 *
 * <p>The frontier is the k nearest candidates not known to be silent. Its new members are asked, up
 * to alpha at a time; the search is over when all of the frontier has answered (libp2p kad-dht r2,
 * Peer routing, step 1). There are no rounds: whoever answers makes room for the next query. It
 * ends as well when queriesMax peers were asked, or at the deadline of the search.
 *
 * <p>Holds at most {@value #CANDIDATES_MAX} candidates; beyond that the farthest one not asked yet
 * is forgotten.
 */
final class Lookup implements Machine<Lookup.Output> {
  /** The most candidates held. */
  static final int CANDIDATES_MAX = 1024;

  /** What the driver must do next. */
  sealed interface Output {
    /** Ask this peer; report through {@link #onAnswer} or {@link #onFailure}. */
    record Query(PeerInfo peer) implements Output {}

    /**
     * Give up the query of this peer; nothing is to be reported.
     *
     * @param silent whether its time was over, rather than the search's
     */
    record Cancel(PeerId peer, boolean silent) implements Output {}

    /**
     * The search is over: those that answered, nearest first, at most k. Always the last output.
     */
    record Found(List<PeerInfo> nearest) implements Output {}
  }

  private enum Status {
    NEW,
    WAITING,
    ANSWERED,
    SILENT
  }

  private static final class Candidate {
    private PeerInfo info;
    private Status status = Status.NEW;

    Candidate(PeerInfo info) {
      this.info = info;
    }
  }

  private final Key target;
  private final PeerId self;
  private final DhtConfig config;
  private final long queryNanos;
  private final long endNanos;
  private final NavigableMap<Distance, Candidate> candidates = new TreeMap<>();
  private final Deadlines<PeerId> queries = new Deadlines<>();
  private final Queue<Output> outputs = new ArrayDeque<>();
  private int asked;
  private int waiting;
  private boolean finished;

  Lookup(Key target, PeerId self, List<PeerInfo> seeds, DhtConfig config, long nowNanos) {
    this.target = target;
    this.self = self;
    this.config = config;
    this.queryNanos = config.queryTimeout().toNanos();
    this.endNanos = nowNanos + config.searchTimeout().toNanos();
    seeds.forEach(this::learn);
    advance(nowNanos);
  }

  /** Takes an answer; ignored from a peer that is not being asked. */
  void onAnswer(PeerId from, List<PeerInfo> closer, long nowNanos) {
    if (settle(from, Status.ANSWERED)) {
      closer.forEach(this::learn);
      advance(nowNanos);
    }
  }

  /** The query failed; ignored for a peer that is not being asked. */
  void onFailure(PeerId from, long nowNanos) {
    if (settle(from, Status.SILENT)) {
      advance(nowNanos);
    }
  }

  @Override
  public void onTimeout(long nowNanos) {
    if (finished) {
      return;
    }
    for (PeerId late = queries.pollDue(nowNanos); late != null; late = queries.pollDue(nowNanos)) {
      settle(late, Status.SILENT);
      outputs.add(new Output.Cancel(late, true));
    }
    if (nowNanos >= endNanos) {
      stop();
    } else {
      advance(nowNanos);
    }
  }

  /** Ends the search now, with what it has. */
  void stop() {
    if (finished) {
      return;
    }
    finished = true;
    List<PeerInfo> nearest = new ArrayList<>();
    for (Candidate candidate : candidates.values()) {
      if (candidate.status == Status.WAITING) {
        queries.remove(candidate.info.peerId());
        outputs.add(new Output.Cancel(candidate.info.peerId(), false));
      } else if (candidate.status == Status.ANSWERED && nearest.size() < config.k()) {
        nearest.add(candidate.info);
      }
    }
    outputs.add(new Output.Found(nearest));
  }

  @Override
  public @Nullable Output poll() {
    return outputs.poll();
  }

  @Override
  public long deadlineNanos() {
    return finished ? NEVER : Math.min(endNanos, queries.earliestNanos());
  }

  /** Returns what was heard of a peer; empty for one not named, or asked and found silent. */
  Optional<PeerInfo> heardOf(PeerId peer) {
    return Optional.ofNullable(candidates.get(distance(peer)))
        .filter(candidate -> candidate.status != Status.SILENT)
        .map(candidate -> candidate.info);
  }

  /** Returns how many peers were asked so far. */
  int asked() {
    return asked;
  }

  /** Returns how many queries are in flight. */
  int waiting() {
    return waiting;
  }

  private void advance(long nowNanos) {
    int frontier = 0;
    boolean settled = true;
    for (Candidate candidate : candidates.values()) {
      if (frontier == config.k()) {
        break;
      }
      if (candidate.status == Status.NEW && waiting < config.alpha() && mayAsk()) {
        ask(candidate, nowNanos);
      }
      boolean left = candidate.status == Status.SILENT || (isNew(candidate) && !mayAsk());
      frontier += left ? 0 : 1;
      settled &= left || candidate.status == Status.ANSWERED;
    }
    if (settled) {
      stop();
    }
  }

  private static boolean isNew(Candidate candidate) {
    return candidate.status == Status.NEW;
  }

  private boolean mayAsk() {
    return asked < config.queriesMax();
  }

  private void ask(Candidate candidate, long nowNanos) {
    candidate.status = Status.WAITING;
    asked++;
    waiting++;
    queries.set(candidate.info.peerId(), nowNanos + queryNanos);
    outputs.add(new Output.Query(candidate.info));
  }

  private boolean settle(PeerId peer, Status status) {
    Candidate candidate = candidates.get(distance(peer));
    if (finished || candidate == null || candidate.status != Status.WAITING) {
      return false;
    }
    candidate.status = status;
    waiting--;
    queries.remove(peer);
    return true;
  }

  private void learn(PeerInfo info) {
    if (info.peerId().equals(self)) {
      return;
    }
    Candidate known = candidates.putIfAbsent(distance(info.peerId()), new Candidate(info));
    if (known != null && isNew(known)) {
      known.info = merged(known.info, info.addresses());
    }
    if (candidates.size() > CANDIDATES_MAX) {
      candidates.descendingMap().values().stream()
          .filter(Lookup::isNew)
          .findFirst()
          .ifPresent(farthest -> candidates.remove(distance(farthest.info.peerId())));
    }
  }

  private static PeerInfo merged(PeerInfo known, List<Multiaddr> more) {
    Set<Multiaddr> addresses = new LinkedHashSet<>(known.addresses());
    addresses.addAll(more);
    return new PeerInfo(known.peerId(), List.copyOf(addresses));
  }

  private Distance distance(PeerId peer) {
    return target.distanceTo(Key.of(peer));
  }
}
