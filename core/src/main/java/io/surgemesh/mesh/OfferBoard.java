package io.surgemesh.mesh;

import io.surgemesh.market.SignedOffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The port that carries offers: publishes this peer's own and keeps those of others.
 *
 * <p>Every method may be called from any thread; futures complete on the host's mesh loop.
 */
public interface OfferBoard extends AutoCloseable {
  /** Starts an offer board on a host. */
  @FunctionalInterface
  interface Factory {
    /** Returns a running board, which finds the peers of its topics through {@code routing}. */
    OfferBoard start(MeshContext context, PeerRouting routing);
  }

  /**
   * Sends this peer's offer to the mesh. A later version of the same offer id replaces it; a
   * withdrawn version takes it off the boards.
   */
  CompletableFuture<Void> publish(SignedOffer offer);

  /**
   * Returns the live offers of others and our own, in a stable order; at most the board's bound.
   */
  CompletableFuture<List<SignedOffer>> offers();

  /**
   * Completes when the board has heard at least {@code count} live offers of others, or after the
   * board's own bound on waiting; with the number it holds then.
   */
  CompletableFuture<Integer> heard(int count);

  /** Stops hearing and publishing. */
  @Override
  void close();
}
