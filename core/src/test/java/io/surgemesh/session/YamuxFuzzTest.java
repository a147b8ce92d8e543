package io.surgemesh.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class YamuxFuzzTest {
  private static final int FRAMES = 200_000;

  /** Plays random frames and random calls of our own against sessions until each ends. */
  @Test
  void noFramesMakeTheMachineThrowOrHoldMoreThanItsBounds() {
    SplittableRandom random = new SplittableRandom(20261121);
    YamuxLimits limits = YamuxLimits.defaults();
    int sessions = 0;
    int frames = 0;
    while (frames < FRAMES) {
      sessions++;
      frames += playSession(random, limits);
    }
    assertThat(sessions).isGreaterThan(100);
  }

  private static int playSession(SplittableRandom random, YamuxLimits limits) {
    Yamux yamux = new Yamux(random.nextBoolean(), limits, 0);
    boolean wild = random.nextBoolean();
    byte[] header = new byte[YamuxFrame.HEADER_BYTES];
    long now = 0;
    for (int i = 1; i <= 2000; i++) {
      now += random.nextInt(10_000_000);
      randomHeader(random, header, wild);
      yamux.onHeader(header, 0, now);
      assertThat(yamux.bodyBytes()).isBetween(0, limits.windowBytesMax());
      yamux.onBodyEnd(now);
      ownCalls(random, yamux, now);
      boolean over = false;
      for (var output = yamux.poll(); output != null; output = yamux.poll()) {
        over |= output instanceof YamuxOutput.Misbehaved || output instanceof YamuxOutput.Gone;
      }
      assertThat(yamux.streamCount())
          .isLessThanOrEqualTo(limits.inboundStreamsMax() + limits.outboundStreamsMax());
      assertThat(yamux.framesQueued()).isLessThan(10_000);
      if (over) {
        return i;
      }
    }
    return 2000;
  }

  private static void ownCalls(SplittableRandom random, Yamux yamux, long now) {
    int id = 1 + random.nextInt(20);
    switch (random.nextInt(8)) {
      case 0 -> yamux.open(now);
      case 1 -> yamux.closeWrite(id);
      case 2 -> yamux.reset(id);
      case 3 -> yamux.consumed(id, random.nextInt(), now);
      case 4 -> yamux.onSent(id, (int) Math.min(1000, yamux.credit(id)));
      case 5 -> yamux.onTimeout(now);
      default -> {
        while (yamux.pollFrame() != null) {
          // Sent.
        }
      }
    }
  }

  private static void randomHeader(SplittableRandom random, byte[] header, boolean wild) {
    if (wild && random.nextInt(20) == 0) {
      random.nextBytes(header);
      return;
    }
    int type = random.nextInt(100) < 95 ? random.nextInt(2) : 2 + random.nextInt(2);
    int flags = random.nextInt(3) == 0 ? 1 << random.nextInt(4) : 0;
    int streamId = type >= 2 ? 0 : 1 + random.nextInt(20);
    int length = random.nextInt(50) == 0 ? random.nextInt() : random.nextInt(2000);
    new YamuxFrame(type, type == 2 ? 1 : flags, streamId, length).write(header, 0);
  }
}
