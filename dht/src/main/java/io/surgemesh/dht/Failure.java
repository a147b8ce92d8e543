package io.surgemesh.dht;

/** How a query failed. */
enum Failure {
  /** Its peer is connected all the same. */
  CONNECTED,
  /** The connection closed under it: its peer was there, and may be at the next one. */
  BROKEN,
  /** Its peer could not be reached, or did not answer in time. */
  SILENT,
  /** This host could not ask: it is at a limit of its own, or closing. Says nothing of the peer. */
  UNASKED
}
