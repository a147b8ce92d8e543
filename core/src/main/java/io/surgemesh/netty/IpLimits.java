package io.surgemesh.netty;

import java.time.Duration;

/**
 * How many connections a host accepts from one place of the network (the figures are go-libp2p's).
 *
 * <p>Loopback, private and link-local addresses are spared while the host announces no public
 * address: then it is on a machine or a network of its own.
 *
 * @param perHostMax connections from an IPv4 address, or from an IPv6 /56, which one customer has
 * @param perSiteMax connections from an IPv6 /48
 * @param hostEvery how often in the long run a new one is accepted from an IPv4 address or a /56
 * @param hostBurst how many of these at once
 * @param siteEvery how often in the long run a new one is accepted from a /48
 * @param siteBurst how many of these at once
 */
public record IpLimits(
    int perHostMax,
    int perSiteMax,
    Duration hostEvery,
    int hostBurst,
    Duration siteEvery,
    int siteBurst) {
  /** Returns 8 and 64 connections; one in 5 s and 16 at once; one in 2 s and 80 at once. */
  public static IpLimits defaults() {
    return new IpLimits(8, 64, Duration.ofSeconds(5), 16, Duration.ofSeconds(2), 80);
  }
}
