package io.surgemesh.host;

import io.surgemesh.identity.PeerId;

/** Told, on the host's mesh loop, which peers are connected. */
public interface ConnectionListener {
  /** The first connection to this peer is ready for streams. */
  void onConnected(PeerId peer);

  /** The last connection to this peer is gone. */
  void onDisconnected(PeerId peer);

  /**
   * Identify has told which protocols this connected peer speaks; the peerstore holds them. Told
   * again when the peer pushes that it speaks others.
   */
  void onIdentified(PeerId peer);
}
