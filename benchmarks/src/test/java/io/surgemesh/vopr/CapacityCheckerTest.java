package io.surgemesh.vopr;

import static io.surgemesh.vopr.Fakes.SELLER;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.multiformats.Bytes;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CapacityCheckerTest {
  private static final long GIB = 1L << 30;
  private final CapacityChecker checker = new CapacityChecker();
  private int agreements;

  private static Bytes agreement(int number) {
    byte[] id = new byte[32];
    id[0] = (byte) number;
    return Bytes.of(id);
  }

  /** Signs an agreement and returns its number. */
  private int sold(int life, int millicores, long memory, long at) {
    int number = agreements++;
    assertThat(
            checker.on(at, new Happening.Sold(SELLER, life, agreement(number), millicores, memory)))
        .isEmpty();
    return number;
  }

  private Optional<String> ran(
      int life, int agreement, int millicores, long memory, long from, long to) {
    return checker.on(
        to, new Happening.Ran(SELLER, life, agreement(agreement), millicores, memory, from));
  }

  /** Runs what was sold when its handler began. */
  private Optional<String> ran(int life, int millicores, long memory, long from, long to) {
    return ran(life, sold(life, millicores, memory, from), millicores, memory, from, to);
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
  void whatIsSoldTwiceIsFoundThoughItsHandlersRunOneAfterTheOther() {
    sells(0);
    int first = sold(0, 1500, GIB, 10);
    int second = sold(0, 600, GIB, 12);
    assertThat(ran(0, first, 1500, GIB, 20, 30)).isEmpty();
    assertThat(ran(0, second, 600, GIB, 40, 50))
        .hasValueSatisfying(line -> assertThat(line).contains("sold 2100 millicores"));
  }

  @Test
  void theTermsCountAndNotOnlyWhatHandlersTake() {
    sells(0);
    int first = sold(0, 1500, GIB, 10);
    int second = sold(0, 600, GIB, 12);
    assertThat(ran(0, first, 1, 1, 10, 30)).isEmpty();
    assertThat(ran(0, second, 1, 1, 12, 30)).isPresent();
  }

  @Test
  void whatHandlersTakeBeyondTheTermsCounts() {
    sells(0);
    int first = sold(0, 1, 1, 10);
    int second = sold(0, 1, 1, 12);
    assertThat(ran(0, first, 1500, 1, 10, 30)).isEmpty();
    assertThat(ran(0, second, 600, 1, 12, 30)).isPresent();
  }

  @Test
  void whatWasSoldAndNeverRanIsLeftOut() {
    sells(0);
    sold(0, 2000, GIB, 10);
    assertThat(ran(0, 2000, GIB, 20, 30)).isEmpty();
  }

  @Test
  void theMostIsFoundThoughTheLastToEndBeganFirst() {
    sells(0);
    int longest = sold(0, 1, 1, 10);
    assertThat(ran(0, 1000, 1, 50, 60)).isEmpty();
    assertThat(ran(0, 1000, 1, 55, 65)).isEmpty();
    assertThat(ran(0, longest, 1, 1, 10, 70)).isPresent();
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
  }

  @Test
  void aJobOfAnEarlierLifeIsFound() {
    sells(0);
    int lost = sold(0, 1, 1, 50);
    sells(1);
    assertThat(ran(0, lost, 1, 1, 50, 120)).isPresent();
  }

  @Test
  void aJobThatNobodySignedOrThatRunsTwiceIsFound() {
    sells(0);
    assertThat(ran(0, 77, 1, 1, 10, 20)).isPresent();
    int once = sold(0, 1, 1, 30);
    assertThat(ran(0, once, 1, 1, 30, 40)).isEmpty();
    assertThat(ran(0, once, 1, 1, 30, 50)).isPresent();
  }

  @Test
  void whoSellsNothingMustRunAndSignNothing() {
    assertThat(ran(0, 77, 1, 1, 10, 20)).isPresent();
    assertThat(checker.on(10, new Happening.Sold(SELLER, 0, agreement(1), 1, 1))).isPresent();
  }
}
