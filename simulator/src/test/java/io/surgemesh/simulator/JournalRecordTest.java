package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.multiformats.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class JournalRecordTest {
  private static List<Bytes> batch(SplittableRandom random) {
    List<Bytes> envelopes = new ArrayList<>();
    for (int left = 1 + random.nextInt(5); left > 0; left--) {
      byte[] envelope = new byte[1 + random.nextInt(60)];
      random.nextBytes(envelope);
      envelopes.add(Bytes.of(envelope));
    }
    return envelopes;
  }

  @Test
  void whatWasWrittenWholeIsRead() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 200; i++) {
      List<Bytes> batch = batch(random);
      assertThat(JournalRecord.recover(JournalRecord.encode(batch))).isEqualTo(batch);
    }
  }

  @Test
  void whatWasCutAnywhereNeverHappened() {
    byte[] whole = JournalRecord.encode(batch(new SplittableRandom(2)));
    for (int length = 0; length < whole.length; length++) {
      assertThat(JournalRecord.recover(Arrays.copyOf(whole, length))).isEmpty();
    }
  }

  @Test
  void whatHasAWrongByteAnywhereNeverHappened() {
    byte[] whole = JournalRecord.encode(batch(new SplittableRandom(3)));
    for (int at = 0; at < whole.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] wrong = whole.clone();
        wrong[at] ^= (byte) (1 << bit);
        assertThat(JournalRecord.recover(wrong)).isEmpty();
      }
    }
  }

  @Test
  void zerosAndNothingAreNoRecord() {
    for (int length = 0; length < 40; length++) {
      assertThat(JournalRecord.recover(new byte[length])).isEmpty();
    }
  }
}
