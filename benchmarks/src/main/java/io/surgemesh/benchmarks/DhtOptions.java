package io.surgemesh.benchmarks;

import io.surgemesh.simulator.LatencyMatrix;
import org.jspecify.annotations.Nullable;

/**
 * What to simulate for the figures of the DHT.
 *
 * @param peers 10 or more
 * @param seed decides all that happens
 * @param deadPercent how many of a hundred peers vanish before the lookups
 * @param lossPercent how many packets of a hundred are lost, below the streams
 * @param lookups how many there are, of live peers by live peers
 * @param puts how many values are put after them
 * @param dialRoundTrips what a connection costs that is not there yet, in round trips
 * @param settlingMinutes how long peers are left alone once all have joined
 * @param idleMinutes how long idle peers are watched for their traffic
 * @param placed whether peers begin with tables of such as have met, and do not join one by one
 * @param hinted how many of them have hints, the first ones: none, all, who tell one another who is
 *     in the mesh, or some of placed ones, who begin with hints and make as many lookups again
 * @param measured what packets take between places; null for those of the regions
 */
record DhtOptions(
    int peers,
    long seed,
    int deadPercent,
    int lossPercent,
    int lookups,
    int puts,
    int dialRoundTrips,
    int settlingMinutes,
    int idleMinutes,
    boolean placed,
    int hinted,
    @Nullable LatencyMatrix measured) {
  /** How many of a hundred peers are dead where targets do not say otherwise. */
  static final int DEAD_PERCENT = 10;

  /** How many lookups there are at least where targets ask for what is found. */
  static final int LOOKUPS = 10_000;

  private static final int SETTLING_MINUTES = 30;
  private static final int PLACED_SETTLING_MINUTES = 5;

  private static final int THOUSAND = 1000;
  private static final int MILLION = 1_000_000;

  /**
   * Returns how long peers are left alone by default: three refreshes of each; placed ones until
   * each has met its neighbours, as they begin with tables of such as have been there for long.
   */
  static int defaultSettlingMinutes(boolean placed) {
    return placed ? PLACED_SETTLING_MINUTES : SETTLING_MINUTES;
  }

  /**
   * Returns whether all but the conditions that {@link DhtHistory} tells apart is as targets ask
   * for, so that the run may be one of its rows.
   */
  boolean isForHistory() {
    return dialRoundTrips == 0
        && settlingMinutes == defaultSettlingMinutes(placed)
        && lookups >= LOOKUPS
        && !(placed && hints())
        && measured == null;
  }

  /** Returns whether all peers have hints. */
  boolean hints() {
    return hinted == peers;
  }

  /** Returns how many begin with hints, and tell nobody of them; none where all have hints. */
  int beginHinted() {
    return hints() ? 0 : hinted;
  }

  /** Returns the case that metrics of this run name, such as {@code #10k}. */
  String caseName() {
    return caseName(peers);
  }

  /** Returns the case of so many peers under the same conditions. */
  String caseName(int count) {
    return caseName(count, hints());
  }

  /** Returns the case of those who have hints where others have none. */
  String hintedCaseName() {
    return caseName(peers, true);
  }

  private String caseName(int count, boolean hints) {
    return "#"
        + sizeName(count)
        + (hints ? "-hints" : "")
        + (deadPercent == DEAD_PERCENT ? "" : "-" + deadPercent + "dead")
        + (lossPercent == 0 ? "" : "-" + lossPercent + "lost")
        + (dialRoundTrips == 0 ? "" : "-dialled")
        + (placed ? "-placed" : "")
        + (measured == null ? "" : "-measured");
  }

  /** Returns so many peers in a few letters, such as {@code 10k}. */
  static String sizeName(int count) {
    if (count % MILLION == 0) {
      return count / MILLION + "M";
    }
    return count % THOUSAND == 0 ? count / THOUSAND + "k" : "" + count;
  }
}
