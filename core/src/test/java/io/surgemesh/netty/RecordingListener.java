package io.surgemesh.netty;

import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.ResetReason;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what arrives on a stream and gives the credit back at once. */
class RecordingListener implements StreamListener {
  final AtomicLong received = new AtomicLong();
  final CompletableFuture<Void> remoteClosed = new CompletableFuture<>();
  final CompletableFuture<ResetReason> reset = new CompletableFuture<>();

  @Override
  public void onData(Stream stream, ByteBuffer data) {
    received.addAndGet(data.remaining());
    stream.consumed(data.remaining());
  }

  @Override
  public void onRemoteClose(Stream stream) {
    remoteClosed.complete(null);
  }

  @Override
  public void onReset(Stream stream, ResetReason reason) {
    reset.complete(reason);
  }
}
