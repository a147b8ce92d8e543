package io.surgemesh.simulator;

import java.util.ArrayList;
import java.util.List;

/** One partition from its beginning until it heals, and the links with frames it holds. */
final class Cut {
  // Bounded by the connections there were at its beginning: none is made across it.
  private final List<Link> holding = new ArrayList<>();
  private boolean healed;

  boolean isHealed() {
    return healed;
  }

  void hold(Link link) {
    holding.add(link);
  }

  void heal() {
    healed = true;
    release();
  }

  /** Lets go of what is held; what a partition still stops is held again when it arrives. */
  void release() {
    holding.forEach(Link::resume);
    holding.clear();
  }
}
