package io.surgemesh.dht;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.multiformats.Multiaddr.Protocol;
import java.util.Arrays;
import java.util.List;

/**
 * Which peers count as one, because whoever has one of their addresses easily has the others: a /16
 * of IPv4, a /32 of IPv6 (the groups of go-libp2p-kbucket, with the usual allocation of a network
 * in place of its AS number).
 *
 * <p>Identities cost nothing and addresses little, but addresses in many networks do. A bucket, and
 * what is asked of the nearest in a search, holds at most {@code peersMax} of one group, a whole
 * table one more or a twentieth of its peers.
 *
 * <p>Loopback and private addresses are in no group while this peer announces no public one: the
 * first mesh of most users is one machine or one LAN.
 *
 * @param peersMax most peers of one group in a bucket; as many as fit into one for no limit at all
 * @param localCounts whether loopback and private addresses are in groups as well
 */
record IpGroups(int peersMax, boolean localCounts) {
  /** The number of no group. */
  static final int NONE = 0;

  /** What a group may have of a table, as a part of it. */
  static final int TABLE_PART = 20;

  private static final int[] NOBODYS = {};
  private static final int IP6_MARK = 0x5a5a_0000;

  /** Returns the group of an address, {@link #NONE} when it is in none. */
  int of(Multiaddr address) {
    Multiaddr.Component first = address.components().get(0);
    boolean isIp = first.protocol() == Protocol.IP4 || first.protocol() == Protocol.IP6;
    if (!isIp || (!localCounts && (address.isLoopback() || address.isPrivate()))) {
      return NONE;
    }
    Bytes ip = first.value();
    int head = word(ip, 0);
    if (ip.size() == 4) {
      return head >>> 16 | 1 << 16;
    }
    boolean mapped = head == 0 && word(ip, 4) == 0 && word(ip, 8) == 0xffff;
    // The mark keeps the few prefixes apart that would be numbers of IPv4 groups.
    int group = mapped ? word(ip, 12) >>> 16 | 1 << 16 : head ^ IP6_MARK;
    return group == NONE ? IP6_MARK : group;
  }

  private static int word(Bytes ip, int at) {
    return (ip.get(at) & 0xff) << 24
        | (ip.get(at + 1) & 0xff) << 16
        | (ip.get(at + 2) & 0xff) << 8
        | (ip.get(at + 3) & 0xff);
  }

  /** Returns the groups of some addresses, each once. */
  int[] of(List<Multiaddr> addresses) {
    int[] groups = NOBODYS;
    for (Multiaddr address : addresses) {
      int group = of(address);
      if (group != NONE && Arrays.stream(groups).noneMatch(known -> known == group)) {
        groups = Arrays.copyOf(groups, groups.length + 1);
        groups[groups.length - 1] = group;
      }
    }
    return groups;
  }

  /** Returns how many peers of one group a table may hold that has {@code tableSize}. */
  int tableMax(int tableSize) {
    return Math.max(peersMax + 1, tableSize / TABLE_PART);
  }
}
