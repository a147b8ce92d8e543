package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;

/** Told of the peers of topics, on the mesh loop. */
interface GossipObserver {
  /** A peer joined a topic, which need not be one of ours. */
  void onSubscribed(PeerId peer, String topic);

  /** A peer is in our mesh of a topic from now on. */
  void onGrafted(PeerId peer, String topic);

  /** At this heartbeat a topic had fewer peers than Dlo. */
  void onLonely(String topic, int peers);

  /**
   * The last connection to a peer is gone.
   *
   * @param wasNeeded whether messages of some topic went to it as a matter of course
   */
  void onGone(PeerId peer, boolean wasNeeded);
}
