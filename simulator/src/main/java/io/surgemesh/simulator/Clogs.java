package io.surgemesh.simulator;

import java.util.Map;
import java.util.TreeMap;

/** Until when what one node sends waits before it reaches another. */
final class Clogs {
  private final SimulatedNetwork network;
  // By sender and receiver, those that have not ended; bounded by the pairs of nodes.
  private final Map<Long, Long> ends = new TreeMap<>();

  Clogs(SimulatedNetwork network) {
    this.network = network;
  }

  /** Lets what {@code from} sends wait until a time, or longer when a clog there ends later. */
  void clog(int from, int to, long endNanos) {
    long pair = Cuts.pair(from, to);
    ends.merge(pair, endNanos, Math::max);
    network.at(endNanos, () -> ends.remove(pair, endNanos));
  }

  /** Returns when what arrives at {@code nowNanos} gets through: then, or when the clog ends. */
  long clearNanos(int from, int to, long nowNanos) {
    return ends.isEmpty()
        ? nowNanos
        : Math.max(nowNanos, ends.getOrDefault(Cuts.pair(from, to), nowNanos));
  }

  /** Ends every clog; what waits already goes on waiting. */
  void clear() {
    ends.clear();
  }
}
