package io.surgemesh.job;

import io.surgemesh.identity.PeerId;

/**
 * Told how a submitted job goes, on the mesh's user executor, in order, one event at a time.
 *
 * <p>What it throws is logged and changes nothing.
 */
public interface JobListener {
  /**
   * A provider signed the agreement.
   *
   * @param attempt counts placements from 1
   */
  default void onPlaced(PeerId provider, int attempt) {}

  /**
   * The provider told how far it is.
   *
   * @param permille 0 to 1000; starts again from 0 at each placement
   */
  default void onProgress(PeerId provider, int permille) {}

  /**
   * A placed job failed at this provider and is placed again.
   *
   * @param reason the name of a {@code MeshException.JobFailed.Reason}
   */
  default void onReplaced(PeerId provider, String reason) {}
}
