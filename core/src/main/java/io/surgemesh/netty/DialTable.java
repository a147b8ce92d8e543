package io.surgemesh.netty;

import io.surgemesh.host.Connection;
import io.surgemesh.host.Peerstore;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.MeshException.Unreachable.Reason;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Timer;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Finds connections to peers: the one there is, or one dial per peer that all callers share.
 *
 * <p>Known addresses are tried one after the other, the newest first, under one deadline.
 * Thread-safe.
 */
final class DialTable {
  private final PeerId self;
  private final ConnectionTable table;
  private final Peerstore peerstore;
  private final Dialer dialer;
  private final NettyLoop loop;
  private final long dialNanos;
  private final Map<PeerId, CompletableFuture<Connection>> byPeer = new LinkedHashMap<>();
  private final List<CompletableFuture<Connection>> unfinished = new ArrayList<>();
  private boolean closed;

  DialTable(
      PeerId self,
      ConnectionTable table,
      Peerstore peerstore,
      Dialer dialer,
      NettyLoop loop,
      long dialNanos) {
    this.self = self;
    this.table = table;
    this.peerstore = peerstore;
    this.dialer = dialer;
    this.loop = loop;
    this.dialNanos = dialNanos;
  }

  CompletableFuture<Connection> connect(PeerId peer, List<Multiaddr> first) {
    if (peer.equals(self)) {
      return failed(new Unreachable(peer, null, Reason.SELF_DIAL));
    }
    NettyConnection present = table.preferred(peer);
    if (present != null) {
      return CompletableFuture.completedFuture(present);
    }
    List<Multiaddr> addresses = candidates(peer, first);
    if (addresses.isEmpty()) {
      return failed(
          new Unreachable(peer, first.isEmpty() ? null : first.get(0), Reason.NO_ADDRESS));
    }
    CompletableFuture<Connection> shared;
    boolean fresh = false;
    synchronized (this) {
      if (closed) {
        return failed(new Unreachable(peer, null, Reason.CLOSED));
      }
      CompletableFuture<Connection> running = byPeer.get(peer);
      if (running == null) {
        running = new CompletableFuture<>();
        byPeer.put(peer, running);
        unfinished.add(running);
        fresh = true;
      }
      shared = running;
    }
    if (fresh) {
      shared.whenComplete((connection, failure) -> forget(peer, shared));
      new Attempt(peer, addresses, shared).start();
    }
    return follower(shared);
  }

  /** Each caller has a future of its own, so that cancelling one takes nothing from the others. */
  private static CompletableFuture<Connection> follower(CompletableFuture<Connection> shared) {
    CompletableFuture<Connection> own = new CompletableFuture<>();
    shared.whenComplete(
        (connection, failure) -> {
          if (failure == null) {
            own.complete(connection);
          } else {
            own.completeExceptionally(unwrapped(failure));
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
    new Attempt(null, List.of(address.withoutPeerId()), result).start();
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
    if (peer != null && byPeer.get(peer) == finished) {
      byPeer.remove(peer);
    }
  }

  private List<Multiaddr> candidates(PeerId peer, List<Multiaddr> first) {
    Set<Multiaddr> candidates = new LinkedHashSet<>();
    first.forEach(address -> candidates.add(address.withoutPeerId()));
    List<Multiaddr> known = peerstore.addresses(peer);
    for (int i = known.size() - 1; i >= 0; i--) {
      candidates.add(known.get(i));
    }
    candidates.removeIf(address -> !SocketAddresses.isDialable(address));
    return List.copyOf(candidates);
  }

  private static CompletableFuture<Connection> failed(Unreachable failure) {
    return CompletableFuture.failedFuture(failure);
  }

  /** One dial: address after address until one works. Its steps never overlap. */
  private final class Attempt {
    private final @Nullable PeerId peer;
    private final ArrayDeque<Multiaddr> left;
    private final CompletableFuture<Connection> result;

    Attempt(
        @Nullable PeerId peer, List<Multiaddr> addresses, CompletableFuture<Connection> result) {
      this.peer = peer;
      this.left = new ArrayDeque<>(addresses);
      this.result = result;
    }

    void start() {
      Multiaddr first = left.element();
      Timer armed =
          loop.arm(
              loop.nowNanos() + dialNanos,
              () -> result.completeExceptionally(new Unreachable(peer, first, Reason.TIMED_OUT)));
      result.whenComplete((connection, failure) -> armed.cancel());
      next();
    }

    private void next() {
      Multiaddr address = left.remove();
      dialer
          .dial(address, peer)
          .whenComplete(
              (connection, failure) -> {
                if (failure == null) {
                  result.complete(connection);
                } else if (left.isEmpty() || isFinal(failure)) {
                  result.completeExceptionally(unwrapped(failure));
                } else if (!result.isDone()) {
                  next();
                }
              });
    }

    private boolean isFinal(Throwable failure) {
      return unwrapped(failure) instanceof Unreachable unreachable
          && (unreachable.reason() == Reason.LIMIT || unreachable.reason() == Reason.CLOSED);
    }
  }

  private static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
