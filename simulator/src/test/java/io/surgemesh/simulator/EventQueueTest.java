package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EventQueueTest {
  private static final class Marked extends Event {
    private final long atNanos;
    private final int order;

    Marked(long atNanos, int order) {
      super(null);
      this.atNanos = atNanos;
      this.order = order;
    }

    @Override
    void fire() {}
  }

  @Test
  void eventsComeOutByTimeAndThenByOrderOfAdding() {
    for (long seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      EventQueue queue = new EventQueue();
      List<Marked> added = new ArrayList<>();
      for (int i = 0; i < 5000; i++) {
        Marked event = new Marked(random.nextInt(500), i);
        added.add(event);
        queue.add(event.atNanos, event);
      }
      for (Marked event : added) {
        if (random.nextInt(10) < seed % 10) {
          event.setCancelled();
          queue.onCancelled();
        }
      }
      List<Marked> expected =
          added.stream()
              .filter(event -> !event.isCancelled())
              .sorted(
                  Comparator.<Marked>comparingLong(event -> event.atNanos)
                      .thenComparing(event -> event.order))
              .toList();

      assertThat(queue.size()).as("seed %d", seed).isEqualTo(expected.size());
      assertThat(drain(queue)).as("seed %d", seed).isEqualTo(expected);
      assertThat(queue.size()).isZero();
    }
  }

  @Test
  void eventsComeOutInOrderHoweverFarAheadTheyAreAddedWhileOthersComeOut() {
    for (long seed = 0; seed < 50; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      EventQueue queue = new EventQueue();
      TreeMap<Long, Marked> model = new TreeMap<>();
      long now = 0;
      for (int i = 0; i < 4000; i++) {
        int what = random.nextInt(10);
        if (what < 6) {
          addAhead(queue, model, now, i, random);
        } else if (what == 6 && !model.isEmpty()) {
          Marked event = model.remove(model.ceilingKey(model.firstKey()));
          event.setCancelled();
          queue.onCancelled();
        } else if (what == 7 && random.nextInt(40) == 0) {
          long later = random.nextLong(1L << 40);
          TreeMap<Long, Marked> moved = new TreeMap<>();
          model.forEach((atNanos, event) -> moved.put(atNanos + later, event));
          model = moved;
          queue.retime((event, atNanos) -> atNanos + later);
        } else if (!model.isEmpty()) {
          assertThat(queue.earliestNanos(Long.MAX_VALUE))
              .as("seed %d", seed)
              .isEqualTo(model.firstKey());
          now = model.firstKey();
          assertThat(queue.removeEarliest()).isSameAs(model.pollFirstEntry().getValue());
        }
        assertThat(queue.size()).isEqualTo(model.size());
      }
    }
  }

  @Test
  void lookingOnlySoFarFindsWhatIsDueByThenAndNothingElseComesOutOfOrder() {
    for (long seed = 0; seed < 50; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      EventQueue queue = new EventQueue();
      TreeMap<Long, Marked> model = new TreeMap<>();
      long now = 0;
      for (int i = 0; i < 4000; i++) {
        long limit = now + random.nextLong(1L << random.nextInt(1, 44));
        if (!model.isEmpty() && model.firstKey() <= limit) {
          assertThat(queue.earliestNanos(limit)).as("seed %d", seed).isEqualTo(model.firstKey());
          now = model.firstKey();
          assertThat(queue.removeEarliest()).isSameAs(model.pollFirstEntry().getValue());
        } else {
          assertThat(queue.earliestNanos(limit)).as("seed %d", seed).isGreaterThan(limit);
        }
        for (int added = random.nextInt(3); added > 0; added--) {
          addAhead(queue, model, now, i, random);
        }
      }
    }
  }

  @Test
  void anEventThatIsNeverDueNeverComes() {
    EventQueue queue = new EventQueue();
    queue.add(Long.MAX_VALUE, new Marked(Long.MAX_VALUE, 0));
    assertThat(queue.earliestNanos(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    Marked soon = new Marked(5, 1);
    queue.add(5, soon);
    assertThat(drain(queue)).containsExactly(soon);
  }

  @Test
  void eventsGivenOtherTimesComeOutByThemAndThenByOrderOfAdding() {
    for (long seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      EventQueue queue = new EventQueue();
      Map<Event, Long> times = new LinkedHashMap<>();
      for (int i = 0; i < 3000; i++) {
        Marked event = new Marked(random.nextInt(500), i);
        times.put(event, event.atNanos);
        queue.add(event.atNanos, event);
      }
      queue.retime(
          (event, atNanos) -> {
            assertThat(atNanos).isEqualTo(times.get(event));
            if (random.nextBoolean()) {
              times.put(event, (long) random.nextInt(500));
            }
            return times.get(event);
          });
      List<Event> expected = new ArrayList<>(times.keySet());
      expected.sort(Comparator.comparingLong(times::get));
      assertThat(drain(queue)).as("seed %d", seed).isEqualTo(expected);
    }
  }

  @Test
  void manyTimersArmedAndCancelledLeaveLittleBehind() {
    VirtualTime time = new VirtualTime();
    var loop = time.newLoop(0);
    for (int i = 0; i < 100_000; i++) {
      loop.arm(1_000_000_000L + i, () -> {}).cancel();
    }
    assertThat(time.eventsPending()).isZero();
    assertThat(time.step()).isFalse();
    assertThat(time.nowNanos()).isZero();
  }

  /** Adds an event due from the next nanosecond to hours ahead, unless one is due just then. */
  private static void addAhead(
      EventQueue queue, Map<Long, Marked> model, long now, int order, SplittableRandom random) {
    long atNanos = now + 1 + random.nextLong(1L << random.nextInt(1, 44));
    Marked event = new Marked(atNanos, order);
    if (model.putIfAbsent(atNanos, event) == null) {
      queue.add(atNanos, event);
    }
  }

  private static List<Event> drain(EventQueue queue) {
    List<Event> drained = new ArrayList<>();
    while (queue.earliestNanos(Long.MAX_VALUE) != Long.MAX_VALUE) {
      drained.add(queue.removeEarliest());
    }
    return drained;
  }
}
