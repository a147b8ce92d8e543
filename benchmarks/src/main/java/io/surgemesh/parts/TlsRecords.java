package io.surgemesh.parts;

import io.surgemesh.crypto.Aead.Algorithm;
import io.surgemesh.crypto.Primitives;
import io.surgemesh.session.TlsRecordCipher;
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

/**
 * TLS 1.3 records, one MiB an operation: messages of so many bytes, in as many records as each
 * takes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class TlsRecords {
  private static final int OPERATION_BYTES = NoiseRecords.OPERATION_BYTES;
  private static final int APPLICATION_DATA = 23;

  /** Plain bytes of one message: a small one, and one of four records. */
  @Param({"256", "65536"})
  int plainBytes;

  /** The suite that peers of ours agree on. */
  @Param("AES_128_GCM")
  Algorithm algorithm = Algorithm.AES_128_GCM;

  private final byte[] plain = new byte[OPERATION_BYTES];
  private final byte[] wire = new byte[2 * OPERATION_BYTES];
  private final byte[] opened = new byte[TlsRecordCipher.CONTENT_BYTES_MAX + 64];
  private int wireBytes;
  private TlsRecordCipher sealer = cipher(algorithm);

  /** An end that has read nothing yet: records can be opened once, in their order. */
  @State(Scope.Thread)
  public static class Opener {
    private TlsRecordCipher cipher = cipher(Algorithm.AES_128_GCM);

    /** Begins anew. */
    @Setup(Level.Invocation)
    public void renew(TlsRecords records) {
      cipher = cipher(records.algorithm);
    }
  }

  private static TlsRecordCipher cipher(Algorithm algorithm) {
    byte[] iv = new byte[TlsRecordCipher.IV_BYTES];
    return new TlsRecordCipher(
        Primitives.java().aead(algorithm, new byte[algorithm.keyBytes()]), iv);
  }

  /** Seals what is to be opened. */
  @Setup
  public void prepare() {
    sealer = cipher(algorithm);
    wireBytes = sealAll();
  }

  private int sealAll() {
    int filled = 0;
    for (int at = 0; at < OPERATION_BYTES; ) {
      int content = Math.min(plainBytes, TlsRecordCipher.CONTENT_BYTES_MAX);
      int length = sealer.seal(APPLICATION_DATA, plain, at, content, wire, filled);
      if (length == TlsRecordCipher.FAILED) {
        throw new IllegalStateException("not sealed");
      }
      filled += length;
      at += content;
    }
    return filled;
  }

  /** Encrypts records. */
  @Benchmark
  public int seal(Blackhole sink) {
    int bytes = sealAll();
    sink.consume(wire);
    return bytes;
  }

  /** Decrypts records. */
  @Benchmark
  public int open(Opener opener, Blackhole sink) {
    int bytes = 0;
    for (int at = 0; at < wireBytes; ) {
      int record =
          TlsRecordCipher.HEADER_BYTES + (wire[at + 3] & 0xff) * 256 + (wire[at + 4] & 0xff);
      bytes += opener.cipher.open(wire, at, record, opened, 0);
      sink.consume(opened);
      at += record;
    }
    if (bytes != OPERATION_BYTES) {
      throw new IllegalStateException("opened " + bytes + " bytes");
    }
    return bytes;
  }
}
