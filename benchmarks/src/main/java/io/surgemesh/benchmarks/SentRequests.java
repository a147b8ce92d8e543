package io.surgemesh.benchmarks;

import io.surgemesh.simulator.SimulatedNetwork;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts the requests of the DHT by who sent them: queries, and announcements of a single key, each
 * of which has a stream of its own.
 */
final class SentRequests {
  /** How the trace ends a line about such a stream; no other protocol has a name as long. */
  private static final String OPENS = " OPEN " + DhtCrowd.KAD.value().length();

  // Bounded by the hosts of the network.
  private final Map<Integer, Integer> bySender = new LinkedHashMap<>();

  /** Begins to count what is sent in a network, whose trace is for this alone from now on. */
  SentRequests(SimulatedNetwork network) {
    network.trace().printTo(this::onEvent);
  }

  private void onEvent(String line) {
    if (line.endsWith(OPENS)) {
      String sender = line.substring(line.indexOf(' ') + 1, line.indexOf('>'));
      bySender.merge(Integer.parseInt(sender), 1, Integer::sum);
    }
  }

  /** Returns how many arrived so far of those that a host sent. */
  int of(int host) {
    return bySender.getOrDefault(host, 0);
  }
}
