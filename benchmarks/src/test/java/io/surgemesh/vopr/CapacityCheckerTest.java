package io.surgemesh.vopr;

import static io.surgemesh.vopr.Fakes.SELLER;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.multiformats.Bytes;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CapacityCheckerTest {
  private static final long GIB = 1L << 30;
  private final CapacityChecker checker = new CapacityChecker();

  private Optional<String> ran(int life, int millicores, long memory, long from, long to) {
    Bytes agreement = Bytes.of(new byte[32]);
    return checker.on(to, new Happening.Ran(SELLER, life, agreement, millicores, memory, from));
  }

  private void sells(int life) {
    assertThat(checker.on(0, new Happening.Sells(SELLER, life, 2000, 2 * GIB))).isEmpty();
  }

  @Test
  void twoHandlersThatTogetherHoldMoreThanThereIsAreFound() {
    sells(0);
    assertThat(ran(0, 1500, GIB, 10, 20)).isEmpty();
    assertThat(ran(0, 600, GIB, 19, 30))
        .hasValueSatisfying(line -> assertThat(line).contains("2100"));
  }

  @Test
  void memorySoldTwiceIsFound() {
    sells(0);
    assertThat(ran(0, 100, GIB, 10, 20)).isEmpty();
    assertThat(ran(0, 100, GIB + 1, 10, 20)).isPresent();
  }

  @Test
  void theMostIsFoundThoughTheLastToEndBeganFirst() {
    sells(0);
    assertThat(ran(0, 1000, 1, 50, 60)).isEmpty();
    assertThat(ran(0, 1000, 1, 55, 65)).isEmpty();
    assertThat(ran(0, 1, 1, 10, 70)).isPresent();
  }

  @Test
  void whatOneGivesBackAnotherMayTakeAtTheSameMoment() {
    sells(0);
    assertThat(ran(0, 2000, GIB, 10, 20)).isEmpty();
    assertThat(ran(0, 2000, GIB, 20, 30)).isEmpty();
  }

  @Test
  void aCrashFreesEverything() {
    sells(0);
    assertThat(ran(0, 2000, GIB, 10, 100)).isEmpty();
    sells(1);
    assertThat(ran(1, 2000, GIB, 50, 110)).isEmpty();
    assertThat(ran(0, 1, 1, 50, 120)).isPresent();
  }

  @Test
  void whoSellsNothingMustRunNothing() {
    assertThat(ran(0, 1, 1, 10, 20)).isPresent();
  }
}
