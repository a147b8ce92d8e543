package io.surgemesh.interop;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.market.Capability;
import io.surgemesh.multiformats.Multiaddr;
import java.util.List;

/** A peer of a DHT, ours or another implementation's; every method waits for what comes of it. */
interface KadNode extends AutoCloseable {
  /** Returns who this is and where it listens. */
  PeerInfo info();

  /** Returns where it listens, with its id. */
  default Multiaddr dialAddress() {
    return info().addresses().get(0).withPeerId(info().peerId().bytes());
  }

  /** Returns the addresses at which a peer was found; none when it was not. */
  List<Multiaddr> find(PeerId peer) throws Exception;

  /** Begins to announce this peer. */
  void announce(Capability capability);

  /** Searches for the peers that announced a capability. */
  List<String> providers(Capability capability) throws Exception;
}
