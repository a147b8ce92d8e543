package io.surgemesh.dht;

import io.surgemesh.dht.Candidates.Status;
import io.surgemesh.host.PeerInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * The nearest candidates of a lookup that are neither silent nor slow, of one IP group only so
 * many: k, and what else is in the region.
 *
 * <p>A candidate counts for the group from which it answered. Before that, all that is known are
 * addresses that others told of it: it is passed over only when there is no room in the group of
 * any, as a liar may name one that is crowded.
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

  /** Returns those that have answered, nearest first, as many as a frontier holds. */
  static List<PeerInfo> answered(Candidates candidates, LookupTerms terms, long regionWord) {
    GroupCounts counts = new GroupCounts(terms.ipGroups().peersMax());
    int k = terms.config().k();
    List<PeerInfo> answered = new ArrayList<>();
    for (int i = 0;
        i < candidates.size() && reaches(candidates, i, answered.size(), k, regionWord);
        i++) {
      if (candidates.status(i) == Status.ANSWERED
          && (counts.add(candidates.groups(i)) || (i == 0 && candidates.isTargetKnown()))) {
        answered.add(candidates.info(i));
      }
    }
    return answered;
  }

  /** Returns whether a candidate belongs to a frontier that has {@code size} nearer ones. */
  static boolean reaches(Candidates candidates, int index, int size, int k, long regionWord) {
    return size < k || (size < Lookup.REGION_MAX && candidates.isWithin(index, regionWord));
  }
}
