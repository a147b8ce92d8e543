package io.surgemesh.session;

/** What one yamux stream owes and is owed. Plain state of {@link Yamux}. */
final class YamuxStreamState {
  final int id;
  boolean acked;
  boolean localClosed;
  boolean remoteClosed;

  /** What we may still send; within 0 to 2^32-1. */
  long sendCredit = Yamux.WINDOW_BYTES_INITIAL;

  /** What the peer may still send. */
  long receiveCredit = Yamux.WINDOW_BYTES_INITIAL;

  /** To which {@link #receiveCredit} is filled up again. */
  int windowBytes = Yamux.WINDOW_BYTES_INITIAL;

  /** Consumed, but not given back to the peer yet. */
  long consumedBytes;

  long windowSentNanos;

  YamuxStreamState(int id, long nowNanos) {
    this.id = id;
    this.windowSentNanos = nowNanos;
  }

  /** Counts bytes that our side has dealt with; no more than have arrived. */
  void consume(int bytes) {
    consumedBytes = Math.min(consumedBytes + bytes, windowBytes - receiveCredit);
  }

  /** Gives the peer credit for what was consumed, and for some more; returns how much. */
  int grant(int more, long nowNanos) {
    long granted = consumedBytes + more;
    consumedBytes = 0;
    receiveCredit += granted;
    windowSentNanos = nowNanos;
    return (int) granted;
  }
}
