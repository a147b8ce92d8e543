package io.surgemesh.netty;

import io.surgemesh.host.Connection;
import io.surgemesh.host.Peerstore;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.MeshException.Unreachable.Reason;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Finds connections to peers: the one there is, or one dial per peer that all callers share.
 *
 * <p>A dial follows a {@link DialPlan}, on the mesh loop. Thread-safe.
 */
final class DialTable {
  private final PeerId self;
  private final ConnectionTable table;
  private final Peerstore peerstore;
  private final DialAttempt.Means means;
  private final Map<PeerId, DialAttempt> byPeer = new LinkedHashMap<>();
  private final List<CompletableFuture<Connection>> unfinished = new ArrayList<>();
  private boolean closed;

  DialTable(PeerId self, ConnectionTable table, Peerstore peerstore, DialAttempt.Means means) {
    this.self = self;
    this.table = table;
    this.peerstore = peerstore;
    this.means = means;
  }

  /**
   * Returns the connection to a peer, dialling it when there is none.
   *
   * @param named addresses the caller asks for, besides those known
   */
  CompletableFuture<Connection> connect(PeerId peer, List<Multiaddr> named) {
    if (peer.equals(self)) {
      return failed(new Unreachable(peer, null, Reason.SELF_DIAL));
    }
    NettyConnection present = table.preferred(peer);
    if (present != null) {
      return CompletableFuture.completedFuture(present);
    }
    DialAttempt attempt;
    boolean fresh = false;
    synchronized (this) {
      if (closed) {
        return failed(new Unreachable(peer, null, Reason.CLOSED));
      }
      DialAttempt running = byPeer.get(peer);
      if (running == null) {
        running = new DialAttempt(means, peer, new CompletableFuture<>());
        byPeer.put(peer, running);
        unfinished.add(running.result());
        fresh = true;
      }
      attempt = running;
    }
    if (fresh) {
      attempt.result().whenComplete((connection, failure) -> forget(peer, attempt.result()));
      List<Multiaddr> newestFirst = new ArrayList<>(peerstore.addresses(peer));
      Collections.reverse(newestFirst);
      attempt.start(named, newestFirst);
    }
    return follower(attempt.result());
  }

  /**
   * A connection is ready. When it is the one for new streams and the peer dialled it, a dial of
   * ours that still runs has its result; the peer with the lower id never gives up its own, or both
   * might.
   */
  void onReady(NettyConnection connection) {
    PeerId peer = connection.remotePeer();
    means.loop().execute(() -> means.history().connected(peer));
    if (!connection.isOutbound() && peer.compareTo(self) < 0) {
      DialAttempt running;
      synchronized (this) {
        running = byPeer.get(peer);
      }
      if (running != null) {
        running.supersede(connection);
      }
    }
  }

  /** Each caller has a future of its own, so that cancelling one takes nothing from the others. */
  private static CompletableFuture<Connection> follower(CompletableFuture<Connection> shared) {
    CompletableFuture<Connection> own = new CompletableFuture<>();
    shared.whenComplete(
        (connection, failure) -> {
          if (failure == null) {
            own.complete(connection);
          } else {
            Throwable cause = failure.getCause();
            own.completeExceptionally(
                failure instanceof CompletionException && cause != null ? cause : failure);
          }
        });
    return own;
  }

  /** Dials an address whose peer is not known. */
  CompletableFuture<Connection> connect(Multiaddr address) {
    CompletableFuture<Connection> result = new CompletableFuture<>();
    synchronized (this) {
      if (closed) {
        return failed(new Unreachable(null, address, Reason.CLOSED));
      }
      unfinished.add(result);
    }
    result.whenComplete((connection, failure) -> forget(null, result));
    new DialAttempt(means, null, result).start(List.of(address), List.of());
    return result;
  }

  /** Fails what is under way. */
  void close() {
    List<CompletableFuture<Connection>> pending;
    synchronized (this) {
      closed = true;
      pending = new ArrayList<>(unfinished);
    }
    pending.forEach(dial -> dial.completeExceptionally(new Unreachable(null, null, Reason.CLOSED)));
  }

  private synchronized void forget(@Nullable PeerId peer, CompletableFuture<Connection> finished) {
    unfinished.removeIf(dial -> dial == finished);
    DialAttempt attempt = peer == null ? null : byPeer.get(peer);
    if (attempt != null && attempt.result() == finished) {
      byPeer.remove(peer);
    }
  }

  private static CompletableFuture<Connection> failed(Unreachable failure) {
    return CompletableFuture.failedFuture(failure);
  }
}
