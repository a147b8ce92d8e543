package io.surgemesh.simulator;

import io.surgemesh.multiformats.Multiaddr;

/**
 * Where the nodes are: the region of each, its address, and how long bytes take between them.
 *
 * <p>A function of the node's index alone, so that the order of adding does not change a run.
 */
public interface Topology {
  /** Returns how many regions there are; 1 or more. */
  int regions();

  /**
   * Returns the region of a node, from 0.
   *
   * @param node index below {@link SimulatedNetwork#NODES_MAX}
   */
  int region(int node);

  /**
   * Returns the IP address of a node, such as {@code /ip4/10.0.0.1}; of two nodes never the same.
   *
   * @param node index below {@link SimulatedNetwork#NODES_MAX}
   */
  Multiaddr address(int node);

  /** Returns how long bytes take from node to node. */
  LatencyModel latency();

  /**
   * Returns one region with addresses in 10.0.0.0/8 in order of the nodes, from 10.0.0.1.
   *
   * <p>These are private addresses: a rule that looks at groups of public ones may pass over them.
   */
  static Topology flat(LatencyModel latency) {
    return new FlatTopology(latency);
  }

  /**
   * Returns ten regions of the size and distance of continents.
   *
   * <p>A round trip is what the two nodes' own access takes, and the distance of their regions
   * times what a detour of this pair costs; more than a tenth of the triangles between nodes have a
   * side that is longer than the two others together. Both ways of a pair differ a little. Jitter
   * is up to 2 ms.
   *
   * <p>Region {@code r} has the addresses {@code (240+r).0.0.0/8}: eight /16 blocks of it for the
   * first half million nodes. One node of eight is hosted: it is near the network's core, and all
   * hosted nodes of a region share one block, filled from its beginning, so that they share /24
   * blocks too. The others are spread over the other seven. 240.0.0.0/4 is reserved (RFC 1112) and
   * routed nowhere: nobody's addresses appear in a trace, and unlike 10.0.0.0/8 it does not count
   * as private, so rules for public addresses apply. The blocks set apart for documentation hold a
   * few hundred nodes only.
   *
   * @param seed decides region, access and detours
   */
  static Topology regional(long seed) {
    return new RegionalTopology(seed);
  }
}
