package io.surgemesh.hostbench;

import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.ResetReason;
import java.nio.ByteBuffer;

/** Sends back what arrives, and closes when the peer does; meant for short messages. */
final class EchoListener implements StreamListener {
  @Override
  public void onData(Stream stream, ByteBuffer data) {
    int bytes = data.remaining();
    stream.write(data);
    stream.consumed(bytes);
  }

  @Override
  public void onRemoteClose(Stream stream) {
    stream.closeWrite();
  }

  @Override
  public void onReset(Stream stream, ResetReason reason) {
    // Nothing is kept of a stream.
  }

  @Override
  public void onWritable(Stream stream) {
    // Never waits.
  }
}
