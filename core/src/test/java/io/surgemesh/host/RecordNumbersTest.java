package io.surgemesh.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordNumbersTest {
  @TempDir Path directory;
  private Instant now = Instant.ofEpochMilli(1_000);

  @Test
  void numbersFollowTheClockAndNeverStandStill() {
    RecordNumbers numbers = new RecordNumbers(() -> now, PeerArchive.none());
    assertThat(numbers.next()).isEqualTo(1_000);
    assertThat(numbers.next()).isEqualTo(1_001);
    now = Instant.ofEpochSecond(1L << 31);
    assertThat(numbers.next()).isEqualTo(1_000L << 31);
    now = Instant.parse("2262-04-12T00:00:00Z");
    assertThat(numbers.next()).isEqualTo(now.toEpochMilli());
  }

  @Test
  void whenTheClockIsSetBackTheyGoOnByOne() {
    RecordNumbers numbers = new RecordNumbers(() -> now, PeerArchive.none());
    numbers.next();
    now = Instant.ofEpochMilli(-1);
    assertThat(numbers.next()).isEqualTo(1_001);
    assertThat(numbers.next()).isEqualTo(1_002);
  }

  @Test
  void anotherLifeGoesOnWhereTheLastOneEnded() {
    for (int life = 0; life < 3; life++) {
      try (PeerArchive archive = PeerArchive.in(directory.resolve("peers.db"), () -> now)) {
        assertThat(new RecordNumbers(() -> now, archive).next()).isEqualTo(1_000 + life);
      }
    }
  }
}
