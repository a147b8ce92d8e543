package io.surgemesh.job;

import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.machine.Loop;
import io.surgemesh.machine.Timer;
import io.surgemesh.multiformats.MalformedMessageException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A bulk stream that a requestor opened: first its head, then either the input comes in or the
 * output goes out.
 *
 * <p>Confined to the connection's loop, except {@link #take}, {@link #give} and {@link #reject},
 * which may be called from any thread. What comes before it is known to whom it belongs is bounded
 * by the receive window.
 */
final class InboundData implements StreamListener {
  private static final long HEAD_NANOS = 10_000_000_000L;

  private final Stream stream;
  private final Loop loop;
  private final BiConsumer<DataHead, InboundData> onHead;
  private final DataHead.Reader reader = new DataHead.Reader();
  private final Timer headTimer;
  private List<ByteBuffer> early = new ArrayList<>();
  private boolean remoteClosed;
  private boolean over;
  private boolean headRead;
  private boolean isOutput;
  private int headBytes;
  private @Nullable BulkReceiver receiver;
  private @Nullable BulkSender sender;

  /**
   * Creates the listener of one stream, on its connection's loop.
   *
   * @param onHead told once on the connection's loop what the stream is for
   */
  InboundData(Stream stream, BiConsumer<DataHead, InboundData> onHead) {
    this.stream = stream;
    this.loop = stream.connection().loop();
    this.onHead = onHead;
    this.headTimer = loop.arm(loop.nowNanos() + HEAD_NANOS, this::onHeadLate);
  }

  @Override
  public void onData(Stream from, ByteBuffer data) {
    if (!headRead) {
      readHead(data);
    }
    if (receiver != null) {
      receiver.onData(data);
    } else if (!over && data.hasRemaining()) {
      if (isOutput) {
        // Who takes the output has nothing to say.
        drop();
      } else {
        early.add(data);
      }
    }
  }

  private void readHead(ByteBuffer data) {
    int before = data.remaining();
    try {
      DataHead head = reader.read(data);
      headBytes += before - data.remaining();
      if (head != null) {
        headRead = true;
        isOutput = !head.isInput();
        headTimer.cancel();
        onHead.accept(head, this);
      }
    } catch (MalformedMessageException malformed) {
      drop();
    }
  }

  /** Takes the input into {@code sink}. */
  void take(SpoolStore spools, long bytesMax, BulkReceiver.Sink sink) {
    loop.execute(
        () -> {
          if (over) {
            sink.onFailed(CancelCause.BROKEN);
            return;
          }
          BulkReceiver present =
              new BulkReceiver(stream, spools, bytesMax, CancelCause.INPUT_WRONG, sink);
          receiver = present;
          stream.closeWrite();
          stream.consumed(headBytes);
          List<ByteBuffer> pieces = early;
          early = new ArrayList<>();
          pieces.forEach(present::onData);
          if (remoteClosed) {
            present.onRemoteClose();
          }
        });
  }

  /**
   * Writes the output.
   *
   * @param onFailed told on the connection's loop when the output cannot be read
   */
  void give(SpoolStore.Spool output, Runnable onFailed) {
    loop.execute(
        () -> {
          if (!over) {
            BulkSender present = new BulkSender(stream, output::open, onFailed);
            sender = present;
            stream.consumed(headBytes);
            present.proceed();
          }
        });
  }

  /** Resets the stream: it belongs to no job, or to one that is over. */
  void reject() {
    loop.execute(this::drop);
  }

  @Override
  public void onRemoteClose(Stream from) {
    remoteClosed = true;
    if (receiver != null) {
      receiver.onRemoteClose();
    } else if (!headRead) {
      drop();
    }
  }

  @Override
  public void onReset(Stream from, ResetReason reason) {
    over = true;
    headTimer.cancel();
    if (receiver != null) {
      receiver.onReset();
    }
    if (sender != null) {
      sender.abandon();
    }
  }

  @Override
  public void onWritable(Stream from) {
    if (sender != null) {
      sender.proceed();
    }
  }

  private void onHeadLate() {
    if (!headRead) {
      drop();
    }
  }

  private void drop() {
    over = true;
    headTimer.cancel();
    early = new ArrayList<>();
    if (receiver != null) {
      receiver.abandon();
    }
    if (sender != null) {
      sender.abandon();
    }
    stream.reset();
  }
}
