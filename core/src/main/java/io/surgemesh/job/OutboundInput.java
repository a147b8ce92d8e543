package io.surgemesh.job;

import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.ResetReason;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The bulk stream on which a requestor sends the input. Confined to the connection's loop. */
final class OutboundInput implements StreamListener {
  private final DataHead head;
  private final JobInput input;
  private final TransferEnd end;
  private @Nullable BulkSender sender;
  private @Nullable Stream stream;
  private boolean over;

  OutboundInput(DataHead head, JobInput input, TransferEnd end) {
    this.head = head;
    this.input = input;
    this.end = end;
  }

  /** The stream is there. */
  void onOpened(Stream opened) {
    if (over) {
      opened.reset();
      return;
    }
    stream = opened;
    BulkSender present =
        new BulkSender(
            opened,
            () -> new BoundedInputStream(input.open(), input.bytes()),
            () -> end.onFailed(CancelCause.INPUT_WRONG));
    sender = present;
    opened.write(head.encode());
    present.proceed();
  }

  /** Nobody wants it any more. */
  void abandon() {
    over = true;
    boolean finished = sender != null && sender.isFinished();
    if (sender != null) {
      sender.abandon();
    }
    if (stream != null && !finished) {
      stream.reset();
    }
  }

  @Override
  public void onData(Stream from, ByteBuffer data) {
    // A provider says nothing here; without credit it cannot say much.
  }

  @Override
  public void onRemoteClose(Stream from) {
    // The provider has nothing to say here.
  }

  @Override
  public void onReset(Stream from, ResetReason reason) {
    if (!over) {
      abandon();
      end.onFailed(CancelCause.BROKEN);
    }
  }

  @Override
  public void onWritable(Stream from) {
    if (sender != null) {
      sender.proceed();
    }
  }
}
