package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Starts searches from what this peer knows: whom to ask first, and how long each may take. */
final class SearchStart {
  /** The most peers asked first because they answer soon. */
  static final int SCOUTS_MAX = 4;

  /** How many times as soon as peers do on the whole. */
  private static final int SCOUT_FACTOR = 2;

  private final PeerId self;
  private final DhtConfig config;
  private final RoutingTable table;
  private final @Nullable Hints hints;
  private final IpGroups ipGroups;
  private final Calls calls;
  private final SizeEstimate size;
  private final Searches searches;
  private final Visits visits = new Visits();

  SearchStart(
      PeerId self,
      DhtConfig config,
      RoutingTable table,
      @Nullable Hints hints,
      IpGroups ipGroups,
      Calls calls,
      SizeEstimate size,
      Searches searches) {
    this.self = self;
    this.config = config;
    this.table = table;
    this.hints = hints;
    this.ipGroups = ipGroups;
    this.calls = calls;
    this.size = size;
    this.searches = searches;
  }

  /**
   * Starts a search.
   *
   * @param key what is searched for, not hashed
   * @param first whom to ask besides those of the routing table and the hints
   */
  void search(Search.Purpose purpose, Bytes key, List<PeerInfo> first, long nowNanos) {
    KadMessage request = KadMessage.of(purpose.requestType(), key);
    visits.onSearch(table.indexOf(request.target()), nowNanos);
    List<PeerInfo> seeds = table.seeds(request.target());
    seeds.addAll(first);
    List<PeerInfo> hinted = hints == null ? List.of() : hints.seeds(request.target(), config.k());
    seeds.addAll(hinted);
    // Where the one searched for is a hint, he is asked alone.
    boolean isHinted = !hinted.isEmpty() && Key.of(hinted.get(0).peerId()).equals(request.target());
    long region = purpose.regionWord(regionWord());
    long typical = calls.typical();
    boolean isUrgent =
        !isHinted && purpose.isForApplication() && config.rules() == SearchRules.ADAPTIVE;
    long soonNanos = RoundTrips.smoothedNanos(typical) / SCOUT_FACTOR;
    List<PeerInfo> scouts =
        isUrgent ? table.scouts(request.target(), soonNanos, SCOUTS_MAX) : List.of();
    seeds.addAll(scouts);
    LookupTerms terms =
        new LookupTerms(
            self,
            config,
            table::roundTrips,
            typical,
            ipGroups,
            region,
            purpose.widening(config, regionWord()),
            scouts);
    searches.start(purpose, request, seeds, terms, nowNanos);
  }

  /**
   * Returns how far from a key its k nearest peers should all be, as the first word of a distance;
   * 0 when nothing is known, or the rules know of no regions.
   */
  long regionWord() {
    return config.rules() == SearchRules.ADAPTIVE ? size.regionWord() : 0;
  }

  /** Returns when searches led into which part of the table. */
  Visits visits() {
    return visits;
  }
}
