package io.surgemesh.dht;

/**
 * When a lookup that seems to be over goes on, and how far.
 *
 * <p>With n peers the k-th nearest to a point is about k/n of the key space away. Where it is much
 * nearer, somebody may have placed identities around the point; where it is much farther, those who
 * answered may have named only one another. Of honest answers about one in 300 looks like the one,
 * and one in 500 like the other.
 *
 * @param paths how many disjoint paths are walked then, 0 for none at all
 * @param always whether being over means not having found; otherwise only answers of a density that
 *     does not fit are mistrusted
 * @param whereDense whether those who answered may stand too near as well as too far: who tells all
 *     of a region tells enough honest peers of it, however many others stand there
 * @param kWord how far the k-th nearest should be, as the first word of a distance; 0 when nothing
 *     is known of the network's size, or it is hardly larger than k
 */
record Widening(int paths, boolean always, boolean whereDense, long kWord) {
  /** A lookup that ends when it seems to be over. */
  static final Widening NONE = new Widening(0, false, 0);

  Widening(int paths, boolean always, long kWord) {
    this(paths, always, true, kWord);
  }

  /** Returns whether a lookup goes on all the same. */
  boolean isDue(Candidates candidates, int k) {
    return paths > 0 && (always || (kWord != 0 && isOdd(candidates, k)));
  }

  /** Returns whether those who answered stand much nearer or farther than so many should. */
  private boolean isOdd(Candidates candidates, int k) {
    int answered = 0;
    for (int i = 0; i < candidates.size(); i++) {
      if (candidates.status(i) == Candidates.Status.ANSWERED && ++answered == k) {
        return (whereDense && candidates.isWithin(i, kWord >>> 1))
            || !candidates.isWithin(i, sparseWord());
      }
    }
    return true;
  }

  private long sparseWord() {
    return kWord + (kWord >>> 1) + (kWord >>> 2);
  }

  /** Returns the region of a lookup that goes on: around a key twice what it was. */
  long regionWord(long before) {
    return before == 0 ? kWord : Long.compareUnsigned(before, -1L >>> 1) > 0 ? -1 : before << 1;
  }
}
