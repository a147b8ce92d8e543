package io.surgemesh.job;

import io.surgemesh.host.Stream;
import io.surgemesh.machine.Loop;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Writes all of a source to one bulk stream, read off the loop, one piece at a time, and no faster
 * than the stream takes it. Then it ends our direction.
 *
 * <p>Confined to the connection's loop.
 */
final class BulkSender {
  private static final int PIECE_BYTES = 64 * 1024;

  private final Stream stream;
  private final Loop loop;
  private final Source source;
  private final Runnable onFailed;
  private boolean busy;
  private boolean pumping;
  private boolean over;
  private boolean finished;

  /**
   * Creates a sender.
   *
   * @param open opens what to send, on a worker thread
   * @param onFailed told on the connection's loop when the source cannot be read; the stream is
   *     reset then
   */
  BulkSender(Stream stream, Callable<InputStream> open, Runnable onFailed) {
    this.stream = stream;
    this.loop = stream.connection().loop();
    this.source = new Source(open);
    this.onFailed = onFailed;
  }

  /** Writes what the stream takes now; call it at the start and whenever it is writable again. */
  void proceed() {
    if (pumping) {
      return;
    }
    // Off a simulated loop the piece is there at once; a loop instead of a recursion takes it.
    pumping = true;
    while (!busy && !over && stream.isWritable()) {
      busy = true;
      loop.offload(source::read, this::onRead);
    }
    pumping = false;
  }

  /** Stops; the stream is the caller's to reset. */
  void abandon() {
    if (!over) {
      over = true;
      closeIfIdle();
    }
  }

  /** Returns whether all was written and our direction ended. */
  boolean isFinished() {
    return finished;
  }

  private void onRead(@Nullable ByteBuffer piece, @Nullable Throwable failure) {
    busy = false;
    if (over) {
      closeIfIdle();
    } else if (piece == null) {
      over = true;
      closeIfIdle();
      stream.reset();
      onFailed.run();
    } else if (piece.hasRemaining()) {
      stream.write(piece);
      proceed();
    } else {
      over = true;
      finished = true;
      closeIfIdle();
      stream.closeWrite();
    }
  }

  private void closeIfIdle() {
    if (!busy) {
      loop.offload(source::close, (done, failure) -> {});
    }
  }

  /** The source, opened when first read; used by one worker at a time. */
  private static final class Source {
    private final Callable<InputStream> open;
    private @Nullable InputStream input;

    Source(Callable<InputStream> open) {
      this.open = open;
    }

    /** Returns the next piece; an empty one at the end. */
    ByteBuffer read() throws Exception {
      InputStream present = input;
      if (present == null) {
        present = open.call();
        input = present;
      }
      byte[] piece = new byte[PIECE_BYTES];
      return ByteBuffer.wrap(piece, 0, present.readNBytes(piece, 0, piece.length));
    }

    boolean close() throws Exception {
      if (input != null) {
        input.close();
      }
      return true;
    }
  }
}
