package io.surgemesh.parts;

import io.surgemesh.crypto.Primitives;
import io.surgemesh.session.RecordReader;
import io.surgemesh.session.RecordSealer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Noise transport records, one MiB an operation. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class NoiseRecords {
  static final int OPERATION_BYTES = 1 << 20;

  /** Plain bytes of one record: of a small message, and the most there can be. */
  @Param({"256", "65519"})
  int plainBytes;

  /** Whose cipher. */
  @Param({"JAVA", "NATIVE"})
  Crypto crypto = Crypto.JAVA;

  private final byte[] plain = new byte[OPERATION_BYTES];
  private byte[] record = {};
  private byte[] wire = {};
  private RecordSealer send = NoiseSession.begin(Primitives.java()).send();

  /** An end that has read nothing yet: records can be opened once, in their order. */
  @State(Scope.Thread)
  public static class Opener {
    private RecordReader reader = NoiseSession.begin(Primitives.java()).reader();

    /** Begins anew. */
    @Setup(Level.Invocation)
    public void renew(NoiseRecords records) {
      reader = NoiseSession.begin(records.crypto.primitives()).reader();
    }
  }

  /** Seals what is to be opened. */
  @Setup
  public void prepare() {
    send = NoiseSession.begin(crypto.primitives()).send();
    record = new byte[send.recordBytes(plainBytes)];
    wire = new byte[0];
    byte[] sealed = new byte[2 * OPERATION_BYTES];
    int filled = 0;
    for (int left = OPERATION_BYTES; left > 0; left -= plainBytes) {
      int length = sealNext(Math.min(plainBytes, left));
      System.arraycopy(record, 0, sealed, filled, length);
      filled += length;
    }
    wire = Arrays.copyOf(sealed, filled);
  }

  private int sealNext(int bytes) {
    int length = send.encryptRecord(plain, bytes, record);
    if (length == RecordSealer.FAILED) {
      throw new IllegalStateException("the key is worn");
    }
    return length;
  }

  /** Encrypts records. */
  @Benchmark
  public void seal(Blackhole sink) {
    for (int left = OPERATION_BYTES; left > 0; left -= plainBytes) {
      sink.consume(sealNext(Math.min(plainBytes, left)));
      sink.consume(record);
    }
  }

  /** Cuts records out of what was read, and decrypts them. */
  @Benchmark
  public int open(Opener opener, Blackhole sink) {
    ByteBuffer bytes = ByteBuffer.wrap(wire);
    int opened = 0;
    for (ByteBuffer next = opener.reader.poll(bytes);
        next != null;
        next = opener.reader.poll(bytes)) {
      opened += next.remaining();
      sink.consume(next);
    }
    if (opened != OPERATION_BYTES) {
      throw new IllegalStateException("opened " + opened + " bytes");
    }
    return opened;
  }
}
