package io.surgemesh.dht;

import io.surgemesh.dht.Candidates.Status;

/**
 * The nearest candidates of a lookup that are neither silent nor slow, of one IP group only so
 * many: k, and what else is in the region.
 *
 * @param size how many they are
 * @param end the index of the first candidate beyond them
 * @param next whom of them to ask next; less than 0 for nobody
 * @param settled whether all of them have answered
 */
record Frontier(int size, int end, int next, boolean settled) {
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
    int i = 0;
    for (; i < candidates.size() && reaches(candidates, i, size, k, regionWord); i++) {
      Status status = candidates.status(i);
      boolean left =
          status == Status.SILENT || status == Status.SLOW || (status == Status.NEW && !mayAsk);
      if (left || !(counts.add(candidates.groups(i)) || (i == 0 && candidates.isTargetKnown()))) {
        continue;
      }
      if (status == Status.NEW) {
        next = next < 0 || terms.prefer(candidates, i, next) ? i : next;
      }
      size++;
      settled &= status == Status.ANSWERED;
    }
    return new Frontier(size, i, next, settled);
  }

  /** Returns whether a candidate belongs to a frontier that has {@code size} nearer ones. */
  static boolean reaches(Candidates candidates, int index, int size, int k, long regionWord) {
    return size < k || (size < Lookup.REGION_MAX && candidates.isWithin(index, regionWord));
  }
}
