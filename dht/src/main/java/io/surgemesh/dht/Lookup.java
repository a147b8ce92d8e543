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
 * Finds the k live peers nearest to a target key, or all within a region around it.
 *
 * <p>The frontier is the k nearest candidates that are neither silent nor slow, of one IP group
 * only so many, and for keys that matter those of the region too: who crowds the nearest places
 * with identities of his own finds the honest peers still asked. Its new members are asked, up to
 * alpha at a time; the search is over when all of the frontier has answered (libp2p kad-dht r2,
 * Peer routing, step 1). There are no rounds: whoever answers makes room for the next query. It
 * ends as well when queriesMax peers were asked, or at the deadline of the search.
 *
 * <p>Of candidates that share as many bits with the target, the quickest is asked first. A query
 * that takes longer than it should, by what is known of its peer, is slow: it no longer counts
 * among alpha, and nobody waits for its end, but its answer is welcome until the time of a query is
 * over; so is one whose peer nearer ones have put out of the frontier. Only when there are fewer
 * than k others is it waited for {@value #PATIENCE} times as long as it should have taken, and when
 * it is the target itself, or nobody else has answered, until that time is over.
 *
 * <p>Once the target turns out to be a peer, and that peer is asked, nobody else is until it is
 * slow: its own answer is what the search is for, and nearly always comes. When its connection
 * closes under the query, or it cannot be reached and another address of it turns up, it is asked
 * again, {@value #TARGET_TRIES_MAX} times in all: a wrong address must not hide the right one.
 *
 * <p>When all of the frontier has answered and there is reason for doubt ({@link Widening}), it
 * goes on, once: along disjoint {@link Paths}, and until all of a wider region have answered.
 *
 * <p>Of more than {@value #CANDIDATES_MAX} candidates the farthest not asked yet is forgotten.
 */
final class Lookup implements Machine<Lookup.Output> {
  /** The most candidates held. */
  static final int CANDIDATES_MAX = 1024;

  /** The most peers of a region that are asked. */
  static final int REGION_MAX = 4 * KadCodec.CLOSER_MAX;

  /** How many times as long as it should take a slow query is waited for, if at all. */
  static final int PATIENCE = 3;

  /** What is kept back of the queries at most, as a part. */
  private static final int KEPT_PART = 4;

  /** How often the target itself is asked. */
  static final int TARGET_TRIES_MAX = 4;

  /** What the driver must do next. */
  sealed interface Output {
    /** Ask this peer; report through {@link #onAnswer} or {@link #onFailure}. */
    record Query(PeerInfo peer) implements Output {}

    /** Nobody waits for the answer of this peer any more; nothing is to be reported. */
    record Cancel(PeerId peer, Reason reason) implements Output {}

    /**
     * The search is over: those that answered, nearest first, at most k, or all of the region.
     * Always the last output.
     */
    record Found(List<PeerInfo> nearest) implements Output {}
  }

  /** Why an answer is no longer waited for. */
  enum Reason {
    /** The time of a query is over. */
    SILENT,
    /** The search is over, or asks too many slow peers, and this one should have answered. */
    SLOW,
    /** The search is over. */
    OVER
  }

  private final LookupTerms terms;
  private final DhtConfig config;
  private final long queryNanos;
  private final long endNanos;
  private final Candidates candidates;
  private final Paths paths;

  // In flight, in the order asked, at most alpha; and those that are slow, at most alpha too.
  private final List<InFlight> queries = new ArrayList<>();
  private final List<InFlight> slow = new ArrayList<>(0);
  private final Queue<Output> outputs = new ArrayDeque<>();
  private int asked;
  private int targetTries;
  private long patienceNanos = NEVER;
  private long regionWord;
  private boolean wide;
  private boolean finished;
  private boolean followsUp;

  Lookup(Key target, List<PeerInfo> seeds, LookupTerms terms, long nowNanos) {
    this.terms = terms;
    this.config = terms.config();
    this.queryNanos = config.queryTimeout().toNanos();
    this.endNanos = nowNanos + config.searchTimeout().toNanos();
    this.candidates = new Candidates(target, terms.ipGroups());
    this.paths = new Paths(terms.widening().paths(), terms.ipGroups().peersMax());
    this.regionWord = terms.regionWord();
    for (int i = 0; i < seeds.size(); i++) {
      learn(seeds.get(i), 0, paths.startingWith(i));
    }
    terms.scouts().forEach(scout -> ask(candidates.find(scout.peerId()), nowNanos));
    advance(nowNanos);
  }

  /** A peer answers out of this IP group, whatever others told of it. */
  void onSeenIn(int group, PeerId peer) {
    candidates.setGroup(candidates.find(peer), group);
  }

  /** Takes an answer; ignored from a peer that is not being asked. */
  void onAnswer(PeerId from, List<PeerInfo> closer, long nowNanos) {
    int index = settle(from, Status.ANSWERED);
    if (index >= 0) {
      int depth = candidates.depth(index) + 1;
      int path = candidates.paths(index);
      (followsUp ? List.<PeerInfo>of() : closer).forEach(peer -> learn(peer, depth, path));
      advance(nowNanos);
    }
  }

  /** Takes an answer after which nothing more is wanted, and ends the search. */
  void onLastAnswer(PeerId from) {
    settle(from, Status.ANSWERED);
    stop();
  }

  /** The query failed; ignored for a peer that is not being asked. */
  void onFailure(PeerId from, Failure how, long nowNanos) {
    boolean again = how == Failure.BROKEN && isTarget(from) && targetTries < TARGET_TRIES_MAX;
    if (settle(from, again ? Status.NEW : Status.SILENT) >= 0) {
      advance(nowNanos);
    }
  }

  @Override
  public void onTimeout(long nowNanos) {
    if (finished) {
      return;
    }
    for (int i = 0; i < slow.size(); ) {
      if (slow.get(i).deadlineNanos() <= nowNanos) {
        giveUp(slow.get(i).peer(), Reason.SILENT);
      } else {
        i++;
      }
    }
    for (int i = 0; i < queries.size(); ) {
      InFlight query = queries.get(i);
      if (query.deadlineNanos() <= nowNanos) {
        giveUp(query.peer(), Reason.SILENT);
      } else if (query.slowNanos() <= nowNanos) {
        onSlow(query);
      } else {
        i++;
      }
    }
    if (nowNanos >= endNanos) {
      stop();
    } else {
      advance(nowNanos);
    }
  }

  private void onSlow(InFlight query) {
    if (slow.size() == config.alpha()) {
      boolean isFirstTheTarget = slow.size() > 1 && isTarget(slow.get(0).peer());
      giveUp(slow.get(isFirstTheTarget ? 1 : 0).peer(), Reason.SLOW);
    }
    queries.remove(query);
    slow.add(query);
    candidates.setStatus(candidates.find(query.peer()), Status.SLOW);
  }

  private void giveUp(PeerId peer, Reason reason) {
    settle(peer, Status.SILENT);
    outputs.add(new Output.Cancel(peer, reason));
  }

  /** Ends the search now, with what it has. */
  void stop() {
    if (finished) {
      return;
    }
    finished = true;
    for (int i = 0; i < candidates.size(); i++) {
      Status status = candidates.status(i);
      if (status == Status.WAITING || status == Status.SLOW) {
        Reason reason = status == Status.SLOW ? Reason.SLOW : Reason.OVER;
        outputs.add(new Output.Cancel(candidates.info(i).peerId(), reason));
      }
    }
    outputs.add(new Output.Found(Frontier.answered(candidates, terms, regionWord)));
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
    long nextNanos = Math.min(endNanos, patienceNanos);
    for (InFlight query : queries) {
      nextNanos = Math.min(nextNanos, Math.min(query.slowNanos(), query.deadlineNanos()));
    }
    for (InFlight query : slow) {
      nextNanos = Math.min(nextNanos, query.deadlineNanos());
    }
    return nextNanos;
  }

  /** Returns what was heard of a peer; empty for one not named, or asked and found silent. */
  Optional<PeerInfo> heardOf(PeerId peer) {
    int index = candidates.find(peer);
    return index < 0 || candidates.status(index) == Status.SILENT
        ? Optional.empty()
        : Optional.of(candidates.info(index));
  }

  /** Returns how many queries were made so far. */
  int asked() {
    return asked;
  }

  /** Returns how many queries are in flight that are not slow. */
  int waiting() {
    return queries.size();
  }

  /** Returns how many queries are in flight that are slow. */
  int slow() {
    return slow.size();
  }

  /** Returns how many queries, one after the other, led to the answer of the nearest; 0 if none. */
  int rounds() {
    return candidates.nearestDepth() + 1;
  }

  private void advance(long nowNanos) {
    patienceNanos = NEVER;
    while (!isTargetWaiting()) {
      int kept = wide ? 0 : Math.min(paths.queriesMax(), config.queriesMax() / KEPT_PART);
      int left = config.queriesMax() - asked - kept;
      Frontier frontier = Frontier.of(candidates, terms, regionWord, left > 0);
      setAside(frontier.end());
      followsUp |= terms.isTimeToFollowUp(candidates);
      int next = next(frontier, left);
      if (next >= 0) {
        ask(next, nowNanos);
      } else if (!frontier.settled() || (wide && !queries.isEmpty())) {
        return;
      } else if (!widen(frontier.size(), nowNanos)) {
        endUnlessSlow(frontier.size(), nowNanos);
        return;
      }
    }
  }

  /** Returns whom to ask now: the next of the frontier, or of a path; less than 0 for nobody. */
  private int next(Frontier frontier, int left) {
    if (queries.size() >= (followsUp ? config.k() : config.alpha())) {
      return -1;
    }
    return frontier.next() >= 0 || !wide || left <= 0
        ? frontier.next()
        : paths.next(candidates, paths.waiting(candidates, queries));
  }

  /** Goes on though all of the frontier has answered, once, if there is reason to. */
  private boolean widen(int answered, long nowNanos) {
    Widening widening = terms.widening();
    boolean mayFillUp = !widening.always() && slowUntilNanos(answered) > nowNanos;
    if (wide || mayFillUp || !widening.isDue(candidates, config.k())) {
      return false;
    }
    wide = true;
    regionWord = widening.regionWord(regionWord);
    return true;
  }

  /** Queries whose peers are out of the frontier make room, as slow ones do, but those of paths. */
  private void setAside(int frontierEnd) {
    for (int i = queries.size() - 1; i >= 0 && terms.areAdaptive() && !wide; i--) {
      if (candidates.find(queries.get(i).peer()) >= frontierEnd) {
        onSlow(queries.get(i));
      }
    }
  }

  private void endUnlessSlow(int answered, long nowNanos) {
    long untilNanos = slowUntilNanos(answered);
    if (untilNanos <= nowNanos) {
      stop();
    } else {
      patienceNanos = untilNanos;
    }
  }

  /** Returns until when slow queries are waited for. */
  private long slowUntilNanos(int answered) {
    long untilNanos = Long.MIN_VALUE;
    for (InFlight query : slow) {
      if (answered == 0 || isTarget(query.peer())) {
        untilNanos = Math.max(untilNanos, query.deadlineNanos());
      } else if (answered < config.k()) {
        untilNanos = Math.max(untilNanos, query.patienceNanos());
      }
    }
    return untilNanos;
  }

  private boolean isTarget(PeerId peer) {
    return candidates.isTargetKnown() && candidates.info(0).peerId().equals(peer);
  }

  private boolean isTargetWaiting() {
    return targetTries > 0
        && terms.areAdaptive()
        && candidates.status(0) == Status.WAITING
        && candidates.isTargetKnown();
  }

  private void ask(int index, long nowNanos) {
    PeerInfo info = candidates.info(index);
    candidates.setStatus(index, Status.WAITING);
    candidates.setPaths(index, paths.toAsk(candidates.paths(index)));
    asked++;
    if (index == 0 && candidates.isTargetKnown()) {
      targetTries++;
    }
    long known = terms.expected(candidates.roundTrips(index));
    long nanos = terms.areAdaptive() ? RoundTrips.timeoutNanos(known) : queryNanos;
    queries.add(InFlight.of(info.peerId(), nanos, queryNanos, nowNanos));
    outputs.add(new Output.Query(info));
  }

  /** Ends a query; returns the index of its peer, less than 0 when that is not being asked. */
  private int settle(PeerId peer, Status status) {
    int index = candidates.find(peer);
    if (finished || index < 0) {
      return -1;
    }
    Status before = candidates.status(index);
    if (before != Status.WAITING && before != Status.SLOW) {
      return -1;
    }
    candidates.setStatus(index, status);
    (before == Status.SLOW ? slow : queries).removeIf(query -> query.peer().equals(peer));
    return index;
  }

  /** Takes note of a candidate and of the path on which it was named. */
  private void learn(PeerInfo info, int depth, int path) {
    PeerId peer = info.peerId();
    if (peer.equals(terms.self())) {
      return;
    }
    int index = candidates.find(peer);
    if (index >= 0) {
      learnMore(index, info, path);
      return;
    }
    candidates.insert(-1 - index, info, terms.roundTrips().applyAsLong(peer), depth);
    candidates.setPaths(-1 - index, path);
    if (candidates.size() > CANDIDATES_MAX) {
      candidates.removeFarthestNew();
    }
  }

  private void learnMore(int index, PeerInfo info, int path) {
    Status status = candidates.status(index);
    PeerInfo known = candidates.info(index);
    if (status == Status.NEW) {
      candidates.setInfo(index, known.merged(info));
      candidates.setPaths(index, candidates.paths(index) | path);
    } else if (status == Status.SILENT
        && targetTries < TARGET_TRIES_MAX
        && isTarget(info.peerId())
        && !known.addresses().containsAll(info.addresses())) {
      candidates.setInfo(index, info.merged(known));
      candidates.setStatus(index, Status.NEW);
      candidates.setPaths(index, path);
    }
  }
}
