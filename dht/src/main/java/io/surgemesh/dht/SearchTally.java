package io.surgemesh.dht;

import java.util.Optional;

/** Counts the searches of the application. */
final class SearchTally {
  private long searches;
  private long queries;
  private long rounds;

  void onOver(Lookup lookup) {
    searches++;
    queries += lookup.asked();
    rounds += lookup.rounds();
  }

  DhtStatistics statistics(int tablePeers, Optional<NetworkSize> networkSize, long queriesSent) {
    return new DhtStatistics(tablePeers, networkSize, queriesSent, searches, queries, rounds, 0, 0);
  }
}
