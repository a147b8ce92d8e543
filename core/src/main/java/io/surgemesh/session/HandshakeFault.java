package io.surgemesh.session;

/**
 * What a peer did wrong in the upgrade of a connection, for logs.
 *
 * <p>Internal: public only for the rooms that drive sessions.
 */
public enum HandshakeFault {
  /**
   * Nothing that is known: the connection is gone, the peer did not want it, we speak too different
   * protocols, or this side failed.
   */
  NONE,
  /** Bytes that are no multistream-select. */
  MULTISTREAM,
  /** It was too slow. */
  DEADLINE,
  /** It is another peer than expected. */
  WRONG_PEER,
  /** A Noise message that is malformed or forged. */
  NOISE_MESSAGE,
  /** A Noise key of small order. */
  NOISE_KEY,
  /** A Noise static key that is not signed. */
  NOISE_SIGNATURE,
  /** TLS messages or certificates that are malformed, forged or out of place. */
  TLS,
  /** A forged record while the muxer was agreed. */
  RECORD;

  /**
   * Returns whether it took this side arithmetic to find out, so that whoever does it again and
   * again has to be kept from doing so.
   */
  public boolean isCostly() {
    return switch (this) {
      case NOISE_MESSAGE, NOISE_KEY, NOISE_SIGNATURE, TLS, RECORD -> true;
      case NONE, MULTISTREAM, DEADLINE, WRONG_PEER -> false;
    };
  }
}
