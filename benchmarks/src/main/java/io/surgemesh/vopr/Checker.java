package io.surgemesh.vopr;

import java.util.Optional;

/**
 * Looks for one kind of wrong in what happens. Told of everything, in order; knows nothing of the
 * workload.
 */
interface Checker {
  /** Returns what must hold, in a few words joined by hyphens. */
  String name();

  /**
   * Takes what happened.
   *
   * @return what is wrong now, in one line; empty when nothing is
   */
  Optional<String> on(long nowNanos, Happening happening);
}
