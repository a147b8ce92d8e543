package io.surgemesh.netty;

import io.surgemesh.multiformats.Bytes;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts accepted connections by where they come from, by {@link IpLimits}.
 *
 * <p>Remembers {@value #GROUPS_MAX} places; at the bound the one without connections that was seen
 * longest ago is forgotten. Not thread-safe.
 */
final class IpGate {
  static final int GROUPS_MAX = 4096;

  private static final int HOST_BYTES = 7;
  private static final int SITE_BYTES = 6;

  private static final class Group {
    private int count;
    private long spentUntilNanos = Long.MIN_VALUE;
  }

  /** How many a group may have, and how fast they may come: a token bucket. */
  private record Bound(int countMax, long everyNanos, int burst) {
    boolean allows(Group group, long nowNanos) {
      return group.count < countMax && spent(group, nowNanos) - nowNanos <= everyNanos * burst;
    }

    long spent(Group group, long nowNanos) {
      return Math.max(group.spentUntilNanos, nowNanos) + everyNanos;
    }
  }

  private final Bound host;
  private final Bound site;
  // In the order in which they were last seen.
  private final Map<Bytes, Group> groups = new LinkedHashMap<>();

  IpGate(IpLimits limits) {
    this.host = new Bound(limits.perHostMax(), limits.hostEvery().toNanos(), limits.hostBurst());
    this.site = new Bound(limits.perSiteMax(), limits.siteEvery().toNanos(), limits.siteBurst());
  }

  /** Returns the narrowest group of an address: the IPv4 address itself, or the IPv6 /56. */
  static Bytes hostOf(InetAddress ip) {
    Bytes all = Bytes.of(ip.getAddress());
    return ip instanceof Inet4Address ? all : all.slice(0, HOST_BYTES);
  }

  private static List<Bytes> groupsOf(InetAddress ip) {
    Bytes host = hostOf(ip);
    return ip instanceof Inet4Address ? List.of(host) : List.of(host, host.slice(0, SITE_BYTES));
  }

  /** Counts a connection and returns true, or false when there are too many, or too fast. */
  boolean enter(InetAddress ip, long nowNanos) {
    List<Bytes> names = groupsOf(ip);
    for (Bytes name : names) {
      if (!bound(name).allows(touched(name), nowNanos)) {
        return false;
      }
    }
    for (Bytes name : names) {
      Group group = touched(name);
      group.count++;
      group.spentUntilNanos = bound(name).spent(group, nowNanos);
    }
    return true;
  }

  /** A counted connection is gone. */
  void leave(InetAddress ip) {
    for (Bytes name : groupsOf(ip)) {
      Group group = groups.get(name);
      if (group != null) {
        group.count--;
      }
    }
  }

  private Bound bound(Bytes name) {
    return name.size() == SITE_BYTES ? site : host;
  }

  private Group touched(Bytes name) {
    Group group = groups.remove(name);
    if (group == null) {
      group = new Group();
      forgetOldest();
    }
    groups.put(name, group);
    return group;
  }

  private void forgetOldest() {
    Iterator<Group> oldestFirst = groups.values().iterator();
    boolean full = groups.size() >= GROUPS_MAX;
    while (full && oldestFirst.hasNext()) {
      if (oldestFirst.next().count == 0) {
        oldestFirst.remove();
        full = false;
      }
    }
  }
}
