package io.surgemesh.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
  private final Deadlines<String> deadlines = new Deadlines<>();

  @Test
  void theEarliestComesOutFirstAndOnlyWhenItIsDue() {
    deadlines.set("late", 30);
    deadlines.set("early", 10);
    assertThat(deadlines.earliestNanos()).isEqualTo(10);
    assertThat(deadlines.pollDue(9)).isNull();
    assertThat(deadlines.pollDue(10)).isEqualTo("early");
    assertThat(deadlines.pollDue(29)).isNull();
    assertThat(deadlines.pollDue(30)).isEqualTo("late");
    assertThat(deadlines.earliestNanos()).isEqualTo(Machine.NEVER);
  }

  @Test
  void settingAgainMovesADeadlineAndNeverRemovesIt() {
    deadlines.set("a", 10);
    deadlines.set("a", 20);
    assertThat(deadlines.pollDue(15)).isNull();
    deadlines.set("a", Machine.NEVER);
    assertThat(deadlines.pollDue(Long.MAX_VALUE - 1)).isNull();
  }

  @Test
  void deadlinesOfOneInstantComeInTheOrderInWhichTheyWereSet() {
    List<String> keys = List.of("c", "a", "b");
    keys.forEach(key -> deadlines.set(key, 5));
    List<String> due = new ArrayList<>();
    for (String key = deadlines.pollDue(5); key != null; key = deadlines.pollDue(5)) {
      due.add(key);
    }
    assertThat(due).isEqualTo(keys);
  }

  @Test
  void agreesWithASortedModelForManySeeds() {
    for (long seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Deadlines<Integer> tested = new Deadlines<>();
      Map<Integer, Long> model = new TreeMap<>();
      for (int step = 0; step < 200; step++) {
        int key = random.nextInt(20);
        long nanos = random.nextInt(100);
        if (random.nextInt(4) == 0) {
          tested.remove(key);
          model.remove(key);
        } else {
          tested.set(key, nanos);
          model.put(key, nanos);
        }
        long earliest =
            model.values().stream().mapToLong(Long::longValue).min().orElse(Machine.NEVER);
        assertThat(tested.earliestNanos()).as("seed %d, step %d", seed, step).isEqualTo(earliest);
      }
    }
  }

  @Test
  void keysComeOutInTheOrderOfAPlainModelForManySeeds() {
    record Deadline(int key, long nanos, int order) {}
    for (long seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Deadlines<Integer> tested = new Deadlines<>();
      List<Deadline> model = new ArrayList<>();
      long now = 0;
      for (int step = 0; step < 300; step++) {
        int key = random.nextInt(1 + random.nextInt(60));
        // Few different times, so that many fall together.
        long nanos = now + random.nextInt(8);
        boolean same = model.stream().anyMatch(set -> set.key == key && set.nanos == nanos);
        if (random.nextInt(6) == 0) {
          tested.remove(key);
          model.removeIf(set -> set.key == key);
        } else {
          tested.set(key, nanos);
          if (!same) {
            model.removeIf(set -> set.key == key);
            model.add(new Deadline(key, nanos, step));
          }
        }
        now += random.nextInt(4) == 0 ? random.nextInt(5) : 0;
        Deadline first =
            model.stream()
                .min(Comparator.comparing(Deadline::nanos).thenComparing(Deadline::order))
                .orElse(null);
        boolean due = first != null && first.nanos <= now;
        assertThat(tested.pollDue(now))
            .as("seed %d, step %d", seed, step)
            .isEqualTo(due ? first.key : null);
        if (due) {
          model.remove(first);
        }
      }
    }
  }
}
