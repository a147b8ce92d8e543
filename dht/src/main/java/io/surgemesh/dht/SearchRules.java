package io.surgemesh.dht;

/** How a search picks whom to ask, and how long it waits for an answer. */
public enum SearchRules {
  /**
   * By what is known of each peer: of those about equally near to the target the quickest is asked
   * first, and one that takes longer than it should makes room for the next, while it may still
   * answer. Who is searched for and found is waited for alone.
   */
  ADAPTIVE,

  /**
   * As specified and no more (libp2p kad-dht r2, Peer routing): by distance alone, and each peer is
   * waited for until the time of a query is over. What go-libp2p-kad-dht does; there to compare.
   */
  PLAIN
}
