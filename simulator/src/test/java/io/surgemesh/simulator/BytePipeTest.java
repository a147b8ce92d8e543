package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BytePipeTest {
  private final SimulatedNetwork network = new SimulatedNetwork(1);
  private final SimulatedHost near = network.addHost();
  private final SimulatedHost far = network.addHost();
  private final ByteArrayOutputStream arrived = new ByteArrayOutputStream();
  private final List<Integer> cuts = new ArrayList<>();

  private BytePipe pipe(long cutSeed) {
    arrived.reset();
    cuts.clear();
    RawEnd end =
        new RawEnd(far, near.index())
            .onBytes(
                bytes -> {
                  arrived.writeBytes(bytes);
                  cuts.add(bytes.length);
                });
    return new BytePipe(new Link(network, new RawEnd(near, far.index()), end, 5, 0), cutSeed);
  }

  private void runAll() {
    while (network.time().step()) {
      // Until everything has arrived.
    }
  }

  @Test
  void bytesArriveInOrderWhateverTheWritesAndTheCuts() {
    for (int seed = 0; seed < 50; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      BytePipe pipe = pipe(seed);
      ByteArrayOutputStream written = new ByteArrayOutputStream();
      for (int i = 0; i < 20; i++) {
        byte[] bytes = new byte[random.nextInt(1 << random.nextInt(17))];
        random.nextBytes(bytes);
        pipe.write(bytes, bytes.length);
        written.writeBytes(bytes);
        if (random.nextBoolean()) {
          pipe.flush();
        }
      }
      pipe.flush();
      runAll();
      assertThat(arrived.toByteArray()).isEqualTo(written.toByteArray());
    }
  }

  @Test
  void cutsAreShortAndLongAndNotThoseOfTheWrites() {
    BytePipe pipe = pipe(1);
    byte[] bytes = new byte[10_000_000];
    pipe.write(bytes, bytes.length);
    pipe.flush();
    runAll();
    assertThat(cuts.stream().mapToInt(Integer::intValue).sum()).isEqualTo(bytes.length);
    assertThat(cuts).allMatch(cut -> cut >= 1 && cut <= BytePipe.SEGMENT_BYTES_MAX);
    assertThat(cuts).anyMatch(cut -> cut < 4).anyMatch(cut -> cut > 50_000);
  }

  @Test
  void smallWritesAreJoinedUpToTheNextFlush() {
    int joined = 0;
    for (int seed = 0; seed < 50; seed++) {
      BytePipe pipe = pipe(seed);
      for (int i = 0; i < 100; i++) {
        pipe.write(new byte[10], 10);
      }
      assertThat(arrived.size()).isZero();
      pipe.flush();
      runAll();
      assertThat(arrived.size()).isEqualTo(1000);
      joined += cuts.get(0) == 1000 ? 1 : 0;
    }
    assertThat(joined).isBetween(10, 40);
  }

  @Test
  void aFullPipeTakesNoMoreUntilBytesAreTakenOutOfIt() {
    BytePipe pipe = pipe(1);
    pipe.write(new byte[BytePipe.BYTES_MAX - 1], BytePipe.BYTES_MAX - 1);
    assertThat(pipe.isWritable()).isTrue();
    pipe.write(new byte[1], 1);
    assertThat(pipe.isWritable()).isFalse();
    pipe.onTaken(1);
    assertThat(pipe.isWritable()).isTrue();
    pipe.onTaken(Integer.MAX_VALUE);
    assertThat(pipe.isWritable()).isTrue();
  }
}
