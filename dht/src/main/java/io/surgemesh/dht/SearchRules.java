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
   * What go-libp2p-kad-dht does, there to compare: by distance alone, each peer waited for until
   * the time of a query is over; once the three nearest have answered (its beta), the rest of the k
   * nearest known by then is asked at once, and nobody else. Buckets hold k peers, each is searched
   * in at each refresh, records go to the k nearest at the end.
   */
  PLAIN
}
