package io.surgemesh.hostbench;

import io.surgemesh.host.Connection;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.ResetReason;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** Opens streams one after the other, some at a time; one byte goes there and back on each. */
final class EchoRounds {
  private final Connection connection;
  private final ProtocolId echo;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private int left;
  private int running;

  EchoRounds(Connection connection, ProtocolId echo, int count) {
    this.connection = connection;
    this.echo = echo;
    this.left = count;
  }

  CompletableFuture<Void> done() {
    return done;
  }

  /** Begins, on the connection's loop. */
  void begin(int parallel) {
    for (int i = 0; i < parallel; i++) {
      next();
    }
  }

  private void next() {
    if (left == 0) {
      if (running == 0) {
        done.complete(null);
      }
      return;
    }
    left--;
    running++;
    connection
        .openEagerly(echo, new Round())
        .whenComplete(
            (stream, failure) -> {
              if (stream == null) {
                done.completeExceptionally(failure);
              } else {
                stream.write(ByteBuffer.wrap(new byte[] {1}));
              }
            });
  }

  private final class Round implements StreamListener {
    @Override
    public void onData(Stream stream, ByteBuffer data) {
      stream.consumed(data.remaining());
      stream.closeWrite();
      running--;
      next();
    }

    @Override
    public void onRemoteClose(Stream stream) {
      // Closed from both sides by now.
    }

    @Override
    public void onReset(Stream stream, ResetReason reason) {
      done.completeExceptionally(new IllegalStateException("stream reset: " + reason));
    }

    @Override
    public void onWritable(Stream stream) {
      // Never waits.
    }
  }
}
