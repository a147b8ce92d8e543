package io.surgemesh.parts;

import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Varint;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Unsigned varints, each an operation. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Varints {
  private static final int VALUES = 1024;

  /** The length of each: of a short message's length, and of a number of 32 bits. */
  @Param({"1", "5"})
  int bytes;

  private final long[] values = new long[VALUES];
  private final ByteBuffer written = ByteBuffer.allocate(VALUES * Varint.BYTES_MAX);
  private ByteBuffer encoded = ByteBuffer.allocate(0);

  /** Draws values of the length. */
  @Setup
  public void draw() {
    SplittableRandom random = new SplittableRandom(bytes);
    long least = bytes == 1 ? 0 : 1L << (7 * (bytes - 1));
    encoded = ByteBuffer.allocate(VALUES * bytes);
    for (int i = 0; i < VALUES; i++) {
      values[i] = random.nextLong(least, 1L << (7 * bytes));
      Varint.write(values[i], encoded);
    }
  }

  /** Writes them one behind the other. */
  @Benchmark
  @OperationsPerInvocation(VALUES)
  public ByteBuffer write() {
    written.clear();
    for (long value : values) {
      Varint.write(value, written);
    }
    return written;
  }

  /** Reads them back. */
  @Benchmark
  @OperationsPerInvocation(VALUES)
  public long read() throws MalformedMessageException {
    encoded.rewind();
    long sum = 0;
    for (int i = 0; i < VALUES; i++) {
      sum += Varint.read(encoded);
    }
    return sum;
  }
}
