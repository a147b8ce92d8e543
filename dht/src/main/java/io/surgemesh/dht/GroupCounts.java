package io.surgemesh.dht;

import java.util.Arrays;

/** Counts peers by IP group, up to a bound for each. */
final class GroupCounts {
  private final int peersMax;
  private int[] groups = {};
  private int[] counts = {};
  private int count;

  GroupCounts(int peersMax) {
    this.peersMax = peersMax;
  }

  /**
   * Counts a peer in those of its groups that are not at their bound; returns false when it has
   * some, and all of them are.
   */
  boolean add(int[] its) {
    boolean fits = its.length == 0;
    for (int group : its) {
      int index = indexOf(group);
      if (index < 0) {
        index = append(group);
      }
      if (counts[index] < peersMax) {
        counts[index]++;
        fits = true;
      }
    }
    return fits;
  }

  private int append(int group) {
    if (count == groups.length) {
      groups = Arrays.copyOf(groups, 2 * count + 8);
      counts = Arrays.copyOf(counts, groups.length);
    }
    groups[count] = group;
    return count++;
  }

  private int indexOf(int group) {
    for (int i = 0; i < count; i++) {
      if (groups[i] == group) {
        return i;
      }
    }
    return -1;
  }
}
