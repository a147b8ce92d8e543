package io.surgemesh.dht;

import java.time.Duration;

/**
 * How the DHT of one mesh behaves. The defaults are libp2p's where it has one.
 *
 * @param k peers per bucket, per answer and per stored record, 1 to 20 (libp2p kad-dht r2,
 *     Replication parameter)
 * @param alpha most queries of one search in flight, 1 to 64 (libp2p kad-dht r2, Alpha concurrency)
 * @param queryTimeout for one query, connecting included
 * @param searchTimeout for one search; at its end it completes with what it has
 * @param queriesMax most peers one search asks; then it completes with what it has
 * @param searchesMax most searches that applications may have running; a further one completes at
 *     once with what is known locally
 * @param providerExpiry how long a provider record of others is kept, by the monotonic clock
 * @param announceInterval mean time between two announcements of one capability; each is moved at
 *     random by up to a fifth. Well below {@code providerExpiry}
 * @param refreshInterval mean time between two refreshes of the routing table, moved likewise
 * @param rules how a search picks whom to ask, and how long it waits
 * @param ipGroupPeersMax most peers of one /16 of IPv4 or /32 of IPv6 in a bucket of the routing
 *     table and among the nearest of a search, 1 to 80; {@value #IP_GROUP_PEERS_ALL} limits
 *     nothing, for a mesh all of whose peers stand in one network with public addresses. Loopback
 *     and private addresses are not limited as long as this peer has no public one
 */
public record DhtConfig(
    int k,
    int alpha,
    Duration queryTimeout,
    Duration searchTimeout,
    int queriesMax,
    int searchesMax,
    Duration providerExpiry,
    Duration announceInterval,
    Duration refreshInterval,
    SearchRules rules,
    int ipGroupPeersMax) {
  /** No limit of peers per IP group. */
  public static final int IP_GROUP_PEERS_ALL = 80;

  private static final int K_MAX = 20;
  private static final int ALPHA_MAX = 64;
  private static final int COUNT_MAX = 4096;
  private static final Duration TIME_MAX = Duration.ofDays(7);

  /**
   * Checks the ranges: each time is more than 0 and at most 7 days, each count 1 to 4,096.
   *
   * @throws IllegalArgumentException naming the value out of range
   */
  public DhtConfig {
    requireCount(k, K_MAX, "k");
    requireCount(alpha, ALPHA_MAX, "alpha");
    requireCount(queriesMax, COUNT_MAX, "queriesMax");
    requireCount(searchesMax, COUNT_MAX, "searchesMax");
    requireCount(ipGroupPeersMax, IP_GROUP_PEERS_ALL, "ipGroupPeersMax");
    requireTime(queryTimeout, "queryTimeout");
    requireTime(searchTimeout, "searchTimeout");
    requireTime(providerExpiry, "providerExpiry");
    requireTime(announceInterval, "announceInterval");
    requireTime(refreshInterval, "refreshInterval");
  }

  /**
   * Returns k 20, alpha 10, 10 s per query, 60 s and 200 queries per search, 256 searches at once,
   * records for 30 min, announced every 12.5 min, the table refreshed every 10 min, adaptive rules,
   * 2 peers of an IP group.
   */
  public static DhtConfig defaults() {
    return new DhtConfig(
        20,
        10,
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        200,
        256,
        Duration.ofMinutes(30),
        Duration.ofSeconds(750),
        Duration.ofMinutes(10),
        SearchRules.ADAPTIVE,
        2);
  }

  /**
   * Returns the defaults with the times of records of IPFS's public DHT: kept for 48 h, announced
   * every 22 h (go-libp2p-kad-dht, amino/defaults.go).
   */
  public static DhtConfig amino() {
    return defaults().withProviderTimes(Duration.ofHours(48), Duration.ofHours(22));
  }

  /** Returns this with another number of queries in flight. */
  public DhtConfig withAlpha(int other) {
    return new DhtConfig(
        k,
        other,
        queryTimeout,
        searchTimeout,
        queriesMax,
        searchesMax,
        providerExpiry,
        announceInterval,
        refreshInterval,
        rules,
        ipGroupPeersMax);
  }

  /** Returns this with other deadlines of a query and of a search. */
  public DhtConfig withTimeouts(Duration query, Duration search) {
    return new DhtConfig(
        k,
        alpha,
        query,
        search,
        queriesMax,
        searchesMax,
        providerExpiry,
        announceInterval,
        refreshInterval,
        rules,
        ipGroupPeersMax);
  }

  /** Returns this with other times of records: how long they are kept, how often announced. */
  public DhtConfig withProviderTimes(Duration expiry, Duration announcing) {
    return new DhtConfig(
        k,
        alpha,
        queryTimeout,
        searchTimeout,
        queriesMax,
        searchesMax,
        expiry,
        announcing,
        refreshInterval,
        rules,
        ipGroupPeersMax);
  }

  /** Returns this with another time between two refreshes. */
  public DhtConfig withRefreshInterval(Duration other) {
    return new DhtConfig(
        k,
        alpha,
        queryTimeout,
        searchTimeout,
        queriesMax,
        searchesMax,
        providerExpiry,
        announceInterval,
        other,
        rules,
        ipGroupPeersMax);
  }

  /** Returns this with other rules of searching. */
  public DhtConfig withRules(SearchRules other) {
    return new DhtConfig(
        k,
        alpha,
        queryTimeout,
        searchTimeout,
        queriesMax,
        searchesMax,
        providerExpiry,
        announceInterval,
        refreshInterval,
        other,
        ipGroupPeersMax);
  }

  /** Returns this with another bound on the peers of one IP group. */
  public DhtConfig withIpGroupPeersMax(int other) {
    return new DhtConfig(
        k,
        alpha,
        queryTimeout,
        searchTimeout,
        queriesMax,
        searchesMax,
        providerExpiry,
        announceInterval,
        refreshInterval,
        rules,
        other);
  }

  /**
   * Returns how peers are counted by where their addresses are.
   *
   * @param isPublic whether this peer has a public address
   */
  IpGroups ipGroups(boolean isPublic) {
    return new IpGroups(ipGroupPeersMax, isPublic);
  }

  private static void requireCount(int value, int max, String name) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException(name + " out of range: " + value);
    }
  }

  private static void requireTime(Duration value, String name) {
    if (value.isNegative() || value.isZero() || value.compareTo(TIME_MAX) > 0) {
      throw new IllegalArgumentException(name + " out of range: " + value);
    }
  }
}
