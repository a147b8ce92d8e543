package io.surgemesh.market;

import com.google.protobuf.ByteString;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.ProtobufScan;
import io.surgemesh.wire.ScanLimits;
import io.surgemesh.wire.pb.JobSpecBody;

/**
 * The unit of work an agreement is about, as the exact bytes that travelled.
 *
 * <p>Immutable; equal when the bytes are.
 */
public final class Task {
  /** The longest arguments, in bytes. */
  public static final int ARGUMENTS_BYTES_MAX = 16 * 1024;

  /** The longest encoding, in bytes. */
  public static final int BYTES_MAX = ARGUMENTS_BYTES_MAX + 512;

  private static final ScanLimits LIMITS = new ScanLimits(BYTES_MAX, 16, 2);

  private final JobSpecBody body;
  private final Bytes encoded;

  private Task(JobSpecBody body, Bytes encoded) {
    JobRuntime.requireName(body.getRuntime());
    Ranges.require(body.getArguments().size(), 0, ARGUMENTS_BYTES_MAX, "arguments bytes");
    Ranges.require(body.getInputBytes(), 0, Ranges.BYTES_MAX, "inputBytes");
    Ranges.require(
        body.getInputSha256().size() == Decoding.HASH_BYTES, "the input's digest has 32 bytes");
    this.body = body;
    this.encoded = encoded;
  }

  /**
   * Returns a task.
   *
   * @param runtime what runs it, such as {@code java:wordcount}
   * @param arguments opaque to the mesh, at most {@value #ARGUMENTS_BYTES_MAX} bytes
   * @param inputBytes length of the input, 0 to 2^50
   * @param inputSha256 SHA-256 of the input
   * @param repeatable whether another provider may run it again
   * @throws IllegalArgumentException naming the value out of range
   */
  public static Task of(
      String runtime, Bytes arguments, long inputBytes, Bytes inputSha256, boolean repeatable) {
    JobSpecBody body =
        JobSpecBody.newBuilder()
            .setRuntime(runtime)
            .setArguments(ByteString.copyFrom(arguments.toByteArray()))
            .setInputBytes(inputBytes)
            .setInputSha256(ByteString.copyFrom(inputSha256.toByteArray()))
            .setRepeatable(repeatable)
            .build();
    return new Task(body, Bytes.of(body.toByteArray()));
  }

  /**
   * Reads a task.
   *
   * @throws MalformedMessageException when it is malformed, longer than {@value #BYTES_MAX} bytes,
   *     or a value is out of range
   */
  public static Task decode(byte[] encoded) throws MalformedMessageException {
    JobSpecBody body = ProtobufScan.parse(JobSpecBody.getDefaultInstance(), encoded, LIMITS);
    return Decoding.value(() -> new Task(body, Bytes.of(encoded)));
  }

  /** Returns what runs it, such as {@code java:wordcount}. */
  public String runtime() {
    return body.getRuntime();
  }

  /** Returns the arguments; their meaning is the handler's. */
  public Bytes arguments() {
    return Bytes.of(body.getArguments().toByteArray());
  }

  /** Returns the length of the input. */
  public long inputBytes() {
    return body.getInputBytes();
  }

  /** Returns the SHA-256 of the input. */
  public Bytes inputSha256() {
    return Bytes.of(body.getInputSha256().toByteArray());
  }

  /** Returns whether another provider may run it again. */
  public boolean repeatable() {
    return body.getRepeatable();
  }

  /** Returns the SHA-256 of the bytes, which the agreement binds. */
  public Bytes hash() {
    return Decoding.sha256(encoded.toByteArray());
  }

  /** Returns the bytes, exactly as made or received. */
  public byte[] encode() {
    return encoded.toByteArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Task task && encoded.equals(task.encoded);
  }

  @Override
  public int hashCode() {
    return encoded.hashCode();
  }

  @Override
  public String toString() {
    return "Task[" + runtime() + ", " + inputBytes() + " bytes]";
  }
}
