package io.surgemesh.session;

import io.surgemesh.machine.RateLimit;

/**
 * Judges data for streams that are not open.
 *
 * <p>What a peer may have sent before it learned that we reset a stream is no fault: so many bytes
 * are forgiven as it had credit for, in however small frames, whatever streams they belong to among
 * those that were ever open. Of all else some frames per second are borne.
 */
final class YamuxStrays {
  /** What is forgiven at most: the initial windows of 256 streams, all reset at once. */
  static final long FORGIVEN_BYTES_MAX = 256L * Yamux.WINDOW_BYTES_INITIAL;

  private final RateLimit others;
  private long forgivenBytes;

  YamuxStrays(YamuxLimits limits) {
    this.others = RateLimit.perSecond(limits.unknownFramesPerSecond());
  }

  /** We have reset a stream on which the peer had credit for so many bytes. */
  void forgive(long creditBytes) {
    forgivenBytes = Math.min(FORGIVEN_BYTES_MAX, forgivenBytes + creditBytes);
  }

  /**
   * Returns whether a frame is borne.
   *
   * @param wasOpen whether its stream may have been open once
   * @param bodyBytes 0 or more; a frame without a body counts as a byte
   */
  boolean bears(boolean wasOpen, int bodyBytes, long nowNanos) {
    int bytes = Math.max(1, bodyBytes);
    if (wasOpen && bytes <= forgivenBytes) {
      forgivenBytes -= bytes;
      return true;
    }
    return others.allows(nowNanos);
  }
}
