package io.surgemesh.interop;

import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.ResetReason;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.BlockingQueue;

/**
 * Sends bytes back until the peer closes.
 *
 * <p>Credit is given for what the stream has taken only, so no more than a window waits here.
 */
final class Echo implements StreamListener {
  static final ProtocolId PROTOCOL = new ProtocolId("/surgemesh-interop/echo/1.0.0");

  private final BlockingQueue<ResetReason> resets;
  private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>();
  private boolean closed;

  Echo(BlockingQueue<ResetReason> resets) {
    this.resets = resets;
  }

  @Override
  public void onData(Stream stream, ByteBuffer data) {
    waiting.add(data);
    pump(stream);
  }

  @Override
  public void onWritable(Stream stream) {
    pump(stream);
  }

  @Override
  public void onRemoteClose(Stream stream) {
    closed = true;
    pump(stream);
  }

  @Override
  public void onReset(Stream stream, ResetReason reason) {
    resets.add(reason);
  }

  private void pump(Stream stream) {
    while (!waiting.isEmpty() && stream.isWritable()) {
      ByteBuffer data = waiting.remove();
      int bytes = data.remaining();
      stream.write(data);
      stream.consumed(bytes);
    }
    if (closed && waiting.isEmpty()) {
      stream.closeWrite();
    }
  }
}
