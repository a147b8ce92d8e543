package io.surgemesh.mesh;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.market.Capability;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The port that finds peers: by id, and by what they can do.
 *
 * <p>Every method may be called from any thread. Futures complete on the host's mesh loop, each
 * within the implementation's own deadline, and never with an exception for a search that merely
 * found nothing.
 */
public interface PeerRouting extends AutoCloseable {
  /** Starts a routing on a host. */
  @FunctionalInterface
  interface Factory {
    /** Returns a running routing; it starts joining at once. */
    PeerRouting start(MeshContext context);
  }

  /**
   * Completes when the first attempt to join ended, with the number of peers then in the routing
   * table; fails with {@code MeshException.Unreachable} when bootstrap addresses were given and
   * none answered. Later attempts go on in the background.
   */
  CompletableFuture<Integer> joined();

  /** Finds where a peer can be reached; empty when nobody knew. */
  CompletableFuture<Optional<PeerInfo>> findPeer(PeerId peer);

  /** Announces this peer under a capability, again and again until withdrawn or closed. */
  void announce(Capability capability);

  /** Stops announcing; records at other peers expire by themselves. */
  void withdraw(Capability capability);

  /**
   * Finds peers that announced a capability, without this peer.
   *
   * @param peersMax stop once this many are known, 1 to 256
   */
  CompletableFuture<List<PeerInfo>> findProviders(Capability capability, int peersMax);

  /**
   * Finds peers that announced at least a value of a dimension, as {@link Capability#of} does: of
   * the bucket of that value and of the next {@value BucketSearch#BUCKETS_ABOVE} above it. Some at
   * a time are searched, from below, until enough are known that have as much for certain.
   *
   * @param valueMin 1 or more, in the dimension's unit. Unless it is a power of two some of its own
   *     bucket have less; only their offers tell
   * @param peersMax stop once this many are known, 1 to 256; those of the nearest buckets come
   *     first, and last those who may have less, as far as there are too few others
   * @throws IllegalArgumentException when either is out of range
   */
  default CompletableFuture<List<PeerInfo>> findProviders(
      String dimension, long valueMin, int peersMax) {
    return new BucketSearch(this, dimension, valueMin, peersMax).start();
  }

  /**
   * Tells where else to hear of peers once this one has lost all others, such as from the offers
   * that it knows. One source is kept, the last; a routing that has no use for it ignores it.
   *
   * @param known is asked on the host's mesh loop; who it names may be anybody, and must prove who
   *     it is when dialled
   */
  default void setSource(Supplier<List<PeerInfo>> known) {}

  /** Stops; running searches complete with what they have. */
  @Override
  void close();
}
