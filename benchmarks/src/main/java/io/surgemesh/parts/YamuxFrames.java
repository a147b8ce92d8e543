package io.surgemesh.parts;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Yamux data frames, one MiB of bodies an operation: filled into records from the streams' queues,
 * cut out of them on the other side, with the credit that comes back.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class YamuxFrames {
  private static final int OPERATION_BYTES = NoiseRecords.OPERATION_BYTES;

  /** Bytes of a frame's body: as many streams have one each as make a record of small ones. */
  @Param({"256", "65536"})
  int bodyBytes;

  private int streams;
  private YamuxPipe pipe = new YamuxPipe(1);

  /** Opens the streams. */
  @Setup
  public void open() {
    streams = bodyBytes < 1024 ? 64 : 1;
    pipe = new YamuxPipe(streams);
  }

  /** Sends and receives. */
  @Benchmark
  public long pass(Blackhole sink) {
    long before = pipe.send(0);
    long after = before;
    for (int sent = 0; sent < OPERATION_BYTES; sent += streams * bodyBytes) {
      after = pipe.send(bodyBytes);
      sink.consume(pipe.lastReceived());
    }
    if (after - before != OPERATION_BYTES) {
      throw new IllegalStateException("received " + (after - before) + " bytes");
    }
    return after;
  }
}
