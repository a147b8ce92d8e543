package io.surgemesh.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordFillerTest {
  private static final int HEADER = YamuxFrame.HEADER_BYTES;
  private static final int FAIR_SHARE = 16 * 1024;

  private final Yamux yamux = new Yamux(true, YamuxLimits.defaults(), 0);
  private final RecordFiller<Pending> filler = new RecordFiller<>(yamux);
  private final byte[] plain = new byte[CipherState.PLAIN_BYTES_MAX];

  /** A stream with so many zero bytes to send, which it closes after them. */
  private final class Pending implements RecordFiller.Source {
    private final int id;
    private int left;
    private boolean scheduled;
    private boolean over;

    Pending(int bytes) {
      id = yamux.open(0);
      left = bytes;
    }

    @Override
    public int id() {
      return id;
    }

    @Override
    public boolean isOver() {
      return over;
    }

    @Override
    public boolean schedule() {
      boolean fresh = !scheduled && !over;
      scheduled = true;
      return fresh;
    }

    @Override
    public void unschedule() {
      scheduled = false;
    }

    @Override
    public boolean hasPending() {
      return left > 0;
    }

    @Override
    public int drainTo(byte[] target, int offset, int bytesMax) {
      int moved = Math.min(left, bytesMax);
      left -= moved;
      return moved;
    }

    @Override
    public void onDrained() {
      yamux.closeWrite(id);
    }
  }

  /** Returns the frames of the next record as text, such as {@code data 1 500}. */
  private List<String> fill() {
    int length = filler.fill(plain, plain.length);
    List<String> frames = new ArrayList<>();
    int at = 0;
    while (at < length) {
      int type = plain[at + 1];
      int bytes = YamuxFrame.readInt(plain, at + 8);
      frames.add(
          (type == YamuxFrame.TYPE_DATA ? "data " : "flags" + plain[at + 3] + " ")
              + YamuxFrame.readInt(plain, at + 4)
              + " "
              + bytes);
      at += HEADER + (type == YamuxFrame.TYPE_DATA ? bytes : 0);
    }
    assertThat(at).isEqualTo(length);
    return frames;
  }

  @Test
  void controlFramesComeFirstAndTheEndOfAStreamInTheRecordOfItsLastBytes() {
    Pending stream = new Pending(500);
    assertThat(filler.hasWork()).isTrue();
    assertThat(filler.add(stream)).isTrue();
    assertThat(fill()).containsExactly("flags1 1 0", "data 1 500", "flags4 1 0");
    assertThat(filler.hasWork()).isFalse();
    assertThat(fill()).isEmpty();
  }

  @Test
  void aStreamAloneFillsTheRecord() {
    filler.add(new Pending(200_000));
    int room = plain.length - 2 * HEADER;
    assertThat(fill()).containsExactly("flags1 1 0", "data 1 " + room);
  }

  @Test
  void streamsThatWaitTogetherGetSharesInTurn() {
    for (int i = 0; i < 3; i++) {
      filler.add(new Pending(FAIR_SHARE + 100));
    }
    assertThat(fill())
        .containsExactly(
            "flags1 1 0",
            "flags1 3 0",
            "flags1 5 0",
            "data 1 " + FAIR_SHARE,
            "data 3 " + FAIR_SHARE,
            "data 5 " + FAIR_SHARE,
            "data 1 100",
            "data 3 100",
            "data 5 100",
            "flags4 1 0",
            "flags4 3 0",
            "flags4 5 0");
  }

  @Test
  void aStreamWaitsForCreditAndOnceForItsTurn() {
    Pending stream = new Pending(Yamux.WINDOW_BYTES_INITIAL + 1);
    assertThat(filler.add(stream)).isTrue();
    assertThat(filler.add(stream)).isFalse();
    int sent = 0;
    while (filler.hasWork()) {
      sent += filler.fill(plain, plain.length);
    }
    assertThat(stream.left).isEqualTo(1);
    assertThat(sent).isGreaterThan(Yamux.WINDOW_BYTES_INITIAL);
    assertThat(filler.add(stream)).isFalse();
  }

  @Test
  void aStreamThatBrokeWhileItWaitedSendsNothing() {
    Pending stream = new Pending(500);
    filler.add(stream);
    stream.over = true;
    assertThat(fill()).containsExactly("flags1 1 0");
    filler.add(new Pending(10));
    filler.clear();
    assertThat(fill()).containsExactly("flags1 3 0");
  }
}
