package io.surgemesh.hostbench;

import io.surgemesh.host.ConnectionListener;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.netty.NettyHost;
import java.util.concurrent.CompletableFuture;

/** Dials a peer, closes once it is connected, and dials again. */
final class DialRounds implements ConnectionListener {
  private final NettyHost host;
  private final Multiaddr address;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private int left;

  DialRounds(NettyHost host, Multiaddr address, int count) {
    this.host = host;
    this.address = address;
    this.left = count;
  }

  CompletableFuture<Void> done() {
    return done;
  }

  void begin() {
    host.loop()
        .execute(
            () -> {
              host.addListener(this);
              dial();
            });
  }

  private void dial() {
    if (left == 0) {
      done.complete(null);
      return;
    }
    left--;
    host.connect(address)
        .whenComplete(
            (connection, failure) -> {
              if (connection == null) {
                done.completeExceptionally(failure);
              } else {
                connection.close();
              }
            });
  }

  @Override
  public void onConnected(PeerId peer) {
    // The dial's own future tells it.
  }

  @Override
  public void onDisconnected(PeerId peer) {
    if (!done.isDone()) {
      dial();
    }
  }

  @Override
  public void onIdentified(PeerId peer) {
    // The connection is closed before that, or soon after.
  }
}
