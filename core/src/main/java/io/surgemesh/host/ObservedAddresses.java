package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where other peers say they see this one (libp2p identify spec, observedAddr).
 *
 * <p>Identities are free, so peers do not count: an address is believed when observers of at least
 * {@value #GROUPS_MIN} groups of IP addresses say it, /16 of IPv4 and /48 of IPv6. Public addresses
 * are believed of observers at public addresses only, private ones of observers at private ones
 * only, each of whom is a group of its own because a site has few prefixes; loopback tells nothing.
 *
 * <p>Each peer has one vote, its latest, for {@link #VALIDITY}. Holds {@value #VOTES_MAX} votes,
 * {@value #GROUP_VOTES_MAX} of one group; beyond, the oldest is dropped. Thread-safe.
 */
final class ObservedAddresses {
  static final int GROUPS_MIN = 4;
  static final int VOTES_MAX = 64;
  static final int GROUP_VOTES_MAX = 2;

  /** How long a vote counts: longer than most mappings of a NAT live without traffic. */
  static final Duration VALIDITY = Duration.ofMinutes(30);

  private static final int IP4_BYTES = 4;
  private static final int IP4_GROUP_BYTES = 2;
  private static final int IP6_GROUP_BYTES = 6;
  private static final long NO_GROUP = 0;

  private final Votes votes = new Votes();

  // Nearly all observers of a host say the same bytes, or mean the same address.
  private Bytes lastSeen = Bytes.EMPTY;
  private @Nullable Multiaddr lastAddress;
  private @Nullable Multiaddr lastMeant;

  /**
   * Takes what one peer says.
   *
   * @param from where the observer is, as this host sees it
   * @param seen the bytes of an address; ignored unless they are one of IP and TCP
   * @param listening addresses of this host; with a connection that this host dialled, whose port
   *     was any, the port listened on takes its place; empty for a connection it accepted
   */
  synchronized void observe(
      PeerId observer, Multiaddr from, Bytes seen, List<Multiaddr> listening, long nowNanos) {
    Multiaddr address = read(seen);
    if (address == null || from.isLoopback() || from.isPrivate() != address.isPrivate()) {
      return;
    }
    long group = groupOf(from);
    Multiaddr meant = listening.isEmpty() ? address : withPortOf(address, listening);
    if (group == NO_GROUP || meant == null) {
      return;
    }
    Multiaddr known = lastMeant;
    Multiaddr shared = known != null && known.equals(meant) ? known : meant;
    lastMeant = shared;
    int former = votes.indexOf(observer);
    if (former >= 0) {
      votes.remove(former);
    }
    prune(group, nowNanos);
    votes.add(observer, group, shared, nowNanos);
  }

  /** Returns the addresses believed now, in order of their bytes. */
  synchronized List<Multiaddr> believed(long nowNanos) {
    Map<Multiaddr, Set<Long>> groups = new TreeMap<>();
    for (int i = 0; i < votes.size(); i++) {
      if (nowNanos - votes.saidNanos(i) < VALIDITY.toNanos()) {
        groups.computeIfAbsent(votes.address(i), address -> new TreeSet<>()).add(votes.group(i));
      }
    }
    return groups.entrySet().stream()
        .filter(said -> said.getValue().size() >= GROUPS_MIN)
        .map(Map.Entry::getKey)
        .toList();
  }

  synchronized int size() {
    return votes.size();
  }

  /** Makes room for one more vote of a group. */
  private void prune(long group, long nowNanos) {
    while (votes.size() > 0 && nowNanos - votes.saidNanos(0) >= VALIDITY.toNanos()) {
      votes.remove(0);
    }
    if (votes.countOf(group) >= GROUP_VOTES_MAX) {
      votes.remove(votes.oldestOf(group));
    } else if (votes.size() >= VOTES_MAX) {
      votes.remove(0);
    }
  }

  private @Nullable Multiaddr read(Bytes seen) {
    if (!seen.equals(lastSeen)) {
      lastSeen = seen;
      lastAddress = decode(seen);
    }
    return lastAddress;
  }

  private static @Nullable Multiaddr decode(Bytes seen) {
    try {
      Multiaddr address = Multiaddr.decode(seen.toByteArray()).withoutPeerId();
      boolean told = !address.isLoopback() && !address.isUnspecified() && address.ipTcpPort() > 0;
      return told ? address : null;
    } catch (MalformedMessageException unknown) {
      return null;
    }
  }

  /** Returns a number of the group of an observer; {@link #NO_GROUP} without an IP address. */
  private static long groupOf(Multiaddr from) {
    Bytes ip = from.ip();
    int prefixBytes = ip.size() == IP4_BYTES ? IP4_GROUP_BYTES : IP6_GROUP_BYTES;
    int bytes = from.isPrivate() ? ip.size() : Math.min(prefixBytes, ip.size());
    // The length keeps IPv4 and IPv6 apart. Of a private IPv6 address the second half is left.
    long group = ip.size();
    for (int i = 0; i < bytes; i++) {
      group = group << Byte.SIZE | (ip.get(i) & 0xff);
    }
    return group;
  }

  /** Returns the address with the port at which this host listens under the same protocol. */
  private static @Nullable Multiaddr withPortOf(Multiaddr address, List<Multiaddr> listening) {
    Bytes ip = address.ip();
    for (Multiaddr own : listening) {
      Bytes ownIp = own.ip();
      int port = own.ipTcpPort();
      boolean fits = port > 0 && ownIp.size() == ip.size();
      if (fits && !own.endsWithPeerId() && ownIp.equals(ip)) {
        return own;
      }
      if (fits && !own.isLoopback()) {
        return address.withTcpPort(port);
      }
    }
    return null;
  }
}
