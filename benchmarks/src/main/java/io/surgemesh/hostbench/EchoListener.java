package io.surgemesh.hostbench;

import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.ResetReason;
import java.nio.ByteBuffer;

/**
 * Sends back what arrives on one stream, and closes when the peer does. A peer that does not take
 * its bytes back gets no credit to send more.
 */
final class EchoListener implements StreamListener {
  private int owedBytes;

  @Override
  public void onData(Stream stream, ByteBuffer data) {
    owedBytes += data.remaining();
    stream.write(data);
    if (stream.isWritable()) {
      giveCredit(stream);
    }
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
    giveCredit(stream);
  }

  private void giveCredit(Stream stream) {
    stream.consumed(owedBytes);
    owedBytes = 0;
  }
}
