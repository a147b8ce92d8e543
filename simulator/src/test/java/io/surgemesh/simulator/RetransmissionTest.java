package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RetransmissionTest {
  private static final long MILLI = 1_000_000;
  private static final long ROUND_TRIP = 100 * MILLI;
  private static final long LIMIT = 20_000 * MILLI;
  private static final int DRAWS = 20_000;

  private static long frame(long draw, int packets, int permille) {
    return Retransmission.frameNanos(draw, packets, permille, ROUND_TRIP, LIMIT);
  }

  private static Set<Long> outcomes(int packets, int permille) {
    Set<Long> millis = new TreeSet<>();
    for (long draw = 0; draw < DRAWS; draw++) {
      long nanos = frame(draw, packets, permille);
      millis.add(nanos == Retransmission.GIVEN_UP ? -1 : nanos / MILLI);
    }
    return millis;
  }

  @Test
  void aLonePacketIsSentAgainWhenTheTimerRunsOutWhichDoubles() {
    assertThat(outcomes(1, 300)).containsExactly(-1L, 0L, 300L, 900L, 2100L, 4500L, 9300L, 18_900L);
  }

  @Test
  void aPacketThatAnotherFollowsIsSentAgainAfterARoundTrip() {
    assertThat(outcomes(2, 10)).contains(0L, 100L, 300L);
    long fast = 0;
    long slow = 0;
    for (long draw = 0; draw < DRAWS; draw++) {
      long nanos = frame(draw, 50, 10);
      fast += nanos == ROUND_TRIP ? 1 : 0;
      slow += nanos > ROUND_TRIP ? 1 : 0;
    }
    assertThat(fast).isGreaterThan(10 * slow);
  }

  @Test
  void asManyPacketsAreLostAsAreSaid() {
    for (int permille : new int[] {1, 10, 100, 300, 999}) {
      long lost = 0;
      for (long draw = 0; draw < 10 * DRAWS; draw++) {
        lost += frame(draw, 1, permille) == 0 ? 0 : 1;
      }
      assertThat(lost)
          .as("%d permille", permille)
          .isBetween(permille * 200L - 30 - 12L * permille, permille * 200L + 30 + 12L * permille);
    }
    assertThat(outcomes(100, 0)).containsExactly(0L);
    assertThat(outcomes(1, 1000)).containsExactly(-1L);
  }

  @Test
  void theFirstPacketOfADialIsSentAgainAfterOneThreeAndSevenSeconds() {
    Set<Long> millis = new TreeSet<>();
    for (long draw = 0; draw < DRAWS; draw++) {
      long nanos = Retransmission.firstPacketNanos(draw, 300, 10_000 * MILLI);
      millis.add(nanos == Retransmission.GIVEN_UP ? -1 : nanos / MILLI);
    }
    assertThat(millis).containsExactly(-1L, 0L, 1000L, 3000L, 7000L);
  }

  @Test
  void roundTripsAreLateOneByOne() {
    Set<Long> millis = new TreeSet<>();
    for (long draw = 0; draw < DRAWS; draw++) {
      millis.add(Retransmission.roundTripsNanos(draw, 2, 50, ROUND_TRIP, LIMIT) / MILLI);
    }
    assertThat(millis).contains(0L, 300L, 600L, 900L, 1200L);
    assertThat(Retransmission.roundTripsNanos(1, 0, 1000, ROUND_TRIP, LIMIT)).isZero();
    assertThat(Retransmission.roundTripsNanos(1, 1, 1000, ROUND_TRIP, LIMIT))
        .isEqualTo(Retransmission.GIVEN_UP);
    assertThat(Retransmission.roundTripPermille(100, 100)).isEqualTo(190);
    assertThat(Retransmission.roundTripPermille(0, 1000)).isEqualTo(1000);
  }

  @Test
  void paceFallsWithTheRootOfTheLoss() {
    List<Long> packetsPerHundredTrips = new ArrayList<>();
    for (int permille : new int[] {1, 10, 100, 300}) {
      long spacingNanos = Retransmission.spacingNanos(permille, ROUND_TRIP);
      packetsPerHundredTrips.add(100 * ROUND_TRIP / spacingNanos);
    }
    // sqrt(1.5 / loss) by hand: 38.7, 12.2, 3.87, 2.24.
    assertThat(packetsPerHundredTrips).containsExactly(3875L, 1224L, 387L, 223L);
  }

  @Test
  void aFrameIsOnePacketPer1400Bytes() {
    assertThat(new int[] {0, 1, 1400, 1401, 2800, 262_144})
        .satisfies(
            bytes ->
                assertThat(Arrays.stream(bytes).map(Retransmission::packets).toArray())
                    .containsExactly(1, 1, 1, 2, 2, 188));
  }
}
