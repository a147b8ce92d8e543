package io.surgemesh.host;

import io.surgemesh.host.ConnectionLimits.Candidate;
import io.surgemesh.identity.PeerId;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which idle peers that dialled this host stay although there are too many.
 *
 * <p>To look busy costs a peer a stream now and then, so whoever does it from many networks would
 * see all honest idle peers go in its place. Some are therefore kept for what cannot be had at once
 * or is not the peer's to say: most of them for having been connected longest, some for the streams
 * that this host opened to them. Each is the only one of its {@link IpGroup} that is kept for its
 * reason, so that one network does not fill the places.
 *
 * <p>Who dialled this host needs it to stay, perhaps, as one of few that a crowd did not choose for
 * it. So there are more places than a peer keeps such connections.
 */
final class SparedPeers {
  /** One of so many peers of the low mark is kept for having been connected longest. */
  static final int LONGEST_PART = 2;

  /** One of so many is kept for the streams opened to it. */
  static final int OPENED_PART = 8;

  private static final Comparator<Candidate> LONGEST_CONNECTED =
      Comparator.comparingLong(Candidate::begunNanos);
  private static final Comparator<Candidate> MOST_OPENED_TO =
      Comparator.comparingInt(Candidate::opened).reversed();

  private SparedPeers() {}

  /**
   * Returns them.
   *
   * @param idle whoever would go, in an order that is the same in equal runs
   * @param low how many peers are left after trimming
   */
  static Set<PeerId> of(List<Candidate> idle, int low) {
    Set<PeerId> spared = new TreeSet<>();
    spare(idle, LONGEST_CONNECTED, low / LONGEST_PART, spared);
    spare(idle, MOST_OPENED_TO, low / OPENED_PART, spared);
    return spared;
  }

  private static void spare(
      List<Candidate> idle, Comparator<Candidate> bestFirst, int count, Set<PeerId> spared) {
    Set<Integer> groups = new TreeSet<>();
    int most = spared.size() + count;
    for (Candidate candidate : idle.stream().sorted(bestFirst).toList()) {
      if (spared.size() < most
          && !candidate.outbound()
          && !spared.contains(candidate.peer())
          && (candidate.group() == IpGroup.NONE || groups.add(candidate.group()))) {
        spared.add(candidate.peer());
      }
    }
  }
}
