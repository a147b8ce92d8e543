package io.surgemesh.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MachineDriverTest {
  /** Echoes what it is told, and asks to be woken ten nanoseconds after the last word. */
  private static final class Echo implements Machine<String> {
    private final Deque<String> outputs = new ArrayDeque<>();
    private long deadlineNanos = NEVER;

    void onWord(String word, long nowNanos) {
      if (word.equals("bug")) {
        throw new IllegalStateException("planted");
      }
      outputs.add(word);
      deadlineNanos = nowNanos + 10;
    }

    @Override
    public @Nullable String poll() {
      return outputs.poll();
    }

    @Override
    public long deadlineNanos() {
      return deadlineNanos;
    }

    @Override
    public void onTimeout(long nowNanos) {
      if (nowNanos >= deadlineNanos) {
        deadlineNanos = NEVER;
        outputs.add("woken");
      }
    }
  }

  /** A loop whose clock is moved by hand. */
  private static final class HandLoop implements Loop {
    private long nowNanos;
    private @Nullable Runnable armed;
    private long armedNanos;
    private int arms;
    private int bugs;

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public long nowNanos() {
      return nowNanos;
    }

    @Override
    public boolean inLoop() {
      return true;
    }

    @Override
    public Timer arm(long deadlineNanos, Runnable task) {
      armed = task;
      armedNanos = deadlineNanos;
      arms++;
      return () -> armed = null;
    }

    @Override
    public <T> void offload(Callable<T> work, Completion<T> done) {
      throw new UnsupportedOperationException("not needed here");
    }

    @Override
    public void onBug(RuntimeException bug) {
      bugs++;
    }

    void advanceTo(long nanos) {
      nowNanos = nanos;
      Runnable due = armed;
      if (due != null && armedNanos <= nanos) {
        armed = null;
        due.run();
      }
    }
  }

  private final HandLoop loop = new HandLoop();
  private final List<String> performed = new ArrayList<>();
  private final List<RuntimeException> bugs = new ArrayList<>();
  private final MachineDriver<Echo, String> driver =
      new MachineDriver<>(loop, new Echo(), performed::add, bugs::add);

  @Test
  void outputsArePerformedAndTheTimerWakesTheMachine() {
    driver.input((echo, now) -> echo.onWord("hello", now));
    assertThat(performed).containsExactly("hello");
    loop.advanceTo(9);
    assertThat(performed).containsExactly("hello");
    loop.advanceTo(10);
    assertThat(performed).containsExactly("hello", "woken");
    assertThat(loop.armed).isNull();
  }

  @Test
  void aTimerIsNotArmedAgainForTheSameDeadline() {
    driver.input((echo, now) -> echo.onWord("a", now));
    driver.input((echo, now) -> echo.onWord("b", now));
    assertThat(loop.arms).isEqualTo(1);
  }

  @Test
  void anInputMadeWhilePerformingJoinsTheSameDrain() {
    List<String> order = new ArrayList<>();
    List<MachineDriver<Echo, String>> self = new ArrayList<>();
    MachineDriver<Echo, String> feeding =
        new MachineDriver<>(
            loop,
            new Echo(),
            word -> {
              order.add("begin " + word);
              if (word.equals("first")) {
                self.get(0).input((echo, now) -> echo.onWord("second", now));
              }
              order.add("end " + word);
            },
            bugs::add);
    self.add(feeding);
    feeding.input((echo, now) -> echo.onWord("first", now));
    assertThat(order).containsExactly("begin first", "end first", "begin second", "end second");
  }

  @Test
  void aBugStopsTheMachineAndIsReportedOnce() {
    driver.input((echo, now) -> echo.onWord("bug", now));
    driver.input((echo, now) -> echo.onWord("later", now));
    loop.advanceTo(100);
    assertThat(bugs).hasSize(1);
    assertThat(loop.bugs).isEqualTo(1);
    assertThat(performed).isEmpty();
  }
}
