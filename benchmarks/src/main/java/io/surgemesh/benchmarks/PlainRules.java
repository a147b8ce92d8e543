package io.surgemesh.benchmarks;

import io.surgemesh.dht.DhtConfig;
import io.surgemesh.dht.SearchRules;
import java.time.Duration;

/** What peers are compared with: our own, that search and keep tables as go-libp2p-kad-dht does. */
final class PlainRules {
  private static final int ALPHA = 10;

  /** After which go-libp2p gives up to connect over TCP. */
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private PlainRules() {}

  /**
   * Returns how such peers are configured; the limits of networks stay, as IPFS's peers have some.
   */
  static DhtConfig of(DhtConfig ours) {
    return ours.withAlpha(ALPHA)
        .withRules(SearchRules.PLAIN)
        .withTimeouts(TIMEOUT, ours.searchTimeout());
  }
}
