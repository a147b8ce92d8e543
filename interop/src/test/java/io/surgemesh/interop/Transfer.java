package io.surgemesh.interop;

import io.surgemesh.host.Connection;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.multiformats.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;

/** Sends bytes in which no piece repeats, closes, and takes what comes until the peer closes. */
final class Transfer implements StreamListener {
  /**
   * What went and what came.
   *
   * @param sent the SHA-256 of all that was sent
   * @param received the SHA-256 of all that came
   * @param receivedBytes how much came
   * @param head the first 32 bytes of it
   */
  record Result(Bytes sent, Bytes received, long receivedBytes, Bytes head) {}

  private static final int CHUNK_BYTES = 64 * 1024;
  private static final int HEAD_BYTES = 32;

  private final CompletableFuture<Result> result = new CompletableFuture<>();
  private final MessageDigest sent = Digests.sha256();
  private final MessageDigest received = Digests.sha256();
  private final ByteArrayOutputStream head = new ByteArrayOutputStream();
  private long leftBytes;
  private long receivedBytes;
  private long state = 0x9e3779b97f4a7c15L;

  private Transfer(long bytes) {
    this.leftBytes = bytes;
  }

  /** Moves so many bytes on a stream of its own. */
  static CompletableFuture<Result> start(Connection connection, ProtocolId protocol, long bytes) {
    Transfer transfer = new Transfer(bytes);
    connection
        .open(protocol, transfer)
        .whenComplete(
            (stream, failure) -> {
              if (stream != null) {
                connection.loop().execute(() -> transfer.pump(stream));
              } else if (failure != null) {
                transfer.result.completeExceptionally(failure);
              }
            });
    return transfer.result;
  }

  private void pump(Stream stream) {
    while (leftBytes > 0 && stream.isWritable()) {
      ByteBuffer chunk = scrambled((int) Math.min(leftBytes, CHUNK_BYTES));
      leftBytes -= chunk.remaining();
      sent.update(chunk.duplicate());
      stream.write(chunk);
    }
    if (leftBytes == 0) {
      stream.closeWrite();
    }
  }

  private ByteBuffer scrambled(int bytes) {
    ByteBuffer words = ByteBuffer.allocate(CHUNK_BYTES);
    while (words.hasRemaining()) {
      state ^= state << 13;
      state ^= state >>> 7;
      state ^= state << 17;
      words.putLong(state);
    }
    return words.position(0).limit(bytes);
  }

  @Override
  public void onWritable(Stream stream) {
    if (leftBytes > 0) {
      pump(stream);
    }
  }

  @Override
  public void onData(Stream stream, ByteBuffer data) {
    int bytes = data.remaining();
    receivedBytes += bytes;
    for (int i = 0; i < bytes && head.size() < HEAD_BYTES; i++) {
      head.write(data.get(data.position() + i));
    }
    received.update(data);
    stream.consumed(bytes);
  }

  @Override
  public void onRemoteClose(Stream stream) {
    result.complete(
        new Result(
            Digests.of(sent), Digests.of(received), receivedBytes, Bytes.of(head.toByteArray())));
  }

  @Override
  public void onReset(Stream stream, ResetReason reason) {
    result.completeExceptionally(new AssertionError("reset " + reason));
  }
}
