package io.surgemesh.identity;

/** Why a stream ended before both directions were closed. */
public enum ResetReason {
  /** The peer reset it, or closed it before all that was wanted had come. */
  REMOTE,
  /** The peer does not speak the protocol that the stream was opened for. */
  NOT_SUPPORTED,
  /** Its connection closed. */
  CONNECTION_CLOSED,
  /** More was queued than a stream may hold, or more that came was held than a host may hold. */
  OVERFLOW,
  /** The peer broke the protocol. */
  MISBEHAVED,
  /** A deadline passed. */
  TIMED_OUT;

  /** Returns why a stream ended whose protocol was not agreed for {@code failure}. */
  public static ResetReason of(MeshException failure) {
    return failure instanceof MeshException.StreamBroken broken ? broken.reason() : NOT_SUPPORTED;
  }
}
