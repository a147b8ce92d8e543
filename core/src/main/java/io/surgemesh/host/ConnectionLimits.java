package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * When a host has connections to too many peers, and which of them it closes then.
 *
 * <p>Past {@code high} peers, those used longest ago go first, until {@code low} are left; a peer
 * that some protocol needs, or that was used within {@code grace}, stays. So a lookup may meet
 * hundreds of peers and leaves none of their connections behind (libp2p's connection manager; the
 * figures are those of Kubo).
 *
 * <p>When a connection was last used is up to the peer as well, and identities cost nothing. So
 * whoever dialled us from a crowded {@link IpGroup} (loopback and private addresses are in none)
 * goes before all others, as far as the group is more than a quarter of {@code high}: those used
 * within {@code grace} too, while more than {@code high} are left. The last {@value #OUTBOUND_KEPT}
 * peers that this host dialled itself stay. And of those that dialled it, some stay though idle:
 * half of {@code low} that have been connected longest, and an eighth to which this host opened
 * most streams, one of a group for each reason.
 *
 * @param low how many peers are left after trimming, 1 or more
 * @param high at how many nothing is trimmed yet
 * @param grace how recent a use keeps a connection
 */
public record ConnectionLimits(int low, int high, Duration grace) {
  /** How many peers stay that this host dialled. */
  public static final int OUTBOUND_KEPT = 8;

  private static final int CROWD_PART = 4;

  /**
   * A connected peer.
   *
   * @param begunNanos when it was connected
   * @param usedNanos when a stream of it began last, or the connection
   * @param opened how many streams this host opened to it, which is not the peer's to say
   * @param outbound whether this host dialled it
   * @param group of its address, {@link IpGroup#NONE} for a local one too
   */
  public record Candidate(
      PeerId peer, long begunNanos, long usedNanos, int opened, boolean outbound, int group) {
    /** Returns the candidate of a connection. */
    public static Candidate of(Connection connection, long begunNanos, long usedNanos, int opened) {
      return new Candidate(
          connection.remotePeer(),
          begunNanos,
          usedNanos,
          opened,
          connection.isOutbound(),
          IpGroup.ofPublic(connection.remoteAddress()));
    }

    /** Returns the candidate of a peer with one connection more; of two addresses the latest. */
    public Candidate and(Candidate other) {
      return new Candidate(
          peer,
          Math.min(begunNanos, other.begunNanos),
          Math.max(usedNanos, other.usedNanos),
          opened + other.opened,
          outbound || other.outbound,
          other.usedNanos > usedNanos ? other.group : group);
    }
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException when they are not in order
   */
  public ConnectionLimits {
    if (low < 1 || high < low || grace.isNegative()) {
      throw new IllegalArgumentException(
          "connection limits out of range: " + low + ", " + high + ", " + grace);
    }
  }

  /** Returns 32 and 96 peers, and a grace of 20 s. */
  public static ConnectionLimits defaults() {
    return new ConnectionLimits(32, 96, Duration.ofSeconds(20));
  }

  /**
   * Returns which peers to disconnect now; none up to {@link #high}.
   *
   * @param connected every connected peer, in an order that is the same in equal runs
   * @param isNeeded whether some protocol needs a peer
   */
  public List<PeerId> surplus(
      List<Candidate> connected, Predicate<PeerId> isNeeded, long nowNanos) {
    if (connected.size() <= high) {
      return List.of();
    }
    List<Candidate> unneeded =
        connected.stream()
            .filter(candidate -> !isNeeded.test(candidate.peer))
            .sorted(Comparator.comparingLong(Candidate::usedNanos))
            .toList();
    long recentNanos = nowNanos - grace.toNanos();
    Set<PeerId> spared = SparedPeers.of(usedBefore(recentNanos, unneeded), low);
    List<Candidate> spare = unneeded.stream().filter(c -> !spared.contains(c.peer)).toList();
    List<Candidate> idle = usedBefore(recentNanos, spare);
    Set<PeerId> gone = new LinkedHashSet<>();
    Map<Integer, Integer> crowds = crowds(connected);
    thin(idle, crowds, connected.size() - low, gone);
    thin(spare, crowds, connected.size() - high, gone);
    if (connected.size() - gone.size() > high) {
      trim(idle, connected, gone);
    }
    return List.copyOf(gone);
  }

  private static List<Candidate> usedBefore(long nanos, List<Candidate> candidates) {
    return candidates.stream().filter(candidate -> candidate.usedNanos < nanos).toList();
  }

  /** Returns the groups with more inbound connections than they may have, and how many more. */
  private Map<Integer, Integer> crowds(List<Candidate> connected) {
    Map<Integer, Integer> crowds = new TreeMap<>();
    for (Candidate candidate : connected) {
      if (!candidate.outbound && candidate.group != IpGroup.NONE) {
        crowds.merge(candidate.group, 1, Integer::sum);
      }
    }
    crowds.replaceAll((group, count) -> count - high / CROWD_PART);
    crowds.values().removeIf(more -> more <= 0);
    return crowds;
  }

  /** Closes what is too much of crowded groups, until {@code count} are closed. */
  private static void thin(
      List<Candidate> oldestFirst, Map<Integer, Integer> crowds, int count, Set<PeerId> gone) {
    for (Candidate candidate : crowds.isEmpty() ? List.<Candidate>of() : oldestFirst) {
      int more = candidate.outbound ? 0 : crowds.getOrDefault(candidate.group, 0);
      if (gone.size() < count && more > 0 && gone.add(candidate.peer)) {
        crowds.put(candidate.group, more - 1);
      }
    }
  }

  private void trim(List<Candidate> oldestFirst, List<Candidate> connected, Set<PeerId> gone) {
    long outbound = connected.stream().filter(Candidate::outbound).count();
    for (Candidate candidate : oldestFirst) {
      boolean kept = candidate.outbound && outbound <= OUTBOUND_KEPT;
      if (connected.size() - gone.size() > low && !kept && gone.add(candidate.peer)) {
        outbound -= candidate.outbound ? 1 : 0;
      }
    }
  }
}
