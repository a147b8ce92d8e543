package io.surgemesh.dht;

import io.surgemesh.dht.Candidates.Status;

/**
 * The nearest candidates of a lookup that are neither silent nor slow, of one IP group only so
 * many: k, and what else is in the region.
 *
 * @param size how many they are
 * @param next whom of them to ask next; less than 0 for nobody
 * @param settled whether all of them have answered
 */
record Frontier(int size, int next, boolean settled) {
  /**
   * Returns the frontier as it is now.
   *
   * @param regionWord the first word of the distance within which candidates count beyond k
   * @param mayAsk whether anybody may be asked yet; otherwise those not asked do not count
   */
  static Frontier of(Candidates candidates, LookupTerms terms, long regionWord, boolean mayAsk) {
    GroupCounts counts = new GroupCounts(terms.ipGroups().peersMax());
    int k = terms.config().k();
    int next = -1;
    int size = 0;
    boolean settled = true;
    for (int i = 0; i < candidates.size() && reaches(candidates, i, size, k, regionWord); i++) {
      Status status = candidates.status(i);
      boolean left =
          status == Status.SILENT || status == Status.SLOW || (status == Status.NEW && !mayAsk);
      if (left || !(counts.add(candidates.groups(i)) || (i == 0 && candidates.isTargetKnown()))) {
        continue;
      }
      if (status == Status.NEW) {
        next = next < 0 || isPreferred(candidates, terms, i, next) ? i : next;
      }
      size++;
      settled &= status == Status.ANSWERED;
    }
    return new Frontier(size, next, settled);
  }

  /** Returns whether a candidate belongs to a frontier that has {@code size} nearer ones. */
  static boolean reaches(Candidates candidates, int index, int size, int k, long regionWord) {
    return size < k || (size < Lookup.REGION_MAX && candidates.isWithin(index, regionWord));
  }

  /** Returns whether a candidate that is not nearer is asked first all the same. */
  private static boolean isPreferred(
      Candidates candidates, LookupTerms terms, int index, int nearer) {
    return terms.areAdaptive()
        && candidates.sharedBits(index) == candidates.sharedBits(nearer)
        && expectedNanos(candidates, terms, index) < expectedNanos(candidates, terms, nearer);
  }

  private static long expectedNanos(Candidates candidates, LookupTerms terms, int index) {
    return RoundTrips.smoothedNanos(terms.expected(candidates.roundTrips(index)));
  }
}
