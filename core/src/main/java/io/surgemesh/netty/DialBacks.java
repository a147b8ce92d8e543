package io.surgemesh.netty;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.MeshException.Unreachable.Reason;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Dials peers to see whether they can be dialled; nothing else comes of it. Thread-safe. */
final class DialBacks {
  private final Dialer<Multiaddr> dialer;

  /**
   * Creates it.
   *
   * @param dialer whose dials complete once the peer has proven who it is
   */
  DialBacks(Dialer<Multiaddr> dialer) {
    this.dialer = dialer;
  }

  /** See {@link io.surgemesh.host.Host#dialBack}. */
  CompletableFuture<Multiaddr> dial(PeerInfo peer) {
    CompletableFuture<Multiaddr> result = new CompletableFuture<>();
    List<CompletableFuture<Multiaddr>> dials = new ArrayList<>();
    for (Multiaddr address : peer.addresses()) {
      if (DialTarget.isLiteral(address) && DialTarget.isDialable(address)) {
        dials.add(dialer.dial(address, peer.peerId()));
      }
    }
    if (dials.isEmpty()) {
      result.completeExceptionally(new Unreachable(peer.peerId(), null, Reason.NO_ADDRESS));
    }
    AtomicInteger left = new AtomicInteger(dials.size());
    for (CompletableFuture<Multiaddr> dial : dials) {
      dial.whenComplete(
          (address, failure) -> {
            if (failure == null) {
              result.complete(address);
            } else if (left.decrementAndGet() == 0) {
              result.completeExceptionally(failure);
            }
          });
    }
    result.whenComplete((reached, failure) -> dials.forEach(dial -> dial.cancel(false)));
    return result;
  }
}
