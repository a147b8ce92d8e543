package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * When a host has connections to too many peers, and which of them it closes then.
 *
 * <p>Past {@code high} peers, those used longest ago go first, until {@code low} are left; a peer
 * that some protocol needs, or that was used within {@code grace}, stays. So a lookup may meet
 * hundreds of peers and leaves none of their connections behind (libp2p's connection manager; the
 * figures are those of Kubo).
 *
 * @param low how many peers are left after trimming, 1 or more
 * @param high at how many nothing is trimmed yet
 * @param grace how recent a use keeps a connection
 */
public record ConnectionLimits(int low, int high, Duration grace) {
  /** A connected peer. */
  public record Candidate(PeerId peer, long usedNanos) {}

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
   * Returns which peers to disconnect now, longest unused first; none up to {@link #high}.
   *
   * @param connected every connected peer, in an order that is the same in equal runs
   * @param isNeeded whether some protocol needs a peer
   */
  public List<PeerId> surplus(
      List<Candidate> connected, Predicate<PeerId> isNeeded, long nowNanos) {
    if (connected.size() <= high) {
      return List.of();
    }
    long recentNanos = nowNanos - grace.toNanos();
    List<Candidate> idle = new ArrayList<>();
    for (Candidate candidate : connected) {
      if (candidate.usedNanos < recentNanos && !isNeeded.test(candidate.peer)) {
        idle.add(candidate);
      }
    }
    idle.sort(Comparator.comparingLong(Candidate::usedNanos));
    int count = Math.min(idle.size(), connected.size() - low);
    return idle.subList(0, count).stream().map(Candidate::peer).toList();
  }
}
