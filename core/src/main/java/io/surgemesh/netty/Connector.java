package io.surgemesh.netty;

import io.surgemesh.host.Peerstore;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.MeshException.Unreachable.Reason;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.ConnectionUpgrade;
import io.surgemesh.session.HandshakeFault;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes fresh sockets, dialled or accepted, through their handshake into the connection table. */
final class Connector {
  private interface Upgraded {
    /** Returns what goes on with the socket; null when it is to be closed. */
    @Nullable Phase next(ConnectionUpgrade.Ready upgraded);
  }

  private final HostIdentity identity;
  private final ConnectionTable table;
  private final ConnectionSlots slots;
  private final Peerstore peerstore;
  private final SessionContext context;
  private final Consumer<NettyConnection> onReady;

  /**
   * Creates a connector.
   *
   * @param onReady told of each ready connection, on its loop
   */
  Connector(
      HostIdentity identity,
      ConnectionTable table,
      ConnectionSlots slots,
      Peerstore peerstore,
      SessionContext context,
      Consumer<NettyConnection> onReady) {
    this.identity = identity;
    this.table = table;
    this.slots = slots;
    this.peerstore = peerstore;
    this.context = context;
    this.onReady = onReady;
  }

  /**
   * Begins the handshake; on the channel's event loop.
   *
   * @param ready completes with the connection, or with {@link Unreachable}
   */
  void begin(FreshSocket socket, CompletableFuture<NettyConnection> ready) {
    begin(socket, ready, upgraded -> connected(socket, upgraded, ready));
  }

  /**
   * Begins a handshake as {@link #begin} does that is to prove who is there and no more: then the
   * socket is closed.
   *
   * @param ready completes with the address
   */
  void prove(FreshSocket socket, CompletableFuture<Multiaddr> ready) {
    begin(
        socket,
        ready,
        upgraded -> {
          ready.complete(socket.address());
          return null;
        });
  }

  private <T> void begin(FreshSocket socket, CompletableFuture<T> ready, Upgraded onUpgraded) {
    Multiaddr address = socket.address();
    PeerId expected = socket.expected();
    slots.track(socket.channel(), socket.slot());
    if (!socket.channel().isActive()) {
      ready.completeExceptionally(new Unreachable(expected, address, Reason.CONNECT_FAILED));
      return;
    }
    Upgrade.Listener listener =
        new Upgrade.Listener() {
          @Override
          public @Nullable Phase onReady(ConnectionUpgrade.Ready upgraded) {
            return onUpgraded.next(upgraded);
          }

          @Override
          public void onFailed(Reason reason, HandshakeFault fault) {
            if (fault.isCostly()) {
              socket.slot().misbehaved(socket.loop().nowNanos());
            }
            // What was given up by us has not failed.
            if (!ready.isDone()) {
              context.watch().handshakeFailed(socket.outbound(), address, reason, fault);
            }
            if (reason == Reason.WRONG_PEER && expected != null) {
              peerstore.removeAddress(expected, address);
            }
            ready.completeExceptionally(new Unreachable(expected, address, reason));
          }
        };
    long deadlineNanos = socket.loop().nowNanos() + context.deadlines().handshake().toNanos();
    Upgrade.begin(socket, identity, deadlineNanos, listener);
  }

  private @Nullable Phase connected(
      FreshSocket socket,
      ConnectionUpgrade.Ready upgraded,
      CompletableFuture<NettyConnection> ready) {
    PeerId peer = upgraded.remoteKey().toPeerId();
    Multiaddr address = socket.address();
    if (!socket.slot().established() || ready.isDone()) {
      // Pushed out or given up meanwhile, such as for another address that was faster.
      return null;
    }
    if (peer.equals(identity.keyPair().peerId())) {
      ready.completeExceptionally(new Unreachable(peer, address, Reason.SELF_DIAL));
      return null;
    }
    NettyConnection connection = new NettyConnection(socket, peer, upgraded, context);
    if (!table.add(connection)) {
      connection.session().onClosed();
      context.watch().connectionRefused(socket.outbound(), address);
      ready.completeExceptionally(new Unreachable(peer, address, Reason.LIMIT));
      return null;
    }
    context.watch().connected(connection);
    if (socket.outbound()) {
      peerstore.addAddresses(peer, List.of(address));
    }
    table.retireSurplus(peer);
    // The session must have its place in the pipeline before anybody uses it.
    socket
        .loop()
        .execute(
            () -> {
              ready.complete(connection);
              onReady.accept(connection);
            });
    return connection.session();
  }
}
