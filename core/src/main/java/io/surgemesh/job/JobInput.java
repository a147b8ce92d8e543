package io.surgemesh.job;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The input of a job, read anew for each placement. Its bytes must not change while the job runs.
 *
 * <p>Read on worker threads.
 */
public interface JobInput {
  /** Returns the length in bytes, 0 to 2^50; always the same. */
  long bytes();

  /**
   * Opens the input from its beginning; the caller closes it.
   *
   * @throws IOException when it cannot be read; the job then fails with {@code INPUT_WRONG}
   */
  InputStream open() throws IOException;

  /** Returns an input of these bytes, which are copied. */
  static JobInput of(byte[] content) {
    byte[] copy = content.clone();
    return new JobInput() {
      @Override
      public long bytes() {
        return copy.length;
      }

      @Override
      public InputStream open() {
        return new ByteArrayInputStream(copy);
      }
    };
  }

  /**
   * Returns an input of {@code bytes} bytes of a file, from {@code offset} on; when the file is
   * shorter the job fails with {@code INPUT_WRONG}.
   *
   * @throws IllegalArgumentException when either is negative
   */
  static JobInput ofFile(Path file, long offset, long bytes) {
    if (offset < 0 || bytes < 0) {
      throw new IllegalArgumentException("offset " + offset + ", bytes " + bytes);
    }
    return new JobInput() {
      @Override
      public long bytes() {
        return bytes;
      }

      @Override
      public InputStream open() throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        channel.position(offset);
        return new BoundedInputStream(Channels.newInputStream(channel), bytes);
      }
    };
  }
}
