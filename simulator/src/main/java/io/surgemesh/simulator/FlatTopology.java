package io.surgemesh.simulator;

import io.surgemesh.multiformats.Multiaddr;

/** One region, whose nodes have the addresses of 10.0.0.0/8 in turn. */
record FlatTopology(LatencyModel latency) implements Topology {
  @Override
  public int regions() {
    return 1;
  }

  @Override
  public int region(int node) {
    return 0;
  }

  @Override
  public Multiaddr address(int node) {
    int host = node + 1;
    return Multiaddr.of("/ip4/10." + (host >> 16) + "." + ((host >> 8) & 255) + "." + (host & 255));
  }
}
