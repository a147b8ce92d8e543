package io.surgemesh.dht;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RoundTripsTest {
  private static final long MILLI = 1_000_000L;

  private static long after(long... millis) {
    long known = RoundTrips.UNKNOWN;
    for (long each : millis) {
      known = RoundTrips.after(known, each * MILLI);
    }
    return known;
  }

  @Test
  void ofWhomNothingIsKnownTheFirstTimeOutIsASecond() {
    assertThat(RoundTrips.timeoutNanos(RoundTrips.UNKNOWN))
        .isEqualTo(RoundTrips.TIMEOUT_FIRST_NANOS)
        .isEqualTo(1000 * MILLI);
    assertThat(RoundTrips.smoothedNanos(RoundTrips.UNKNOWN)).isZero();
  }

  /** RFC 6298, 2.2: SRTT is R, RTTVAR R / 2, and RTO SRTT + 4 RTTVAR. */
  @Test
  void afterOneQueryTheTimeOutIsThreeTimesWhatItTook() {
    assertThat(RoundTrips.smoothedNanos(after(300))).isEqualTo(300 * MILLI);
    assertThat(RoundTrips.timeoutNanos(after(300))).isEqualTo(900 * MILLI);
  }

  /** RFC 6298, 2.3: RTTVAR is 3/4 RTTVAR + 1/4 |SRTT - R'|, then SRTT 7/8 SRTT + 1/8 R'. */
  @Test
  void aFurtherQueryMovesBothByTheirParts() {
    long known = after(400, 480);
    assertThat(RoundTrips.smoothedNanos(known)).isEqualTo(410 * MILLI);
    // The deviation is 3/4 of 200 and 1/4 of 80.
    assertThat(RoundTrips.timeoutNanos(known)).isEqualTo((410 + 4 * 170) * MILLI);
  }

  /** Against the formulas of the RFC in plain numbers; none is faster than half the smoothed. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void estimatesAreThoseOfTheFormulas(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double smoothed = 200;
    double deviation = 100;
    long known = after(200);
    for (int i = 0; i < 500; i++) {
      long millis = random.nextLong((long) (0.6 * smoothed), 700);
      known = RoundTrips.after(known, millis * MILLI);
      deviation = 0.75 * deviation + 0.25 * Math.abs(smoothed - millis);
      smoothed = 0.875 * smoothed + 0.125 * millis;
      assertThat((double) RoundTrips.smoothedNanos(known)).isCloseTo(smoothed * MILLI, within());
      double timeout = Math.min(Math.max(200, smoothed + 4 * deviation), 3000);
      assertThat((double) RoundTrips.timeoutNanos(known)).isCloseTo(timeout * MILLI, within());
    }
  }

  private static Offset<Double> within() {
    // Whole microseconds are kept, and what is cut off adds up to some of them.
    return Offset.offset(0.1 * MILLI);
  }

  @Test
  void theTimeOutStaysWithinItsBounds() {
    assertThat(RoundTrips.timeoutNanos(after(1))).isEqualTo(RoundTrips.TIMEOUT_MIN_NANOS);
    assertThat(RoundTrips.timeoutNanos(after(5000))).isEqualTo(RoundTrips.TIMEOUT_MAX_NANOS);
    assertThat(RoundTrips.timeoutNanos(RoundTrips.after(RoundTrips.UNKNOWN, Long.MAX_VALUE)))
        .isEqualTo(RoundTrips.TIMEOUT_MAX_NANOS);
  }

  @Test
  void howeverShortAQueryWasItIsKnownAfterwards() {
    long known = RoundTrips.after(RoundTrips.UNKNOWN, 0);
    assertThat(known).isNotEqualTo(RoundTrips.UNKNOWN);
    assertThat(RoundTrips.smoothedNanos(known)).isPositive();
    assertThat(RoundTrips.afterAnother(RoundTrips.UNKNOWN, 0)).isNotEqualTo(RoundTrips.UNKNOWN);
  }

  @Test
  void afterManyThatTakeTheSameTheTimeOutIsHardlyMore() {
    long known = RoundTrips.UNKNOWN;
    for (int i = 0; i < 50; i++) {
      known = RoundTrips.after(known, 500 * MILLI);
    }
    assertThat(RoundTrips.smoothedNanos(known)).isEqualTo(500 * MILLI);
    assertThat(RoundTrips.timeoutNanos(known)).isBetween(500 * MILLI, 501 * MILLI);
  }

  /** The first one may have been dialled, which the next is not. */
  @Test
  void whatIsFasterByFarCountsAtOnce() {
    assertThat(after(900, 100)).isEqualTo(after(100));
    assertThat(after(900, 500)).isNotEqualTo(after(500));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void inHalfTheBitsTimesAreRounded(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    assertThat(RoundTrips.expanded(RoundTrips.compact(RoundTrips.UNKNOWN)))
        .isEqualTo(RoundTrips.UNKNOWN);
    for (int i = 0; i < 1000; i++) {
      long first =
          RoundTrips.after(RoundTrips.UNKNOWN, random.nextLong(1L << random.nextInt(1, 38)));
      long known = RoundTrips.after(first, random.nextLong(1L << random.nextInt(1, 38)));
      long kept = RoundTrips.expanded(RoundTrips.compact(known));
      assertThat(kept).isNotEqualTo(RoundTrips.UNKNOWN);
      assertThat(RoundTrips.smoothedNanos(kept))
          .isCloseTo(RoundTrips.smoothedNanos(known), Offset.offset(part(known)));
      assertThat(RoundTrips.timeoutNanos(kept))
          .isCloseTo(RoundTrips.timeoutNanos(known), Percentage.withPercentage(0.1));
      assertThat(RoundTrips.compact(kept)).isEqualTo(RoundTrips.compact(known));
    }
  }

  private static long part(long known) {
    return RoundTrips.smoothedNanos(known) / 4096;
  }

  @ParameterizedTest
  @ValueSource(longs = {300, 9_000, 140_000, 2_000_000})
  void roundedEachTimeTheyStillFollowWhatIsMeasured(long micros) {
    int kept = RoundTrips.compact(RoundTrips.after(RoundTrips.UNKNOWN, micros * 1700));
    for (int i = 0; i < 100; i++) {
      kept = RoundTrips.compact(RoundTrips.after(RoundTrips.expanded(kept), micros * 1000));
    }
    // Of what is far less than the parts of a formula, the rest is rounded away.
    assertThat(RoundTrips.smoothedNanos(RoundTrips.expanded(kept)))
        .isCloseTo(micros * 1000, Offset.offset(8_000 + micros * 4));
  }

  @Test
  void ofAllPeersTogetherEachQueryCountsForLittle() {
    long known = RoundTrips.afterAnother(RoundTrips.UNKNOWN, 320 * MILLI);
    assertThat(RoundTrips.smoothedNanos(known)).isEqualTo(320 * MILLI);
    assertThat(RoundTrips.timeoutNanos(known)).isEqualTo(5 * 320 * MILLI);
    known = RoundTrips.afterAnother(known, 0);
    assertThat(RoundTrips.smoothedNanos(known)).isBetween(309 * MILLI, 310 * MILLI);
  }
}
