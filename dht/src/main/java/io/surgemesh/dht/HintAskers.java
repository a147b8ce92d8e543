package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The peers that were answered last, as they will ask again: of each IP group one, so that whoever
 * has one network does not hold the connections of all others' places.
 */
final class HintAskers {
  static final int ASKERS_MAX = 8;

  private record Asker(PeerId peer, int group) {}

  // Who was answered longest ago comes first.
  private final Deque<Asker> askers = new ArrayDeque<>(0);

  /**
   * A peer was answered.
   *
   * @param group of where it is, {@link IpGroups#NONE} for one that is not counted
   */
  void onAnswered(PeerId peer, int group) {
    askers.removeIf(
        asker -> asker.peer.equals(peer) || (group != IpGroups.NONE && asker.group == group));
    askers.add(new Asker(peer, group));
    if (askers.size() > ASKERS_MAX) {
      askers.remove();
    }
  }

  boolean contains(PeerId peer) {
    for (Asker asker : askers) {
      if (asker.peer.equals(peer)) {
        return true;
      }
    }
    return false;
  }

  void clear() {
    askers.clear();
  }
}
