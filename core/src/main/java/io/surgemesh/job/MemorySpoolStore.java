package io.surgemesh.job;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Spools on the heap, for small meshes and simulations.
 *
 * <p>At the bound, writing throws an {@code IOException}, which fails the job that writes.
 */
public final class MemorySpoolStore implements SpoolStore {
  private final long bytesMax;
  private final AtomicLong used = new AtomicLong();

  /**
   * Creates a store.
   *
   * @param bytesMax bytes in all open spools together
   * @throws IllegalArgumentException when negative
   */
  public MemorySpoolStore(long bytesMax) {
    JobConfig.require(bytesMax >= 0, "bytesMax", bytesMax);
    this.bytesMax = bytesMax;
  }

  /** Returns the bytes in all open spools. */
  public long usedBytes() {
    return used.get();
  }

  @Override
  public Spool create() {
    return new MemorySpool();
  }

  private void reserve(int bytes) throws IOException {
    if (used.addAndGet(bytes) > bytesMax) {
      used.addAndGet(-bytes);
      throw new IOException("spools hold more than " + bytesMax + " bytes");
    }
  }

  private final class MemorySpool implements Spool {
    private final Content content = new Content();

    @Override
    public OutputStream writer() {
      return content;
    }

    @Override
    public long bytes() {
      return content.size();
    }

    @Override
    public InputStream open() {
      return content.read();
    }

    @Override
    public void close() {
      content.release();
    }
  }

  private final class Content extends OutputStream {
    private ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public synchronized void write(int one) throws IOException {
      reserve(1);
      bytes.write(one);
    }

    @Override
    public synchronized void write(byte[] from, int offset, int length) throws IOException {
      reserve(length);
      bytes.write(from, offset, length);
    }

    synchronized int size() {
      return bytes.size();
    }

    synchronized InputStream read() {
      return new ByteArrayInputStream(bytes.toByteArray());
    }

    synchronized void release() {
      used.addAndGet(-bytes.size());
      bytes = new ByteArrayOutputStream();
    }
  }
}
