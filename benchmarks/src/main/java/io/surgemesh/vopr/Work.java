package io.surgemesh.vopr;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multihash;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The work of one job: turns an input into an output that only this input gives.
 *
 * @param job the number of the job
 * @param millicores what it reserves
 * @param memoryBytes what it reserves
 * @param outputBytes how long its output is
 * @param fails whether its handler throws, every time
 */
record Work(int job, int millicores, long memoryBytes, int outputBytes, boolean fails) {
  /** The name of the runtime that does such work. */
  static final String RUNTIME = "java:vopr";

  private static final int ARGUMENT_BYTES = 21;
  private static final int OUTPUT_BYTES_MAX = 1 << 20;

  /** What a handler throws that was told to; any other exception of a handler is a bug. */
  static final class PlannedFailure extends IOException {
    private static final long serialVersionUID = 1L;

    PlannedFailure() {
      super("planned");
    }
  }

  Bytes arguments() {
    return Bytes.of(
        ByteBuffer.allocate(ARGUMENT_BYTES)
            .putInt(job)
            .putInt(millicores)
            .putLong(memoryBytes)
            .putInt(outputBytes)
            .put((byte) (fails ? 1 : 0))
            .array());
  }

  /** Returns the work that those arguments ask for; hostile ones may ask for none. */
  static Work parse(Bytes arguments) throws IOException {
    if (arguments.size() != ARGUMENT_BYTES) {
      throw new PlannedFailure();
    }
    ByteBuffer bytes = ByteBuffer.wrap(arguments.toByteArray());
    return new Work(
        bytes.getInt(), bytes.getInt(), bytes.getLong(), bytes.getInt(), bytes.get() != 0);
  }

  /** Does it. */
  void run(InputStream input, OutputStream output) throws IOException {
    if (outputBytes < 0 || outputBytes > OUTPUT_BYTES_MAX) {
      // Nobody honest asks for that.
      throw new PlannedFailure();
    }
    byte[] result = result(input.readAllBytes());
    if (fails) {
      throw new PlannedFailure();
    }
    output.write(result);
  }

  /** Returns what the output of this input must be. */
  byte[] result(byte[] input) {
    byte[] digest = Multihash.sha256(input).digest().toByteArray();
    byte[] result = new byte[outputBytes];
    int begin = 0;
    for (int added = job; begin < result.length; added++) {
      int end = Math.min(result.length, begin + digest.length);
      for (int i = begin; i < end; i++) {
        result[i] = (byte) (digest[i - begin] + added);
      }
      begin = end;
    }
    return result;
  }

  /** Returns whether that is the output of this input. */
  boolean isResult(byte[] output, byte[] input) {
    return Arrays.equals(output, result(input));
  }
}
