package io.surgemesh.job;

import io.surgemesh.host.Stream;
import io.surgemesh.machine.Loop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the raw bytes of one bulk stream into a spool, digested and written off the loop, in order,
 * one batch at a time. Credit returns when a batch is spooled, so the stream's receive window
 * bounds what waits here.
 *
 * <p>Confined to the connection's loop.
 */
final class BulkReceiver {
  /** Told on the connection's loop; the last of the two ends comes once. */
  interface Sink {
    /** So many bytes are spooled, in all. */
    void onBytes(long bytes);

    /** All is there; the sink owns the spool from now on. */
    void onEnd(Spooled whole);

    /** It broke, was too long, or could not be written; nothing is left of it. */
    void onFailed(CancelCause cause);
  }

  private final Stream stream;
  private final Loop loop;
  private final SpoolWriter writer;
  private final CancelCause tooLong;
  private final Sink sink;
  private List<ByteBuffer> waiting = new ArrayList<>();
  private boolean busy;
  private boolean ended;
  private boolean over;

  /**
   * Creates a receiver.
   *
   * @param bytesMax more than that fails with {@code tooLong}
   */
  BulkReceiver(Stream stream, SpoolStore spools, long bytesMax, CancelCause tooLong, Sink sink) {
    this.stream = stream;
    this.loop = stream.connection().loop();
    this.writer = new SpoolWriter(spools, bytesMax);
    this.tooLong = tooLong;
    this.sink = sink;
  }

  void onData(ByteBuffer data) {
    if (!over && data.hasRemaining()) {
      waiting.add(data);
      proceed();
    }
  }

  void onRemoteClose() {
    ended = true;
    proceed();
  }

  void onReset() {
    fail(CancelCause.BROKEN);
  }

  /** Nobody wants it any more: resets the stream and deletes what came. */
  void abandon() {
    if (!over) {
      over = true;
      stream.reset();
      discardIfIdle();
    }
  }

  private void proceed() {
    if (busy || over) {
      return;
    }
    if (!waiting.isEmpty()) {
      busy = true;
      List<ByteBuffer> batch = waiting;
      waiting = new ArrayList<>();
      int bytes = batch.stream().mapToInt(ByteBuffer::remaining).sum();
      loop.offload(
          () -> {
            writer.write(batch);
            return bytes;
          },
          this::onWritten);
    } else if (ended) {
      busy = true;
      loop.offload(writer::finish, this::onFinished);
    }
  }

  private void onWritten(@Nullable Integer bytes, @Nullable Throwable failure) {
    busy = false;
    if (over) {
      discardIfIdle();
    } else if (bytes == null) {
      fail(writer.overflowed() ? tooLong : CancelCause.UNKNOWN);
    } else {
      stream.consumed(bytes);
      sink.onBytes(writer.bytes());
      proceed();
    }
  }

  private void onFinished(@Nullable Spooled whole, @Nullable Throwable failure) {
    busy = false;
    if (whole == null && over) {
      discardIfIdle();
    } else if (whole == null) {
      fail(CancelCause.UNKNOWN);
    } else if (over) {
      close(whole.spool());
    } else {
      over = true;
      sink.onEnd(whole);
    }
  }

  private void fail(CancelCause cause) {
    if (!over) {
      over = true;
      stream.reset();
      discardIfIdle();
      sink.onFailed(cause);
    }
  }

  private void discardIfIdle() {
    if (!busy) {
      waiting = new ArrayList<>();
      loop.offload(
          () -> {
            writer.discard();
            return true;
          },
          (done, failure) -> {});
    }
  }

  private void close(SpoolStore.Spool spool) {
    loop.offload(
        () -> {
          spool.close();
          return true;
        },
        (done, failure) -> {});
  }
}
