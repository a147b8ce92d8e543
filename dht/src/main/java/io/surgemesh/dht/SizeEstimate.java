package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Estimates the number of peers from how near the nearest are that searches found.
 *
 * <p>Keys are spread evenly, so with n peers the k-th nearest to any point is about k/n of the key
 * space away, and (k-1)/distance is an estimate of n without bias. The median of the last {@value
 * #SEARCHES_MAX} searches counts: whoever crowds some parts of the key space with identities of his
 * own does not move it.
 *
 * <p>A search that finds fewer than k has found all there are. Once {@value #SEARCHES_MIN} in a row
 * did, what was estimated before is of a mesh that is gone.
 */
final class SizeEstimate {
  /** From how many searches an estimate is made at most: the last ones. */
  static final int SEARCHES_MAX = 32;

  /** Fewer searches than this estimate nothing. */
  static final int SEARCHES_MIN = 4;

  private static final double REGION_PEERS_FACTOR = 3;
  private static final double KEY_SPACE = 0x1p64;

  /** Of normally distributed values, the standard deviation by their median deviation. */
  private static final double DEVIATION_FACTOR = 1.4826;

  /** How much larger the error of a median is than that of a mean. */
  private static final double MEDIAN_FACTOR = 1.2533;

  private final int k;
  private double[] estimates = {};
  private int count;
  private int counted;
  private int countedInRow;

  SizeEstimate(int k) {
    this.k = k;
  }

  /**
   * A search that went on to its end is over.
   *
   * @param nearest who answered, nearest first
   */
  void onSearched(Key target, List<PeerInfo> nearest) {
    if (nearest.size() < k || k < 2) {
      counted = nearest.size() + 1;
      if (++countedInRow == SEARCHES_MIN) {
        count = 0;
      }
      return;
    }
    countedInRow = 0;
    long first = target.word0() ^ Key.firstWord(nearest.get(k - 1).peerId());
    if (estimates.length == 0) {
      estimates = new double[SEARCHES_MAX];
    }
    estimates[count++ % SEARCHES_MAX] = (k - 1) / unit(first);
  }

  /** Returns the estimate, empty as long as there were too few searches. */
  Optional<NetworkSize> value() {
    int searches = Math.min(count, SEARCHES_MAX);
    if (searches < SEARCHES_MIN) {
      return counted == 0 ? Optional.empty() : Optional.of(new NetworkSize(counted, 0, 1));
    }
    double[] sorted = Arrays.copyOf(estimates, searches);
    double median = median(sorted);
    for (int i = 0; i < searches; i++) {
      sorted[i] = Math.abs(sorted[i] - median);
    }
    double deviation = DEVIATION_FACTOR * median(sorted);
    double error = MEDIAN_FACTOR * deviation / Math.sqrt(searches) / median;
    return Optional.of(new NetworkSize(Math.max(1, median), error, searches));
  }

  /**
   * Returns how far from a key its k nearest peers should all be, as the first word of a distance;
   * 0 when nothing is known.
   */
  long regionWord() {
    Optional<NetworkSize> size = value();
    if (size.isEmpty() || size.get().peers() <= 2 * k) {
      return 0;
    }
    return (long) (k / size.get().peers() * 0x1p63) << 1;
  }

  /**
   * Returns how many leading bits the points of a region share in which 1.5 to 3 times k peers are
   * to be expected: enough to hold the k nearest to each of them. {@link Key#BITS} when nothing is
   * known.
   */
  int regionBits() {
    Optional<NetworkSize> size = value();
    if (size.isEmpty()) {
      return Key.BITS;
    }
    int bits = 0;
    for (double peers = size.get().peers(); peers >= REGION_PEERS_FACTOR * k; peers /= 2) {
      bits++;
    }
    return bits;
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }

  /** Returns an unsigned word as a part of the key space, never 0. */
  private static double unit(long word) {
    return ((word >>> 1) * 2.0 + 1) / KEY_SPACE;
  }
}
