package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClockLineTest {
  private static final long YEAR_NANOS = 365L * 86_400 * 1_000_000_000;

  private static ClockLine draw(SplittableRandom random) {
    int ppm = random.nextInt(-NodeClock.DRIFT_PPM_MAX, NodeClock.DRIFT_PPM_MAX + 1);
    return new ClockLine(
        random.nextLong(YEAR_NANOS),
        random.nextLong(-10 * YEAR_NANOS, 10 * YEAR_NANOS),
        ClockLine.RATE_TRUE + (random.nextInt(4) == 0 ? 0 : ppm));
  }

  @Test
  void showsExactlyTheWholeNanosecondsThatHavePassed() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 20_000; i++) {
      ClockLine line = draw(random);
      long passed = random.nextLong(1L << random.nextInt(1, 61));
      BigInteger exact =
          BigInteger.valueOf(passed)
              .multiply(BigInteger.valueOf(line.rate()))
              .divide(BigInteger.valueOf(ClockLine.RATE_TRUE))
              .add(BigInteger.valueOf(line.shownNanos()));
      assertThat(line.at(line.virtualNanos() + passed)).isEqualTo(exact.longValueExact());
    }
  }

  @Test
  void reachesATimeAtTheFirstMomentThatShowsIt() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 20_000; i++) {
      ClockLine line = draw(random);
      long shown = line.shownNanos() + 1 + random.nextLong(1L << random.nextInt(1, 60));
      long first = line.reaches(shown);
      assertThat(line.at(first)).isGreaterThanOrEqualTo(shown);
      assertThat(line.at(first - 1)).isLessThan(shown);
    }
  }

  @Test
  void neverGoesBackNotEvenAsItsRateChangesOrItStands() {
    SplittableRandom random = new SplittableRandom(3);
    ClockLine line = ClockLine.TRUE;
    long now = 0;
    long shown = 0;
    for (int i = 0; i < 20_000; i++) {
      now += random.nextLong(1L << random.nextInt(1, 40));
      assertThat(line.at(now)).isGreaterThanOrEqualTo(shown);
      shown = line.at(now);
      if (random.nextBoolean()) {
        line = line.withRate(now, ClockLine.RATE_TRUE + random.nextInt(-300, 300));
      } else {
        line = line.standingUntil(now, now + random.nextLong(1L << 30));
      }
      assertThat(line.at(now)).isEqualTo(shown);
    }
  }

  @Test
  void whatItShowedAlreadyIsReachedAndWhatIsTooFarNeverIs() {
    ClockLine line = new ClockLine(100, 50, ClockLine.RATE_TRUE + 7);
    assertThat(line.reaches(50)).isEqualTo(100);
    assertThat(line.reaches(Long.MIN_VALUE)).isEqualTo(100);
    assertThat(line.reaches(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    assertThat(new ClockLine(0, -9, ClockLine.RATE_TRUE).reaches(Long.MAX_VALUE - 3))
        .isEqualTo(Long.MAX_VALUE);
  }
}
