package io.surgemesh.vopr;

import io.surgemesh.host.ConnectionLimits;
import io.surgemesh.simulator.AccessRates;
import io.surgemesh.simulator.Level;
import io.surgemesh.simulator.NetworkConfig;
import io.surgemesh.simulator.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * What kind of network the peers of a run are on.
 *
 * @param level how much of the wire is simulated
 * @param isRegional whether they stand on continents, and not all about as far from one another
 * @param rates what the line of each carries
 * @param connections how many of them each keeps
 */
record Surroundings(
    Level level, boolean isRegional, AccessRates rates, ConnectionLimits connections) {
  /** Messages as objects, in one region, on lines without limits, all connections kept. */
  static final Surroundings PLAIN =
      new Surroundings(Level.STREAMS, false, AccessRates.UNLIMITED, ConnectionLimits.defaults());

  /** Slow lines: the largest job's input takes some three seconds on one. */
  private static final long UP_BITS_MIN = 1_000_000;

  private static final int UP_TIMES_MAX = 20;

  /** Homes receive faster than they send. */
  private static final int DOWN_TIMES_MAX = 10;

  /** So few that some are closed in a mesh of thirty. */
  private static final int CONNECTIONS_MIN = 4;

  private static final int CONNECTIONS_MORE_MAX = 8;

  /** Over a third of all are plain ones. Bytes take several times as long to simulate. */
  static Surroundings drawn(SplittableRandom random) {
    Level level =
        switch (random.nextInt(16)) {
          case 0 -> Level.BYTES;
          case 1 -> Level.ENCODED_STREAMS;
          default -> Level.STREAMS;
        };
    boolean isRegional = random.nextInt(4) == 0;
    AccessRates rates = random.nextInt(4) == 0 ? drawRates(random) : AccessRates.UNLIMITED;
    ConnectionLimits connections =
        random.nextInt(4) == 0 ? drawConnections(random) : ConnectionLimits.defaults();
    return new Surroundings(level, isRegional, rates, connections);
  }

  private static AccessRates drawRates(SplittableRandom random) {
    long up = UP_BITS_MIN * (1 + random.nextInt(UP_TIMES_MAX));
    return new AccessRates(up, up * (1 + random.nextInt(DOWN_TIMES_MAX)));
  }

  private static ConnectionLimits drawConnections(SplittableRandom random) {
    int low = CONNECTIONS_MIN + random.nextInt(CONNECTIONS_MORE_MAX);
    return new ConnectionLimits(low, 2 * low, ConnectionLimits.defaults().grace());
  }

  /** Returns in a word or two each what differs from {@link #PLAIN}. */
  List<String> kinds() {
    List<String> kinds = new ArrayList<>();
    if (level != PLAIN.level) {
      kinds.add(level.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
    if (isRegional) {
      kinds.add("regions");
    }
    if (!rates.equals(PLAIN.rates)) {
      kinds.add("slow lines");
    }
    if (!connections.equals(PLAIN.connections)) {
      kinds.add("few connections");
    }
    return kinds;
  }

  /** Returns a network that is so. */
  NetworkConfig network(long seed) {
    NetworkConfig network =
        NetworkConfig.defaults(seed).withLevel(level).withRates(rates).withConnections(connections);
    return isRegional ? network.withTopology(Topology.regional(seed)) : network;
  }
}
