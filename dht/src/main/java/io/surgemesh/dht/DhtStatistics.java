package io.surgemesh.dht;

import java.util.Optional;

/**
 * What a DHT knows and has done since it started.
 *
 * @param tablePeers peers in the routing table
 * @param networkSize how many peers there seem to be; empty before enough searches
 * @param queriesSent requests sent to other peers, for whatever purpose
 * @param searches searches of the application that are over
 * @param searchQueries queries those made
 * @param searchRounds summed over those: how many queries, one after the other, led to the answer
 *     of the peer nearest to what was searched for
 * @param hintPeers peers known as hints; 0 without hints
 * @param hintBytesSent what was sent for hints, with an estimate of headers
 */
public record DhtStatistics(
    int tablePeers,
    Optional<NetworkSize> networkSize,
    long queriesSent,
    long searches,
    long searchQueries,
    long searchRounds,
    int hintPeers,
    long hintBytesSent) {
  /** Returns this with what is known of hints. */
  DhtStatistics withHints(int peers, long bytesSent) {
    return new DhtStatistics(
        tablePeers,
        networkSize,
        queriesSent,
        searches,
        searchQueries,
        searchRounds,
        peers,
        bytesSent);
  }
}
