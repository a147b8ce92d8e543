package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.multiformats.Multiaddr.Protocol;
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

  private static final int IP4_GROUP_BYTES = 2;
  private static final int IP6_GROUP_BYTES = 6;

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
    Bytes group = groupOf(from);
    Multiaddr meant = listening.isEmpty() ? address : withPortOf(address, listening);
    if (group.isEmpty() || meant == null) {
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
    Map<Multiaddr, Set<Bytes>> groups = new TreeMap<>();
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
  private void prune(Bytes group, long nowNanos) {
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
      boolean told = !address.isLoopback() && !address.isUnspecified() && isIpWithPort(address);
      return told ? address : null;
    } catch (MalformedMessageException unknown) {
      return null;
    }
  }

  private static boolean isIpWithPort(Multiaddr address) {
    return !ipOf(address).isEmpty() && address.tcp().map(tcp -> tcp.port() > 0).orElse(false);
  }

  private static Bytes ipOf(Multiaddr address) {
    Multiaddr.Component first = address.components().get(0);
    return isIp(first.protocol()) ? first.value() : Bytes.EMPTY;
  }

  private static boolean isIp(Protocol protocol) {
    return protocol == Protocol.IP4 || protocol == Protocol.IP6;
  }

  private static Bytes groupOf(Multiaddr from) {
    Bytes ip = ipOf(from);
    if (ip.isEmpty() || from.isPrivate()) {
      return ip;
    }
    return ip.slice(
        0, from.components().get(0).protocol() == Protocol.IP4 ? IP4_GROUP_BYTES : IP6_GROUP_BYTES);
  }

  /** Returns the address with the port at which this host listens under the same protocol. */
  private static @Nullable Multiaddr withPortOf(Multiaddr address, List<Multiaddr> listening) {
    Multiaddr.Component ip = address.components().get(0);
    for (Multiaddr own : listening) {
      boolean fits = own.components().get(0).protocol() == ip.protocol() && isIpWithPort(own);
      if (fits && own.components().size() == 2 && ipOf(own).equals(ip.value())) {
        return own;
      }
      if (fits && !own.isLoopback()) {
        return address.withTcpPort(own.tcp().get().port());
      }
    }
    return null;
  }
}
