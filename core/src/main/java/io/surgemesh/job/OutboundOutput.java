package io.surgemesh.job;

import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.ResetReason;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The bulk stream on which a requestor takes the output. Confined to the connection's loop. */
final class OutboundOutput implements StreamListener {
  private final DataHead head;
  private final SpoolStore spools;
  private final long bytesMax;
  private final BulkReceiver.Sink sink;
  private @Nullable BulkReceiver receiver;
  private boolean over;

  OutboundOutput(DataHead head, SpoolStore spools, long bytesMax, BulkReceiver.Sink sink) {
    this.head = head;
    this.spools = spools;
    this.bytesMax = bytesMax;
    this.sink = sink;
  }

  /** The stream is there. */
  void onOpened(Stream stream) {
    if (over) {
      stream.reset();
      return;
    }
    BulkReceiver unused = receiver(stream);
    stream.write(head.encode());
    stream.closeWrite();
  }

  /** Nobody wants it any more. */
  void abandon() {
    over = true;
    if (receiver != null) {
      receiver.abandon();
    }
  }

  private BulkReceiver receiver(Stream stream) {
    BulkReceiver present = receiver;
    if (present == null) {
      present = new BulkReceiver(stream, spools, bytesMax, CancelCause.OUTPUT_TOO_LARGE, sink);
      receiver = present;
    }
    return present;
  }

  @Override
  public void onData(Stream stream, ByteBuffer data) {
    receiver(stream).onData(data);
  }

  @Override
  public void onRemoteClose(Stream stream) {
    receiver(stream).onRemoteClose();
  }

  @Override
  public void onReset(Stream stream, ResetReason reason) {
    if (receiver != null) {
      receiver.onReset();
    }
  }
}
