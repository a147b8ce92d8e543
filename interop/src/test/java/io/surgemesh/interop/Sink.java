package io.surgemesh.interop;

import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.ResetReason;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** Reads until the peer closes, then sends the SHA-256 of it. */
final class Sink implements StreamListener {
  static final ProtocolId PROTOCOL = new ProtocolId("/surgemesh-interop/sink/1.0.0");

  private final MessageDigest digest = Digests.sha256();

  @Override
  public void onData(Stream stream, ByteBuffer data) {
    stream.consumed(data.remaining());
    digest.update(data);
  }

  @Override
  public void onRemoteClose(Stream stream) {
    stream.write(ByteBuffer.wrap(digest.digest()));
    stream.closeWrite();
  }

  @Override
  public void onReset(Stream stream, ResetReason reason) {
    // The peer's program tells what went wrong.
  }
}
