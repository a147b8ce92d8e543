package io.surgemesh.job;

import io.surgemesh.identity.PeerId;

/** Told how a submitted job goes, on the mesh's user executor, in order. */
public interface JobListener {
  /** A provider signed the agreement; {@code attempt} counts placements from 1. */
  default void onPlaced(PeerId provider, int attempt) {}

  /** The provider told how far it is, 0 to 1000. */
  default void onProgress(PeerId provider, int permille) {}

  /** A placed job failed at this provider and is placed again. */
  default void onReplaced(PeerId provider, String reason) {}
}
