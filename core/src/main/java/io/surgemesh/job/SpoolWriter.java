package io.surgemesh.job;

import io.surgemesh.multiformats.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Digests and spools what it is given. Blocks; one thread at a time. */
final class SpoolWriter extends OutputStream {
  private final SpoolStore spools;
  private final long bytesMax;
  private final MessageDigest digest = sha256();
  private SpoolStore.@Nullable Spool spool;
  private @Nullable OutputStream target;
  private long bytes;
  private boolean overflowed;
  private boolean finished;

  SpoolWriter(SpoolStore spools, long bytesMax) {
    this.spools = spools;
    this.bytesMax = bytesMax;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java platform has SHA-256", impossible);
    }
  }

  /** Returns whether more was written than is allowed. */
  boolean overflowed() {
    return overflowed;
  }

  long bytes() {
    return bytes;
  }

  void write(List<ByteBuffer> pieces) throws IOException {
    for (ByteBuffer piece : pieces) {
      if (piece.hasArray()) {
        write(piece.array(), piece.arrayOffset() + piece.position(), piece.remaining());
      } else {
        byte[] copy = new byte[piece.remaining()];
        piece.get(copy);
        write(copy, 0, copy.length);
      }
    }
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    if (finished) {
      throw new IOException("written after its end");
    }
    if (length > bytesMax - bytes) {
      overflowed = true;
      throw new IOException("more than " + bytesMax + " bytes");
    }
    target().write(from, offset, length);
    digest.update(from, offset, length);
    bytes += length;
  }

  @Override
  public void flush() {
    // What matters is that all of it is there when it is finished.
  }

  @Override
  public void close() {
    // The handler may close its output and return later; finish() closes the spool.
  }

  /** Ends the writing; the caller owns the spool from now on. */
  Spooled finish() throws IOException {
    target().close();
    finished = true;
    SpoolStore.Spool whole = spool;
    if (whole == null) {
      throw new IOException("spool is gone");
    }
    spool = null;
    return new Spooled(whole, bytes, Bytes.of(digest.digest()));
  }

  /** Deletes what was written, unless it was finished. */
  void discard() {
    if (spool != null) {
      spool.close();
      spool = null;
    }
  }

  private OutputStream target() throws IOException {
    OutputStream present = target;
    if (present == null) {
      spool = spools.create();
      present = spool.writer();
      target = present;
    }
    return present;
  }
}
