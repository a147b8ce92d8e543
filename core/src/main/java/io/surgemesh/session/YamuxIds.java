package io.surgemesh.session;

/**
 * The ids of one session's streams: odd ones of the side that dialled, even ones of the other, each
 * side's in rising order.
 */
final class YamuxIds {
  private final int parity;
  private int next;

  /** The highest that the peer has opened a stream with, unsigned. */
  private int highestTheirs;

  /** Creates ids of which the first of ours is {@code first}. */
  YamuxIds(int first) {
    this.parity = first & 1;
    this.next = first;
  }

  boolean isOurs(int streamId) {
    return (streamId & 1) == parity;
  }

  /** Returns whether all of ours are used up, up to 2^31; none is used twice. */
  boolean areUsedUp() {
    return next < 0;
  }

  /** Returns the id of our next stream, and counts it as used. */
  int take() {
    int taken = next;
    next += 2;
    return taken;
  }

  /** Takes note of a stream that the peer opened, or wanted to. */
  void saw(int streamId) {
    if (Integer.compareUnsigned(streamId, highestTheirs) > 0) {
      highestTheirs = streamId;
    }
  }

  /** Returns whether a stream may have been open once. */
  boolean wasOpen(int streamId) {
    return isOurs(streamId)
        ? Integer.compareUnsigned(streamId, next) < 0
        : Integer.compareUnsigned(streamId, highestTheirs) <= 0;
  }
}
