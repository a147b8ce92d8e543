package io.surgemesh.gossip;

/**
 * What a peer can do wrong, and how much of it weighs.
 *
 * <p>A peer past {@link PeerFaults#GRAYLIST_POINTS} is no longer listened to. An honest peer
 * forwards only what it has verified, so a few bad messages are enough.
 */
enum Misbehaviour {
  /** Its RPC could not be read, or was beyond a limit. */
  MALFORMED_RPC(20),
  /** A message that it sent was rejected. */
  INVALID_MESSAGE(20),
  /** A message carried an author, a number, a signature or a key, or was too long. */
  REFUSED_MESSAGE(10),
  /** It grafted us before its backoff was over. */
  GRAFT_IN_BACKOFF(10),
  /** It sent more topics, IHAVE or ids than it may. */
  LIMIT_BROKEN(5),
  /** It announced a message by IHAVE and did not send it when asked. */
  PROMISE_BROKEN(5);

  private final int points;

  Misbehaviour(int points) {
    this.points = points;
  }

  int points() {
    return points;
  }
}
