package io.surgemesh.simulator;

import io.surgemesh.host.ProtocolId;
import io.surgemesh.multiformats.Multiaddr;
import java.util.List;
import java.util.random.RandomGenerator;

/** Accepts, and never answers. */
final class SilentPeer implements HostilePeer {
  private final List<ProtocolId> protocols;

  SilentPeer(List<ProtocolId> protocols) {
    this.protocols = List.copyOf(protocols);
  }

  @Override
  public void start(SimulatedHost host, List<Multiaddr> known, RandomGenerator random) {
    protocols.forEach(protocol -> host.handle(protocol, stream -> Prowler.DEAF));
    new Prowler(host, known, random).stayConnected();
  }
}
