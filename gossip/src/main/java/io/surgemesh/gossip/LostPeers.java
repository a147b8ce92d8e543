package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Deadlines;
import io.surgemesh.machine.Machine;
import io.surgemesh.machine.OrderedMap;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Dials again those whom we sent messages of a topic as a matter of course and to whom every
 * connection broke.
 *
 * <p>When a network falls apart, each part may be well off by itself and look for nobody; only
 * those who knew peers of the other part can join the two again, and do so within seconds of its
 * healing.
 *
 * <p>Each is dialled after a second, then after twice as long each time, up to {@value
 * #PAUSE_NANOS_MAX} ns; while a topic has few peers up to {@value #LONELY_PAUSE_NANOS} ns only, but
 * for those that refuse. A few are dialled at a time, begun {@value #APART_NANOS} ns apart until
 * one answers: where nothing does, a dial sends its packets ever more seldom (TCP, RFC 6298 section
 * 5), and dials begun together would all miss the healing for seconds.
 *
 * <p>A peer is forgotten once it is back, after {@value #LOST_NANOS} ns, or when it has refused
 * {@value #REFUSALS_MAX} times, as one that has left does. At most {@value #PEERS_MAX} peers are
 * remembered; at the bound the one lost first is forgotten.
 */
final class LostPeers implements Machine<PeerId> {
  static final int PEERS_MAX = 32;
  static final int REFUSALS_MAX = 5;
  static final long LOST_NANOS = 900_000_000_000L;
  static final long PAUSE_NANOS_MIN = 1_000_000_000L;
  static final long PAUSE_NANOS_MAX = 32_000_000_000L;

  /** The longest pause while there are fewer peers of a topic than Dlo. */
  static final long LONELY_PAUSE_NANOS = 2_000_000_000L;

  /** The least time between the starts of two dials, until one succeeds. */
  static final long APART_NANOS = 1_000_000_000L;

  /** How a dial ended. */
  enum Outcome {
    CONNECTED,
    /** The peer's machine answered, but the peer did not. */
    REFUSED,
    /** Nothing answered in time. */
    SILENT
  }

  private static final class Lost {
    private final long sinceNanos;
    private long pauseNanos = PAUSE_NANOS_MIN;
    private int refusals;

    Lost(long sinceNanos) {
      this.sinceNanos = sinceNanos;
    }
  }

  private final int dialsMax;
  private final RandomGenerator random;
  private final Map<PeerId, Lost> lost = new OrderedMap<>();
  private final Set<PeerId> dialling = new LinkedHashSet<>();
  private final Deadlines<PeerId> due = new Deadlines<>();
  private final Queue<PeerId> outputs = new ArrayDeque<>();

  /** When the next dial may begin. */
  private long nextNanos = Long.MIN_VALUE;

  /**
   * Creates it with nobody lost.
   *
   * @param dialsMax most dials at once
   * @param random spreads the dials of many who lost each other at one moment
   */
  LostPeers(int dialsMax, RandomGenerator random) {
    this.dialsMax = dialsMax;
    this.random = random;
  }

  /** The last connection to a peer broke. */
  void onLost(PeerId peer, long nowNanos) {
    if (lost.size() == PEERS_MAX && !lost.containsKey(peer)) {
      forget(lost.keySet().iterator().next());
    }
    Lost entry = new Lost(nowNanos);
    lost.put(peer, entry);
    dialLater(peer, entry, nowNanos);
  }

  /** A peer is there, lost before or not. */
  void onBack(PeerId peer, long nowNanos) {
    forget(peer);
    dialMore(nowNanos);
  }

  /** A topic has few peers: those lost are sought sooner; called at each heartbeat. */
  void onLonely(long nowNanos) {
    lost.forEach(
        (peer, entry) -> {
          if (entry.refusals == 0 && entry.pauseNanos > LONELY_PAUSE_NANOS) {
            entry.pauseNanos = LONELY_PAUSE_NANOS;
            if (!dialling.contains(peer)) {
              dialLater(peer, entry, nowNanos);
            }
          }
        });
  }

  /** Returns whether a peer was lost and is not back. */
  boolean isLost(PeerId peer) {
    return lost.containsKey(peer);
  }

  /** A dial ended. */
  void onDialled(PeerId peer, Outcome outcome, long nowNanos) {
    dialling.remove(peer);
    if (outcome == Outcome.CONNECTED) {
      nextNanos = nowNanos;
    }
    Lost entry = lost.get(peer);
    if (entry != null) {
      entry.refusals += outcome == Outcome.REFUSED ? 1 : 0;
      boolean given = entry.refusals == REFUSALS_MAX || nowNanos - entry.sinceNanos >= LOST_NANOS;
      if (outcome == Outcome.CONNECTED || given) {
        forget(peer);
      } else {
        entry.pauseNanos = Math.min(PAUSE_NANOS_MAX, 2 * entry.pauseNanos);
        dialLater(peer, entry, nowNanos);
      }
    }
    dialMore(nowNanos);
  }

  private void dialLater(PeerId peer, Lost entry, long nowNanos) {
    due.set(peer, nowNanos + entry.pauseNanos / 2 + random.nextLong(entry.pauseNanos));
  }

  private void forget(PeerId peer) {
    lost.remove(peer);
    due.remove(peer);
  }

  private void dialMore(long nowNanos) {
    while (dialling.size() < dialsMax && nowNanos >= nextNanos) {
      PeerId next = due.pollDue(nowNanos);
      if (next == null) {
        return;
      }
      if (dialling.add(next)) {
        outputs.add(next);
        nextNanos = nowNanos + APART_NANOS;
      }
    }
  }

  /** Returns whom to dial next. */
  @Override
  public @Nullable PeerId poll() {
    return outputs.poll();
  }

  @Override
  public long deadlineNanos() {
    return dialling.size() < dialsMax ? Math.max(due.earliestNanos(), nextNanos) : NEVER;
  }

  @Override
  public void onTimeout(long nowNanos) {
    dialMore(nowNanos);
  }
}
