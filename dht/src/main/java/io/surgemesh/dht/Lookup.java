package io.surgemesh.dht;

import io.surgemesh.dht.Candidates.Status;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Finds the k live peers nearest to a target key.
 *
 * <p>The frontier is the k nearest candidates not known to be silent. Its new members are asked, up
 * to alpha at a time; the search is over when all of the frontier has answered (libp2p kad-dht r2,
 * Peer routing, step 1). There are no rounds: whoever answers makes room for the next query. It
 * ends as well when queriesMax peers were asked, or at the deadline of the search.
 *
 * <p>Once the target turns out to be a peer, and that peer is asked, nobody else is for {@value
 * #HOLD_NANOS} ns: its own answer is what the search is for, and nearly always comes.
 *
 * <p>Holds at most {@value #CANDIDATES_MAX} candidates; beyond that the farthest one not asked yet
 * is forgotten.
 */
final class Lookup implements Machine<Lookup.Output> {
  /** The most candidates held. */
  static final int CANDIDATES_MAX = 1024;

  /** How long only the target is waited for, connecting included, before others are asked again. */
  static final long HOLD_NANOS = 1_000_000_000L;

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

  private record InFlight(PeerId peer, long deadlineNanos) {}

  private final PeerId self;
  private final DhtConfig config;
  private final long queryNanos;
  private final long endNanos;
  private final Candidates candidates;

  // In flight, in the order asked, at most alpha; all have the same time, so the first ends first.
  private final List<InFlight> queries = new ArrayList<>();
  private final Queue<Output> outputs = new ArrayDeque<>();
  private int asked;
  // When the target itself was asked, how long others are not; passed when it was not asked.
  private long holdEndNanos = Long.MIN_VALUE;
  private boolean finished;

  Lookup(Key target, PeerId self, List<PeerInfo> seeds, DhtConfig config, long nowNanos) {
    this.self = self;
    this.config = config;
    this.queryNanos = config.queryTimeout().toNanos();
    this.endNanos = nowNanos + config.searchTimeout().toNanos();
    this.candidates = new Candidates(target);
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

  /** Takes an answer after which nothing more is wanted, and ends the search. */
  void onLastAnswer(PeerId from) {
    settle(from, Status.ANSWERED);
    stop();
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
    while (earliestNanos() <= nowNanos) {
      PeerId late = queries.remove(0).peer();
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
    for (int i = 0; i < candidates.size(); i++) {
      PeerInfo info = candidates.info(i);
      if (candidates.status(i) == Status.WAITING) {
        outputs.add(new Output.Cancel(info.peerId(), false));
      } else if (candidates.status(i) == Status.ANSWERED && nearest.size() < config.k()) {
        nearest.add(info);
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
    if (finished) {
      return NEVER;
    }
    long nextNanos = Math.min(endNanos, earliestNanos());
    return isTargetWaiting() ? Math.min(nextNanos, holdEndNanos) : nextNanos;
  }

  /** Returns what was heard of a peer; empty for one not named, or asked and found silent. */
  Optional<PeerInfo> heardOf(PeerId peer) {
    int index = candidates.find(peer);
    return index < 0 || candidates.status(index) == Status.SILENT
        ? Optional.empty()
        : Optional.of(candidates.info(index));
  }

  /** Returns how many peers were asked so far. */
  int asked() {
    return asked;
  }

  /** Returns how many queries are in flight. */
  int waiting() {
    return queries.size();
  }

  private long earliestNanos() {
    return queries.isEmpty() ? NEVER : queries.get(0).deadlineNanos();
  }

  private boolean isTargetWaiting() {
    return holdEndNanos != Long.MIN_VALUE && candidates.status(0) == Status.WAITING;
  }

  private void advance(long nowNanos) {
    if (isTargetWaiting()) {
      if (nowNanos < holdEndNanos) {
        return;
      }
      holdEndNanos = Long.MIN_VALUE;
    }
    int frontier = 0;
    boolean settled = true;
    for (int i = 0; i < candidates.size() && frontier < config.k(); i++) {
      if (candidates.status(i) == Status.NEW && hasRoom() && mayAsk()) {
        ask(i, nowNanos);
        if (isTargetWaiting()) {
          return;
        }
      }
      Status status = candidates.status(i);
      boolean left = status == Status.SILENT || (status == Status.NEW && !mayAsk());
      frontier += left ? 0 : 1;
      settled &= left || status == Status.ANSWERED;
      if (!settled && !(hasRoom() && mayAsk())) {
        // Nobody farther away changes anything.
        return;
      }
    }
    if (settled) {
      stop();
    }
  }

  private boolean hasRoom() {
    return queries.size() < config.alpha();
  }

  private boolean mayAsk() {
    return asked < config.queriesMax();
  }

  private void ask(int index, long nowNanos) {
    PeerInfo info = candidates.info(index);
    candidates.setStatus(index, Status.WAITING);
    asked++;
    if (index == 0 && candidates.isTargetKnown()) {
      holdEndNanos = nowNanos + HOLD_NANOS;
    }
    queries.add(new InFlight(info.peerId(), nowNanos + queryNanos));
    outputs.add(new Output.Query(info));
  }

  private boolean settle(PeerId peer, Status status) {
    int index = candidates.find(peer);
    if (finished || index < 0 || candidates.status(index) != Status.WAITING) {
      return false;
    }
    candidates.setStatus(index, status);
    removeQuery(peer);
    return true;
  }

  private void removeQuery(PeerId peer) {
    for (int i = 0; i < queries.size(); i++) {
      if (queries.get(i).peer().equals(peer)) {
        queries.remove(i);
        return;
      }
    }
  }

  private void learn(PeerInfo info) {
    if (info.peerId().equals(self)) {
      return;
    }
    int index = candidates.find(info.peerId());
    if (index >= 0) {
      if (candidates.status(index) == Status.NEW) {
        candidates.setInfo(index, candidates.info(index).merged(info));
      }
      return;
    }
    candidates.insert(-1 - index, info);
    if (candidates.size() > CANDIDATES_MAX) {
      candidates.removeFarthestNew();
    }
  }
}
