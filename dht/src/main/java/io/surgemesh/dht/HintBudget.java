package io.surgemesh.dht;

import io.surgemesh.machine.RateLimit;

/**
 * What may be sent, or received, for hints; each exchange counts with its headers.
 *
 * <p>The last {@value #RESERVED_PART}th of what can be saved up is not for answers to others:
 * whoever asks without end does not keep this peer from asking itself.
 */
final class HintBudget {
  /**
   * What a request or its answer takes beside itself on a connection that is there: the stream's
   * opening, agreeing on the protocol and end, each with the headers of frames and packets.
   */
  static final int EXCHANGE_BYTES = 300;

  /** What is reserved for this peer's own requests, as a part. */
  static final int RESERVED_PART = 8;

  private final RateLimit limit;
  private final int reservedBytes;
  private long spentBytes;

  HintBudget(HintsConfig config) {
    this.limit = new RateLimit(config.bytesPerSecond(), config.burstBytes());
    this.reservedBytes = config.burstBytes() / RESERVED_PART;
  }

  /** Returns how long a message may be now; less than 0 when none may be. */
  int left(long nowNanos) {
    return limit.left(nowNanos) - EXCHANGE_BYTES;
  }

  /** Returns how long an answer to another may be now, as {@link #left}. */
  int leftForAnswers(long nowNanos) {
    return left(nowNanos) - reservedBytes;
  }

  /** Counts a message and returns whether it is within the budget; one beyond does not count. */
  boolean spend(int messageBytes, long nowNanos) {
    int bytes = messageBytes + EXCHANGE_BYTES;
    if (!limit.allows(bytes, nowNanos)) {
      return false;
    }
    spentBytes += bytes;
    return true;
  }

  /** Returns how much was spent so far. */
  long spentBytes() {
    return spentBytes;
  }
}
