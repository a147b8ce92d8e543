package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Deadlines;
import io.surgemesh.machine.Machine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The searches that are running, each with its own lookup; their number is bounded by who starts
 * them.
 */
final class Searches implements Machine<Searches.Output> {
  /** What the searches want done. */
  sealed interface Output {
    /** Send the request of a search to the peer. */
    record Ask(Search search, Call call, PeerInfo peer, KadMessage request) implements Output {}

    /** Nobody waits for the answer to a query any more. */
    record Cancel(Call call, Lookup.Reason reason) implements Output {}

    /** A search is over. */
    record Done(Search search, List<PeerInfo> nearest) implements Output {}
  }

  private final PeerId self;

  // In the order in which they began, which is that of their numbers.
  private final List<Search> running = new ArrayList<>(0);
  private final Deadlines<Search> deadlines = new Deadlines<>();
  private final Queue<Output> outputs = new ArrayDeque<>(0);
  private long numberLast = Call.PROBE;

  Searches(PeerId self) {
    this.self = self;
  }

  /**
   * Starts a search.
   *
   * @param request what to ask each peer; its key is what is searched for
   * @param seeds whom to ask first
   */
  void start(
      Search.Purpose purpose,
      KadMessage request,
      List<PeerInfo> seeds,
      LookupTerms terms,
      long nowNanos) {
    Lookup lookup = new Lookup(request.target(), seeds, terms, nowNanos);
    Search search = new Search(++numberLast, purpose, request, lookup);
    running.add(search);
    drain(search);
  }

  /**
   * Takes the answer to a query.
   *
   * @param group the IP group that it came from, {@link IpGroups#NONE} for none
   * @return false when it does not answer what was asked; the query then counts as failed
   */
  boolean onAnswer(Call call, KadMessage answer, int group, long nowNanos) {
    Search search = find(call.search());
    if (search == null) {
      return true;
    }
    if (!search.take(answer, call.peer(), group, self)) {
      onFailure(call, Failure.SILENT, nowNanos);
      return false;
    }
    search.lookup().onSeenIn(group, call.peer());
    if (search.isSatisfiedBy(call.peer())) {
      search.lookup().onLastAnswer(call.peer());
    } else {
      search.lookup().onAnswer(call.peer(), answer.closer(), nowNanos);
    }
    drain(search);
    return true;
  }

  /** The query failed. */
  void onFailure(Call call, Failure how, long nowNanos) {
    Search search = find(call.search());
    if (search != null) {
      search.lookup().onFailure(call.peer(), how, nowNanos);
      drain(search);
    }
  }

  /** A peer does not answer, but is there: a search for this very peer is over. */
  void onReached(Call call) {
    Search search = find(call.search());
    if (search != null
        && search.purpose() instanceof Search.Purpose.FindPeer wanted
        && wanted.peer().equals(call.peer())) {
      search.lookup().onLastAnswer(call.peer());
      drain(search);
    }
  }

  /** Ends every search with what it has. */
  void stopAll() {
    for (Search search : List.copyOf(running)) {
      search.lookup().stop();
      drain(search);
    }
  }

  @Override
  public void onTimeout(long nowNanos) {
    for (Search due = deadlines.pollDue(nowNanos); due != null; due = deadlines.pollDue(nowNanos)) {
      due.lookup().onTimeout(nowNanos);
      drain(due);
    }
  }

  @Override
  public long deadlineNanos() {
    return deadlines.earliestNanos();
  }

  @Override
  public @Nullable Output poll() {
    return outputs.poll();
  }

  private @Nullable Search find(long number) {
    for (Search search : running) {
      if (search.number() == number) {
        return search;
      }
    }
    return null;
  }

  private void drain(Search search) {
    Lookup lookup = search.lookup();
    for (Lookup.Output output = lookup.poll(); output != null; output = lookup.poll()) {
      outputs.add(translated(search, output));
      if (output instanceof Lookup.Output.Found) {
        running.remove(search);
      }
    }
    deadlines.set(search, lookup.deadlineNanos());
  }

  private static Output translated(Search search, Lookup.Output output) {
    if (output instanceof Lookup.Output.Query query) {
      Call call = new Call(search.number(), query.peer().peerId());
      return new Output.Ask(search, call, query.peer(), search.requestFor(call.peer()));
    }
    if (output instanceof Lookup.Output.Cancel cancel) {
      return new Output.Cancel(new Call(search.number(), cancel.peer()), cancel.reason());
    }
    if (output instanceof Lookup.Output.Found found) {
      return new Output.Done(search, found.nearest());
    }
    throw new AssertionError(output);
  }
}
