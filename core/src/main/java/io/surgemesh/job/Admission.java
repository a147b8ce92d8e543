package io.surgemesh.job;

import io.surgemesh.identity.PeerId;
import java.util.Collection;
import java.util.TreeSet;

/**
 * Decides who may ask this provider for what. Called on the mesh loop: must be quick, not block.
 *
 * <p>When it throws, that is logged and the one negotiation is reset.
 */
@FunctionalInterface
public interface Admission {
  /**
   * Returns whether the requestor may have this job.
   *
   * @param runtime the handler's name, such as {@code java:wordcount}
   * @param inputBytes length of the input it wants to send
   */
  boolean admits(PeerId requestor, String runtime, long inputBytes);

  /** Admits everyone: the default. */
  static Admission everyone() {
    return (requestor, runtime, inputBytes) -> true;
  }

  /** Admits nobody. */
  static Admission nobody() {
    return (requestor, runtime, inputBytes) -> false;
  }

  /** Admits the named peers only. */
  static Admission only(Collection<PeerId> requestors) {
    TreeSet<PeerId> named = new TreeSet<>(requestors);
    return (requestor, runtime, inputBytes) -> named.contains(requestor);
  }
}
