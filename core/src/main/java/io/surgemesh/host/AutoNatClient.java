package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether others can dial this host, by asking one peer at a time to do it.
 *
 * <p>Only peers that this host dialled are asked: whoever dialled it has shown that it can be, and
 * so nobody gains a say by crowding in. Of these only the ones on the internet, while there are
 * any: what a neighbour can dial says little. A peer on the internet need not be asked to dial an
 * address of a private network: it cannot.
 *
 * <p>One peer that reached this host is enough to be {@link Reachability#PUBLIC}. {@value
 * #AGREEING} in a row that did not make it {@link Reachability#PRIVATE}: each of a network of its
 * own ({@link IpGroup}; neighbours each for itself), unless nobody of another one is connected at
 * all. Who is silent or refuses has said nothing, and another one is asked. All begins anew when
 * the addresses change.
 */
final class AutoNatClient implements Machine<AutoNatClient.Output> {
  /** What the driver must do. */
  sealed interface Output {
    /** See who is connected, and report with {@link #onLook}. */
    record Look() implements Output {}

    /** Ask a peer; report with {@link #onAnswer} or {@link #onSilence}. */
    record Ask(PeerId peer, AutoNatMessage.Dial question) implements Output {}

    /** It is known to be otherwise than before. */
    record Changed(Reachability present) implements Output {}
  }

  /**
   * A connected peer.
   *
   * @param remote where it is
   * @param isAskable whether this host dialled it, and it speaks the protocol
   */
  record Candidate(PeerId peer, Multiaddr remote, boolean isAskable) {
    private boolean isNear() {
      return remote.isLoopback() || remote.isPrivate();
    }

    private boolean isOfSameNetwork(Candidate other) {
      int group = IpGroup.ofPublic(remote);
      return peer.equals(other.peer)
          || (group != IpGroup.NONE && group == IpGroup.ofPublic(other.remote));
    }

    /** Returns whether an address can lead here from where this peer is. */
    private boolean canDial(Multiaddr own) {
      return remote.isLoopback() || (!own.isLoopback() && (remote.isPrivate() || !own.isPrivate()));
    }
  }

  /** How many times in a row others must have failed to dial this host. */
  static final int AGREEING = 3;

  /** The most addresses told in one question. */
  static final int ADDRESSES_MAX = 16;

  /** How often is looked whether the addresses are still the same; that sends nothing. */
  static final long LOOK_NANOS = Duration.ofMinutes(1).toNanos();

  /** How many peers that were asked are remembered, so as not to ask them again soon. */
  static final int ASKED_MAX = 128;

  private static final double JITTER = 0.2;

  private final PeerId self;
  private final AutoNatConfig config;
  private final RandomGenerator random;
  private final Queue<Output> outputs = new ArrayDeque<>(0);
  // When each was asked, the earliest first.
  private final Map<PeerId, Long> asked = new LinkedHashMap<>();
  // Who could not dial this host since anybody could, at most AGREEING.
  private final List<Candidate> failed = new ArrayList<>();
  private Reachability verdict = Reachability.UNKNOWN;
  private List<Multiaddr> own = List.of();
  private @Nullable Candidate asking;
  private boolean looking;
  // Whether the networks of all who were connected at the last look are among the failed.
  private boolean allFailed;
  private long pauseNanos;
  private long askNanos = NEVER;
  private long lookNanos = NEVER;

  /** Creates a machine that has not started. */
  AutoNatClient(PeerId self, AutoNatConfig config, RandomGenerator random) {
    this.self = self;
    this.config = config;
    this.random = random;
    this.pauseNanos = config.soon().toNanos();
  }

  /** Begins. */
  void start(long nowNanos) {
    askAfter(config.first().toNanos(), nowNanos);
  }

  /**
   * The driver has looked.
   *
   * @param addresses those that this host announces
   * @param connected all peers, in an order that is the same in every run
   */
  void onLook(List<Multiaddr> addresses, List<Candidate> connected, long nowNanos) {
    if (!looking) {
      return;
    }
    looking = false;
    if (!addresses.equals(own)) {
      beginAnew(addresses, nowNanos);
    }
    if (nowNanos >= askNanos && !own.isEmpty()) {
      Candidate next = choose(connected, nowNanos);
      if (next != null) {
        ask(next, nowNanos);
      }
    }
    long pause = nowNanos < askNanos ? askNanos - nowNanos : config.soon().toNanos();
    lookNanos = nowNanos + Math.min(pause, LOOK_NANOS);
  }

  private void beginAnew(List<Multiaddr> addresses, long nowNanos) {
    boolean wasNowhere = own.isEmpty();
    own = List.copyOf(addresses);
    failed.clear();
    asked.clear();
    asking = null;
    pauseNanos = config.soon().toNanos();
    become(Reachability.UNKNOWN);
    if (!wasNowhere) {
      askAfter(pauseNanos, nowNanos);
    }
  }

  /** Returns whom to ask, best one whose network has not failed yet; null when there is nobody. */
  private @Nullable Candidate choose(List<Candidate> connected, long nowNanos) {
    forgetRested(nowNanos);
    boolean anyFar = connected.stream().anyMatch(its -> its.isAskable && !its.isNear());
    List<Candidate> relevant = connected.stream().filter(its -> !anyFar || !its.isNear()).toList();
    allFailed = relevant.stream().allMatch(this::hasFailed);
    List<Candidate> fresh = new ArrayList<>();
    List<Candidate> others = new ArrayList<>();
    for (Candidate candidate : relevant) {
      if (candidate.isAskable && !asked.containsKey(candidate.peer)) {
        (hasFailed(candidate) ? others : fresh).add(candidate);
      }
    }
    List<Candidate> best = fresh.isEmpty() ? others : fresh;
    return best.isEmpty() ? null : best.get(random.nextInt(best.size()));
  }

  private boolean hasFailed(Candidate candidate) {
    return failed.stream().anyMatch(candidate::isOfSameNetwork);
  }

  private void forgetRested(long nowNanos) {
    long restNanos = config.whilePrivate().toNanos() / 2;
    Iterator<Long> earliest = asked.values().iterator();
    while (earliest.hasNext() && nowNanos - earliest.next() >= restNanos) {
      earliest.remove();
    }
  }

  private void ask(Candidate candidate, long nowNanos) {
    if (asked.size() == ASKED_MAX) {
      asked.remove(asked.keySet().iterator().next());
    }
    asked.put(candidate.peer, nowNanos);
    List<Multiaddr> told = own.stream().filter(candidate::canDial).limit(ADDRESSES_MAX).toList();
    if (told.isEmpty()) {
      onFailed(candidate, nowNanos);
    } else {
      asking = candidate;
      askNanos = NEVER;
      outputs.add(new Output.Ask(candidate.peer, new AutoNatMessage.Dial(self.bytes(), told)));
    }
  }

  /** The peer that was asked has answered; ignored from any other. */
  void onAnswer(PeerId from, AutoNatMessage answer, long nowNanos) {
    Candidate answering = asking;
    if (answering == null || !answering.peer.equals(from)) {
      return;
    }
    asking = null;
    if (!(answer instanceof AutoNatMessage.Response response)) {
      onNothing(nowNanos);
      return;
    }
    switch (response.status()) {
      case OK -> onOk(response, nowNanos);
      case DIAL_ERROR -> onFailed(answering, nowNanos);
      case DIAL_REFUSED, BAD_REQUEST, INTERNAL_ERROR -> onNothing(nowNanos);
    }
  }

  /** The peer that was asked has not answered; ignored of any other. */
  void onSilence(PeerId from, long nowNanos) {
    if (asking != null && asking.peer.equals(from)) {
      asking = null;
      onNothing(nowNanos);
    }
  }

  private void onOk(AutoNatMessage.Response response, long nowNanos) {
    // Where else it was reached, nobody can know to dial it.
    if (own.stream().noneMatch(address -> address.bytes().equals(response.address()))) {
      onNothing(nowNanos);
      return;
    }
    failed.clear();
    pauseNanos = config.soon().toNanos();
    become(Reachability.PUBLIC);
    askAfter(config.whilePublic().toNanos(), nowNanos);
  }

  private void onFailed(Candidate candidate, long nowNanos) {
    if (failed.size() == AGREEING) {
      askAfter(config.whilePrivate().toNanos(), nowNanos);
    } else if (hasFailed(candidate) && !allFailed) {
      onNothing(nowNanos);
    } else {
      failed.add(candidate);
      pauseNanos = config.soon().toNanos();
      if (failed.size() == AGREEING) {
        become(Reachability.PRIVATE);
        askAfter(config.whilePrivate().toNanos(), nowNanos);
      } else {
        askAfter(pauseNanos, nowNanos);
      }
    }
  }

  private void onNothing(long nowNanos) {
    askAfter(pauseNanos, nowNanos);
    pauseNanos = Math.min(2 * pauseNanos, config.whilePrivate().toNanos());
  }

  private void become(Reachability present) {
    if (verdict != present) {
      verdict = present;
      outputs.add(new Output.Changed(present));
    }
  }

  private void askAfter(long nanos, long nowNanos) {
    askNanos = nowNanos + (long) (nanos * (1 + JITTER * (2 * random.nextDouble() - 1)));
    lookNanos = Math.min(askNanos, nowNanos + LOOK_NANOS);
  }

  @Override
  public void onTimeout(long nowNanos) {
    if (nowNanos >= lookNanos && !looking) {
      looking = true;
      lookNanos = NEVER;
      outputs.add(new Output.Look());
    }
  }

  @Override
  public long deadlineNanos() {
    return lookNanos;
  }

  @Override
  public @Nullable Output poll() {
    return outputs.poll();
  }
}
