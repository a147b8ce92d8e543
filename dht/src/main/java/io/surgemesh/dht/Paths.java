package io.surgemesh.dht;

import io.surgemesh.dht.Candidates.Status;
import java.util.Arrays;
import java.util.List;

/**
 * The disjoint paths of one lookup (Baumgart and Mies, S/Kademlia, 2007, 4.4): a path asks only
 * whom it started with and whom its own peers named, and whom one path has asked no other asks. So
 * a liar spoils the path that meets it, and no other.
 *
 * <p>As long as a lookup goes by distance alone, this only takes note of which path each candidate
 * is on. Most lookups end then. One that goes on lets each path ask up to {@value #LENGTH} peers
 * more, one after the other, its nearest first, whoever else may be nearer: what colluding peers
 * named is nearer than all that honest ones know, until one who is asked knows the target's own
 * neighbours.
 *
 * <p>A set of paths is an int, the bit 1 << p of each.
 */
final class Paths {
  /** The most paths. */
  static final int PATHS_MAX = 32;

  /** How many peers a path asks beyond those asked by distance. */
  static final int LENGTH = 3;

  private final int count;
  private final int groupPeersMax;
  private final int[] asked;
  private final int[] steps;
  private GroupCounts[] groups = {};

  /**
   * Creates paths on which nobody is.
   *
   * @param count how many, 0 to {@value #PATHS_MAX}
   * @param groupPeersMax most peers of one IP group that a path asks when walked
   */
  Paths(int count, int groupPeersMax) {
    this.count = count;
    this.groupPeersMax = groupPeersMax;
    this.asked = new int[count];
    this.steps = new int[count];
  }

  /** Returns how many queries walking all of them takes at most. */
  int queriesMax() {
    return count * LENGTH;
  }

  /** Returns the path of the n-th of those that a lookup starts with. */
  int startingWith(int n) {
    return count == 0 ? 0 : 1 << n % count;
  }

  /** Returns the path that is to ask a candidate: of those it is on, what has asked least. */
  int toAsk(int set) {
    int least = -1;
    for (int p = 0; p < count; p++) {
      if ((set >>> p & 1) != 0 && (least < 0 || asked[p] < asked[least])) {
        least = p;
      }
    }
    if (least < 0) {
      return 0;
    }
    asked[least]++;
    return 1 << least;
  }

  /**
   * Lets the path that has walked least go on: takes the next candidate for it alone.
   *
   * @param waiting the paths on which an answer is waited for
   * @return whom to ask; less than 0 when no path can go on now
   */
  int next(Candidates candidates, int waiting) {
    if (groups.length == 0) {
      groups = new GroupCounts[count];
      Arrays.setAll(groups, p -> new GroupCounts(groupPeersMax));
    }
    while (true) {
      int path = shortest(waiting);
      if (path < 0) {
        return -1;
      }
      steps[path]++;
      int index = nearest(candidates, path);
      if (index >= 0) {
        candidates.setPaths(index, 1 << path);
        return index;
      }
      steps[path] = LENGTH;
    }
  }

  /** Returns the paths of some queries. */
  int waiting(Candidates candidates, List<InFlight> queries) {
    int waiting = 0;
    for (InFlight query : queries) {
      waiting |= candidates.paths(candidates.find(query.peer()));
    }
    return waiting;
  }

  private int shortest(int waiting) {
    int shortest = -1;
    for (int p = 0; p < count; p++) {
      boolean goesOn = (waiting >>> p & 1) == 0 && steps[p] < LENGTH;
      if (goesOn && (shortest < 0 || steps[p] < steps[shortest])) {
        shortest = p;
      }
    }
    return shortest;
  }

  private int nearest(Candidates candidates, int path) {
    for (int i = 0; i < candidates.size(); i++) {
      if (candidates.status(i) == Status.NEW
          && (candidates.paths(i) >>> path & 1) != 0
          && groups[path].add(candidates.groups(i))) {
        return i;
      }
    }
    return -1;
  }
}
