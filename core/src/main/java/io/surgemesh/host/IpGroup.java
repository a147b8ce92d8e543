package io.surgemesh.host;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;

/**
 * Which network an address is in: a /16 of IPv4, a /32 of IPv6 (the groups of go-libp2p-kbucket,
 * with the usual allocation of a network in place of its AS number).
 *
 * <p>Whoever has one of its addresses easily has the others, while addresses in many networks cost
 * something, which identities do not.
 */
public final class IpGroup {
  /** The number of no group. */
  public static final int NONE = 0;

  private static final int IP6_MARK = 0x5a5a_0000;

  private IpGroup() {}

  /** Returns the number of an address's group, {@link #NONE} for one that begins with a name. */
  public static int of(Multiaddr address) {
    Bytes ip = address.ip();
    if (ip.isEmpty()) {
      return NONE;
    }
    int head = word(ip, 0);
    if (ip.size() == 4) {
      return head >>> 16 | 1 << 16;
    }
    boolean mapped = head == 0 && word(ip, 4) == 0 && word(ip, 8) == 0xffff;
    // The mark keeps the few prefixes apart that would be numbers of IPv4 groups.
    int group = mapped ? word(ip, 12) >>> 16 | 1 << 16 : head ^ IP6_MARK;
    return group == NONE ? IP6_MARK : group;
  }

  /** Returns the same, and {@link #NONE} for a loopback or private address. */
  public static int ofPublic(Multiaddr address) {
    return address.isLoopback() || address.isPrivate() ? NONE : of(address);
  }

  private static int word(Bytes ip, int at) {
    return (ip.get(at) & 0xff) << 24
        | (ip.get(at + 1) & 0xff) << 16
        | (ip.get(at + 2) & 0xff) << 8
        | (ip.get(at + 3) & 0xff);
  }
}
