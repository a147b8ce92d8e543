package io.surgemesh.simulator;

import io.surgemesh.host.ConnectionListener;
import io.surgemesh.identity.PeerId;
import java.util.ArrayList;
import java.util.List;

/** Tells the listeners of one host of its peers; on its loop. */
final class PeerEvents {
  private final PeerTable<ConnectionEnd> peers;
  // Bounded by the parts of the node's code.
  private final List<ConnectionListener> listeners = new ArrayList<>();

  PeerEvents(PeerTable<ConnectionEnd> peers) {
    this.peers = peers;
  }

  /** Adds a listener, told also of the peers that others were told of. */
  void add(ConnectionListener listener) {
    listeners.add(listener);
    peers.announced().forEach(listener::onConnected);
    peers.identified().forEach(listener::onIdentified);
  }

  /** A peer has said what it speaks. */
  void identified(PeerId peer) {
    if (peers.identify(peer)) {
      List.copyOf(listeners).forEach(listener -> listener.onIdentified(peer));
    }
  }

  /** Tells whether the peer is connected, when that is not what was told before. */
  void announce(PeerId peer) {
    if (peers.announce(peer)) {
      List.copyOf(listeners).forEach(listener -> listener.onConnected(peer));
    } else if (peers.retract(peer)) {
      List.copyOf(listeners).forEach(listener -> listener.onDisconnected(peer));
    }
  }
}
