package io.surgemesh.netty;

/**
 * What one stream makes the host hold: bytes it was given and has not consumed, and what its
 * listener keeps of those it has. Confined to the connection's loop.
 *
 * <p>Most listeners consume what they are given at once, so it is counted in the peer's budget only
 * once they have had it.
 */
final class InboundHold {
  /** What each piece that waits takes besides its bytes: frames may be as short as one byte. */
  static final int PIECE_BYTES = 128;

  private final InboundBudget budget;
  private int unconsumedBytes;
  private int pieces;
  private int keptBytes;
  private int countedBytes;
  private boolean over;

  InboundHold(InboundBudget budget) {
    this.budget = budget;
  }

  void delivered(int bytes) {
    unconsumedBytes += bytes;
    pieces++;
  }

  /** Whoever consumes does not say of how many pieces: of as many as there are on average. */
  void consumed(int bytes) {
    int left = Math.max(0, unconsumedBytes - bytes);
    pieces = left == 0 ? 0 : (int) ((long) pieces * left / unconsumedBytes);
    unconsumedBytes = left;
  }

  void kept(int bytes) {
    keptBytes = bytes;
  }

  int bytes() {
    return over ? 0 : unconsumedBytes + keptBytes + pieces * PIECE_BYTES;
  }

  /** Counts in the budget what has changed; returns whether that fits. */
  InboundBudget.Verdict count() {
    int more = bytes() - countedBytes;
    if (more == 0) {
      return InboundBudget.Verdict.FITS;
    }
    countedBytes += more;
    return budget.add(more);
  }

  /** The stream is over: what its listener has not dealt with yet is its own from now on. */
  void end() {
    over = true;
    var unused = count();
  }
}
