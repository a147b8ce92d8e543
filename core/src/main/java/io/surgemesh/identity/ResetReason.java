package io.surgemesh.identity;

/** Why a stream ended before both directions were closed. */
public enum ResetReason {
  /** The peer reset it, or closed it before all that was wanted had come. */
  REMOTE,
  /** The peer does not speak the protocol that the stream was opened for. */
  NOT_SUPPORTED,
  /** Its connection closed. */
  CONNECTION_CLOSED,
  /** More was queued than a stream may hold. */
  OVERFLOW,
  /** The peer broke the protocol. */
  MISBEHAVED,
  /** A deadline passed. */
  TIMED_OUT
}
