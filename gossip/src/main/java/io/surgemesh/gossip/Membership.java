package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Who is in which topic, and in which mesh: subscriptions, GRAFT and PRUNE (gossipsub v1.1 spec,
 * Topic Membership and Prune Backoff).
 */
final class Membership {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** How long peers of a topic that we leave need not come back to us. */
  private static final long LEAVE_BACKOFF_NANOS = 10 * NANOS_PER_SECOND;

  /** A GRAFT this soon after the PRUNE cannot have crossed it by accident. */
  private static final long GRAFT_FLOOD_NANOS = 10 * NANOS_PER_SECOND;

  private final RouterState state;

  Membership(RouterState state) {
    this.state = state;
  }

  void add(PeerId peer, boolean outbound) {
    if (!state.peers.containsKey(peer) && state.peers.size() < state.config.limits().peersMax()) {
      state.addPeer(peer, outbound);
      greet(peer);
    }
  }

  /** Tells a peer which topics are ours. */
  void greet(PeerId peer) {
    state.meshes.keySet().forEach(topic -> state.outbox.subscription(peer, topic, true));
  }

  void remove(PeerId peer) {
    state.removePeer(peer);
    state.promises.forget(peer);
    state.meshes.values().forEach(mesh -> mesh.remove(peer));
    state.fanouts.values().forEach(fanout -> fanout.peers.remove(peer));
  }

  void join(String topic, long nowNanos) {
    if (state.meshes.containsKey(topic)) {
      return;
    }
    state.meshes.put(topic, new LinkedHashSet<>());
    state.peers.keySet().forEach(peer -> state.outbox.subscription(peer, topic, true));
    RouterState.Fanout fanout = state.fanouts.remove(topic);
    if (fanout != null) {
      graft(topic, List.copyOf(fanout.peers), state.config.d(), nowNanos);
    }
    graft(topic, candidates(topic, nowNanos), state.config.d(), nowNanos);
  }

  void leave(String topic, long nowNanos) {
    Set<PeerId> mesh = state.meshes.remove(topic);
    if (mesh != null) {
      mesh.forEach(peer -> tellPruned(peer, topic, LEAVE_BACKOFF_NANOS, nowNanos));
      state.peers.keySet().forEach(peer -> state.outbox.subscription(peer, topic, false));
    }
  }

  void onSubscription(PeerState peer, Rpc.Subscription option) {
    String topic = option.topic();
    if (!option.subscribe()) {
      state.quit(peer, topic);
      Set<PeerId> mesh = state.meshes.get(topic);
      if (mesh != null) {
        mesh.remove(peer.id);
      }
      RouterState.Fanout fanout = state.fanouts.get(topic);
      if (fanout != null) {
        fanout.peers.remove(peer.id);
      }
    } else if (peer.topics.contains(topic)) {
      return;
    } else if (topic.isEmpty() || peer.topics.size() >= state.config.limits().topicsPerPeerMax()) {
      state.blame(peer.id, Misbehaviour.LIMIT_BROKEN);
    } else {
      state.enter(peer, topic);
      state.outbox.add(new RouterOutput.Subscribed(peer.id, topic));
    }
  }

  void onGraft(PeerState peer, String topic, long nowNanos) {
    Set<PeerId> mesh = state.meshes.get(topic);
    // Nothing is answered or remembered of topics that are not ours, or they could be made up.
    if (mesh == null || mesh.contains(peer.id)) {
      return;
    }
    if (state.backoffs.holds(topic, peer.id, nowNanos)) {
      state.blame(peer.id, Misbehaviour.GRAFT_IN_BACKOFF);
      if (state.backoffs.isYoungerThan(topic, peer.id, GRAFT_FLOOD_NANOS, nowNanos)) {
        state.blame(peer.id, Misbehaviour.GRAFT_IN_BACKOFF);
      }
      tellPruned(peer.id, topic, state.config.pruneBackoff().toNanos(), nowNanos);
    } else if (!peer.topics.contains(topic)
        || (mesh.size() >= state.config.dhi() && !peer.outbound)) {
      tellPruned(peer.id, topic, state.config.pruneBackoff().toNanos(), nowNanos);
    } else {
      mesh.add(peer.id);
      state.outbox.add(new RouterOutput.Grafted(peer.id, topic));
    }
  }

  void onPrune(PeerState peer, Rpc.Prune prune, long nowNanos) {
    Set<PeerId> mesh = state.meshes.get(prune.topic());
    if (mesh != null) {
      mesh.remove(peer.id);
      long backoffNanos =
          Backoffs.clampedNanos(prune.backoffSeconds(), state.config.pruneBackoff().toNanos());
      state.backoffs.set(prune.topic(), peer.id, nowNanos, backoffNanos);
    }
  }

  /** Returns the peers that may be taken into a topic's mesh. */
  List<PeerId> candidates(String topic, long nowNanos) {
    Set<PeerId> mesh = state.meshes.get(topic);
    return state.subscribers(
        topic,
        peer ->
            (mesh == null || !mesh.contains(peer.id)) && !isBackingOff(topic, peer.id, nowNanos));
  }

  /** Returns those of the {@link #candidates} that we dialled. */
  List<PeerId> dialledCandidates(String topic, long nowNanos) {
    List<PeerId> dialled = new ArrayList<>();
    Set<PeerId> mesh = state.meshes.get(topic);
    for (PeerState peer : state.peers.values()) {
      // Who dialled few asks for them at each heartbeat, so what is at hand is looked at first.
      if (peer.outbound
          && state.isSubscriber(peer, topic)
          && (mesh == null || !mesh.contains(peer.id))
          && !isBackingOff(topic, peer.id, nowNanos)) {
        dialled.add(peer.id);
      }
    }
    return dialled;
  }

  /** Grafts randomly drawn candidates until the mesh has {@code degree} peers. */
  void graft(String topic, List<PeerId> candidates, int degree, long nowNanos) {
    Set<PeerId> mesh = state.meshes.get(topic);
    if (mesh == null) {
      return;
    }
    for (PeerId peer : Sample.of(candidates, degree - mesh.size(), state.random)) {
      if (!isBackingOff(topic, peer, nowNanos) && mesh.add(peer)) {
        state.outbox.graft(peer, topic);
        state.outbox.add(new RouterOutput.Grafted(peer, topic));
      }
    }
  }

  /** Returns whether we must not graft: a little longer than the peer would mind. */
  private boolean isBackingOff(String topic, PeerId peer, long nowNanos) {
    return state.backoffs.holds(topic, peer, nowNanos - state.backoffSlackNanos());
  }

  /** Drops a peer from a topic's mesh and tells it so. */
  void prune(String topic, PeerId peer, long nowNanos) {
    Set<PeerId> mesh = state.meshes.get(topic);
    if (mesh != null && mesh.remove(peer)) {
      tellPruned(peer, topic, state.config.pruneBackoff().toNanos(), nowNanos);
    }
  }

  private void tellPruned(PeerId peer, String topic, long backoffNanos, long nowNanos) {
    state.backoffs.set(topic, peer, nowNanos, backoffNanos);
    // Rounded up, so that nobody comes back before we let them.
    long seconds = (backoffNanos + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND;
    state.outbox.prune(peer, topic, seconds);
  }
}
