package io.surgemesh.benchmarks;

/** What a DHT is put to. */
enum DhtAttack {
  /** A fifth and half of the peers conspire, from one moment to the next. */
  LIARS,
  /** Identities ground to a key hide what stands under it. */
  ECLIPSE_KEY,
  /** Identities ground to a peer crowd its routing table. */
  ECLIPSE_NODE,
  /** Half of the peers are replaced every ten minutes. */
  CHURN,
  /** No attack: peers are searched for by how much they have of something. */
  CAPABILITIES,
  /** A few identities ground to a key stand there, silent or lying, in one to eight networks. */
  KEY_GROUPS
}
