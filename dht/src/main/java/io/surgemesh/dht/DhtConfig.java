package io.surgemesh.dht;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * How the DHT of one mesh behaves. The defaults are libp2p's where it has one.
 *
 * @param k peers per answer and per stored record, 1 to 20 (libp2p kad-dht r2, Replication
 *     parameter). A bucket of the routing table holds four times as many, under plain rules k
 * @param alpha most queries of one search in flight that are not slow, 1 to 64 (libp2p kad-dht r2,
 *     Alpha concurrency); as many slow ones may be waited for, and up to four quick peers are asked
 *     beside the first
 * @param paths along how many disjoint paths a search goes on that seems to be over but has not
 *     found its peer, or whose answers stand nearer or farther than so many peers should, 0 to 32.
 *     A path is 3 queries at most, and {@code queriesMax} holds for all
 * @param queryTimeout for one query, connecting included
 * @param searchTimeout for one search; at its end it completes with what it has
 * @param queriesMax most peers one search asks; then it completes with what it has
 * @param searchesMax most searches that applications may have running; a further one completes at
 *     once with what is known locally
 * @param providerExpiry how long a provider record of others is kept, by the monotonic clock
 * @param valueExpiry how long a value of others is kept, by the monotonic clock
 * @param announceInterval mean time between two announcements of one capability; each is moved at
 *     random by up to a fifth. Well below {@code providerExpiry}
 * @param refreshInterval mean time between two refreshes of the routing table, moved likewise
 * @param rules how a search picks whom to ask, and how long it waits
 * @param ipGroupPeersMax most peers of one /16 of IPv4 or /32 of IPv6 in a bucket of the routing
 *     table and among the nearest of a search, 1 to 80; what such a network sends fills an eighth
 *     of the records that this peer keeps for others. {@value #IP_GROUP_PEERS_ALL} limits nothing,
 *     for a mesh all of whose peers stand in one network with public addresses. Loopback and
 *     private addresses are not limited as long as this peer has no public one
 * @param validators by namespace, at most {@value #VALIDATORS_MAX}: who judges the values under its
 *     keys. Those of other namespaces are neither kept nor believed
 */
public record DhtConfig(
    int k,
    int alpha,
    int paths,
    Duration queryTimeout,
    Duration searchTimeout,
    int queriesMax,
    int searchesMax,
    Duration providerExpiry,
    Duration valueExpiry,
    Duration announceInterval,
    Duration refreshInterval,
    SearchRules rules,
    int ipGroupPeersMax,
    Map<String, ValueValidator> validators) {
  /** No limit of peers per IP group. */
  public static final int IP_GROUP_PEERS_ALL = 80;

  /** The most namespaces of values. */
  public static final int VALIDATORS_MAX = 16;

  private static final int K_MAX = 20;
  private static final int ALPHA_MAX = 64;
  private static final int COUNT_MAX = 4096;
  private static final Duration TIME_MAX = Duration.ofDays(7);

  /**
   * Checks the ranges: each time is more than 0 and at most 7 days, each count 1 to 4,096, each
   * namespace not empty and without a slash.
   *
   * @throws IllegalArgumentException naming the value out of range
   */
  public DhtConfig {
    requireCount(k, K_MAX, "k");
    requireCount(alpha, ALPHA_MAX, "alpha");
    if (paths < 0 || paths > Paths.PATHS_MAX) {
      throw new IllegalArgumentException("paths out of range: " + paths);
    }
    requireCount(queriesMax, COUNT_MAX, "queriesMax");
    requireCount(searchesMax, COUNT_MAX, "searchesMax");
    requireCount(ipGroupPeersMax, IP_GROUP_PEERS_ALL, "ipGroupPeersMax");
    requireTime(queryTimeout, "queryTimeout");
    requireTime(searchTimeout, "searchTimeout");
    requireTime(providerExpiry, "providerExpiry");
    requireTime(valueExpiry, "valueExpiry");
    requireTime(announceInterval, "announceInterval");
    requireTime(refreshInterval, "refreshInterval");
    validators = Collections.unmodifiableMap(new TreeMap<>(validators));
    if (validators.size() > VALIDATORS_MAX) {
      throw new IllegalArgumentException("validators out of range: " + validators.size());
    }
    validators.keySet().forEach(DhtConfig::requireNamespace);
  }

  /**
   * Returns k 20, alpha 10, 8 paths, 10 s per query, 60 s and 200 queries per search, 256 searches
   * at once, records for 30 min, announced every 12.5 min, values for 48 h (libp2p kad-dht r2,
   * Record expiration), the table refreshed every 10 min, adaptive rules, 2 peers of an IP group,
   * and values under {@code /pk/} alone: the public keys of peers.
   */
  public static DhtConfig defaults() {
    return new DhtConfig(
        20,
        10,
        8,
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        200,
        256,
        Duration.ofMinutes(30),
        Duration.ofDays(2),
        Duration.ofSeconds(750),
        Duration.ofMinutes(10),
        SearchRules.ADAPTIVE,
        2,
        new TreeMap<>(
            Collections.singletonMap(PublicKeyValidator.NAMESPACE, PublicKeyValidator.INSTANCE)));
  }

  /**
   * Returns the defaults with the rules of IPFS's public DHT: provider records are kept for 48 h
   * and announced every 22 h (go-libp2p-kad-dht, amino/defaults.go), and values stand under {@code
   * /ipns/} as well, those of {@link IpnsRecord}.
   */
  public static DhtConfig amino() {
    return defaults()
        .withProviderTimes(Duration.ofHours(48), Duration.ofHours(22))
        .withValidator(IpnsValidator.NAMESPACE, IpnsValidator.INSTANCE);
  }

  /** Returns this with another number of queries in flight. */
  public DhtConfig withAlpha(int other) {
    return with(draft -> draft.alpha = other);
  }

  /** Returns this with another number of paths; with 0 a search ends when it seems to be over. */
  public DhtConfig withPaths(int other) {
    return with(draft -> draft.paths = other);
  }

  /** Returns this with other deadlines of a query and of a search. */
  public DhtConfig withTimeouts(Duration query, Duration search) {
    return with(
        draft -> {
          draft.queryTimeout = query;
          draft.searchTimeout = search;
        });
  }

  /** Returns this with other times of records: how long they are kept, how often announced. */
  public DhtConfig withProviderTimes(Duration expiry, Duration announcing) {
    return with(
        draft -> {
          draft.providerExpiry = expiry;
          draft.announceInterval = announcing;
        });
  }

  /** Returns this with another time between two refreshes. */
  public DhtConfig withRefreshInterval(Duration other) {
    return with(draft -> draft.refreshInterval = other);
  }

  /** Returns this with other rules of searching. */
  public DhtConfig withRules(SearchRules other) {
    return with(draft -> draft.rules = other);
  }

  /** Returns this with another bound on the peers of one IP group. */
  public DhtConfig withIpGroupPeersMax(int other) {
    return with(draft -> draft.ipGroupPeersMax = other);
  }

  /** Returns this with another time for which values are kept. */
  public DhtConfig withValueExpiry(Duration other) {
    return with(draft -> draft.valueExpiry = other);
  }

  /**
   * Returns this with values of one more namespace, or another validator for a known one.
   *
   * @param namespace without slashes, such as {@code ipns} for keys {@code /ipns/...}
   */
  public DhtConfig withValidator(String namespace, ValueValidator validator) {
    Map<String, ValueValidator> all = new TreeMap<>(validators);
    all.put(namespace, validator);
    return with(draft -> draft.validators = all);
  }

  /**
   * Returns the mean time between two puts of one value by whoever put it first: 22 h of 48 h
   * (libp2p kad-dht r2, Content replication), and as much of another {@link #valueExpiry}.
   */
  Duration putInterval() {
    return valueExpiry.multipliedBy(11).dividedBy(24);
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

  private static void requireNamespace(String name) {
    if (name.isEmpty() || name.length() >= KadCodec.KEY_BYTES_MAX || name.contains("/")) {
      throw new IllegalArgumentException("not a namespace: " + name);
    }
  }

  private static void requireTime(Duration value, String name) {
    if (value.isNegative() || value.isZero() || value.compareTo(TIME_MAX) > 0) {
      throw new IllegalArgumentException(name + " out of range: " + value);
    }
  }

  private DhtConfig with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.config();
  }

  /** All values of a config, of which some are about to be others. */
  private static final class Draft {
    private final int k;
    private int alpha;
    private int paths;
    private Duration queryTimeout;
    private Duration searchTimeout;
    private final int queriesMax;
    private final int searchesMax;
    private Duration providerExpiry;
    private Duration valueExpiry;
    private Duration announceInterval;
    private Duration refreshInterval;
    private SearchRules rules;
    private int ipGroupPeersMax;
    private Map<String, ValueValidator> validators;

    Draft(DhtConfig config) {
      this.k = config.k;
      this.alpha = config.alpha;
      this.paths = config.paths;
      this.queryTimeout = config.queryTimeout;
      this.searchTimeout = config.searchTimeout;
      this.queriesMax = config.queriesMax;
      this.searchesMax = config.searchesMax;
      this.providerExpiry = config.providerExpiry;
      this.valueExpiry = config.valueExpiry;
      this.announceInterval = config.announceInterval;
      this.refreshInterval = config.refreshInterval;
      this.rules = config.rules;
      this.ipGroupPeersMax = config.ipGroupPeersMax;
      this.validators = config.validators;
    }

    DhtConfig config() {
      return new DhtConfig(
          k,
          alpha,
          paths,
          queryTimeout,
          searchTimeout,
          queriesMax,
          searchesMax,
          providerExpiry,
          valueExpiry,
          announceInterval,
          refreshInterval,
          rules,
          ipGroupPeersMax,
          validators);
    }
  }
}
