package io.surgemesh.dht;

import io.surgemesh.host.IpGroup;
import io.surgemesh.multiformats.Multiaddr;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which peers count as one, because whoever has one of their addresses easily has the others: those
 * of one {@link IpGroup}.
 *
 * <p>Identities cost nothing and addresses little, but addresses in many networks do. A bucket, and
 * what is asked of the nearest in a search, holds at most {@code peersMax} of one group, a whole
 * table one more or a thirtieth of its peers. Three groups then have a tenth of a table, and less
 * than 15 % of it still when a third of the others has left.
 *
 * <p>Loopback and private addresses are in no group while this peer announces no public one: the
 * first mesh of most users is one machine or one LAN.
 *
 * @param peersMax most peers of one group in a bucket; {@value DhtConfig#IP_GROUP_PEERS_ALL}, as
 *     many as fit into one, for no limit at all
 * @param localCounts whether loopback and private addresses are in groups as well
 */
record IpGroups(int peersMax, boolean localCounts) {
  /** The number of no group. */
  static final int NONE = IpGroup.NONE;

  /** The group of all that hung up before it could be seen where they are. */
  static final int UNKNOWN = 1;

  /** What a group may have of a table, as a part of it. */
  static final int TABLE_PART = 30;

  private static final int[] NOBODYS = {};

  /** Returns the group of an address, {@link #NONE} when it is in none. */
  int of(Multiaddr address) {
    return localCounts ? IpGroup.of(address) : IpGroup.ofPublic(address);
  }

  /** Returns a group as the only one, as those of some addresses; none for {@link #NONE}. */
  static int[] only(int group) {
    return group == NONE ? NOBODYS : new int[] {group};
  }

  /** Returns the groups of some addresses, each once. */
  int[] of(List<Multiaddr> addresses) {
    int[] groups = NOBODYS;
    for (Multiaddr address : addresses) {
      int group = of(address);
      if (group != NONE && !contains(groups, group)) {
        groups = Arrays.copyOf(groups, groups.length + 1);
        groups[groups.length - 1] = group;
      }
    }
    return groups;
  }

  private static boolean contains(int[] groups, int group) {
    for (int known : groups) {
      if (known == group) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether there may be any number of peers of one group, in a table too. */
  boolean isUnlimited() {
    return peersMax == DhtConfig.IP_GROUP_PEERS_ALL;
  }

  /**
   * Returns the group of whoever sends something, {@link #NONE} where groups are not limited.
   *
   * @param at where it is connected; null when it is not any more
   */
  int ofSender(@Nullable Multiaddr at) {
    if (isUnlimited()) {
      return NONE;
    }
    return at == null ? UNKNOWN : of(at);
  }

  /** Returns how many peers of one group a table may hold that has {@code tableSize}. */
  int tableMax(int tableSize) {
    return isUnlimited() ? Integer.MAX_VALUE : Math.max(peersMax + 1, tableSize / TABLE_PART);
  }
}
