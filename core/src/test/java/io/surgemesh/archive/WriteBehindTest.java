package io.surgemesh.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WriteBehindTest {
  private static final int WAITING_MAX = 4;
  private static final long HOUR_MILLIS = TimeUnit.HOURS.toMillis(1);
  private static final int PATIENCE_SECONDS = 20;

  /** How long a write that must not happen is waited for. */
  private static final int DOUBT_MILLIS = 100;

  private final BlockingQueue<List<String>> written = new LinkedBlockingQueue<>();

  private WriteBehind<String, String> gatheringFor(long millis) {
    return new Writer(millis).waiting;
  }

  /** Writes down what is written. */
  private final class Writer {
    private final WriteBehind<String, String> waiting;

    Writer(long gatherMillis) {
      waiting = new WriteBehind<>("writer", WAITING_MAX, gatherMillis, this::run);
    }

    private void run() {
      try {
        for (List<String> batch = waiting.take(); !batch.isEmpty(); batch = waiting.take()) {
          written.add(batch);
        }
      } catch (InterruptedException ended) {
        throw new AssertionError(ended);
      }
    }
  }

  @Test
  void whatComesWhileMoreIsGatheredIsWrittenWithIt() throws InterruptedException {
    WriteBehind<String, String> waiting = gatheringFor(HOUR_MILLIS);
    waiting.start();
    for (int i = 0; i < WAITING_MAX; i++) {
      waiting.put("key " + i, "value " + i);
      assertThat(written.poll(DOUBT_MILLIS / WAITING_MAX, TimeUnit.MILLISECONDS)).isNull();
    }
    waiting.close();
    assertThat(written).containsExactly(List.of("value 0", "value 1", "value 2", "value 3"));
  }

  @Test
  void itIsWrittenOnceItsTimeIsOver() throws InterruptedException {
    WriteBehind<String, String> waiting = gatheringFor(1);
    waiting.start();
    for (int i = 0; i < 3; i++) {
      waiting.put("a", "value " + i);
      assertThat(written.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).containsExactly("value " + i);
    }
    waiting.close();
    assertThat(written).isEmpty();
  }

  @Test
  void theNewestValueOfAKeyIsWrittenAndBeyondTheBoundNone() {
    WriteBehind<String, String> waiting = gatheringFor(HOUR_MILLIS);
    for (int i = 0; i < WAITING_MAX; i++) {
      waiting.put("key " + i, "old");
    }
    waiting.put("one more", "lost");
    waiting.put("key 0", "new");
    waiting.start();
    waiting.close();
    assertThat(written).containsExactly(List.of("old", "old", "old", "new"));
  }

  @Test
  void strangersLeaveThisPeersOwnItsPlace() {
    WriteBehind<String, String> waiting = gatheringFor(HOUR_MILLIS);
    for (int i = 0; i < 2 * WAITING_MAX; i++) {
      waiting.put("key " + i, "a stranger's");
    }
    waiting.putOwn("own", "old");
    waiting.putOwn("own", "new");
    for (int i = 1; i < 2 * WAITING_MAX; i++) {
      waiting.putOwn("own " + i, "more");
    }
    waiting.start();
    waiting.close();
    assertThat(written.remove())
        .startsWith("new", "more", "more", "more", "a stranger's")
        .hasSize(2 * WAITING_MAX);
  }

  @Test
  void whatComesAfterTheCloseTakesNothingAway() {
    WriteBehind<String, String> waiting = gatheringFor(HOUR_MILLIS);
    waiting.put("a", "in time");
    waiting.putOwn("b", "in time");
    waiting.close();
    waiting.put("a", "late");
    waiting.putOwn("b", "late");
    waiting.start();
    waiting.close();
    assertThat(written).containsExactly(List.of("in time", "in time"));
  }
}
