package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
  private final List<FaultPlan> tried = new ArrayList<>();

  /** Plans of pauses, named by the peer they stop. */
  private static FaultPlan pausesOf(int... peers) {
    return FaultPlan.of(
        IntStream.of(peers)
            .mapToObj(
                peer ->
                    (Fault) new Fault.Pause(Duration.ofSeconds(peer), peer, Duration.ofSeconds(1)))
            .toList());
  }

  private FaultPlan shrink(FaultPlan plan, Predicate<List<Integer>> fails) {
    return Shrinker.shrink(
        plan,
        candidate -> {
          tried.add(candidate);
          return fails.test(
              candidate.faults().stream().map(fault -> ((Fault.Pause) fault).peer()).toList());
        },
        1000);
  }

  @Test
  void onlyTheFaultsThatItTakesAreLeft() {
    FaultPlan plan = pausesOf(IntStream.range(0, 40).toArray());
    FaultPlan shrunk = shrink(plan, peers -> peers.contains(7) && peers.contains(31));
    assertThat(shrunk).isEqualTo(pausesOf(7, 31));
    assertThat(tried.size()).isLessThan(80);
  }

  @Test
  void whatFailsWithoutAnyFaultShrinksToNothingAtOnce() {
    assertThat(shrink(pausesOf(1, 2, 3), peers -> true)).isEqualTo(FaultPlan.none());
    assertThat(tried).hasSize(1);
  }

  @Test
  void nothingIsSparedOfAPlanThatTakesAllOfIt() {
    assertThat(shrink(pausesOf(1, 2, 3), peers -> peers.size() == 3)).isEqualTo(pausesOf(1, 2, 3));
  }

  @Test
  void aFaultIsSparedOnceAnotherOneIsGone() {
    // 5 is needed for as long as 9 is there.
    FaultPlan shrunk =
        shrink(
            pausesOf(2, 5, 9),
            peers -> peers.contains(2) && (peers.contains(5) || !peers.contains(9)));
    assertThat(shrunk).isEqualTo(pausesOf(2));
  }

  @Test
  void triesAreBounded() {
    FaultPlan plan = pausesOf(IntStream.range(0, 100).toArray());
    FaultPlan shrunk =
        Shrinker.shrink(
            plan,
            candidate -> {
              tried.add(candidate);
              return candidate.size() > 90;
            },
            5);
    assertThat(tried).hasSize(5);
    assertThat(shrunk.size()).isGreaterThan(90);
  }
}
