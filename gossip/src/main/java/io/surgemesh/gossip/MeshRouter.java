package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides to whom messages of topics go: gossipsub v1.1 under the signature policy StrictNoSign.
 *
 * <p>Without peer exchange, opportunistic grafting and peer scores, for which {@link PeerFaults}
 * stands in. The bounds, and what happens at each, are those of {@link GossipLimits}; topics of our
 * own are as many as the application joins.
 */
final class MeshRouter implements Machine<RouterOutput> {
  private final RouterState state;
  private final Membership membership;
  private final LazyGossip gossip;
  private final MessagePath messages;
  private final Heartbeat heartbeat;
  private long heartbeatNanos = NEVER;

  /**
   * Creates a router without peers or topics; its heartbeat begins with {@link #onStart}.
   *
   * @param random drawn from by this router as inputs come
   */
  MeshRouter(GossipConfig config, RandomGenerator random) {
    state = new RouterState(config, random);
    membership = new Membership(state);
    gossip = new LazyGossip(state);
    messages = new MessagePath(state);
    heartbeat = new Heartbeat(state, membership, gossip, messages);
  }

  /** The heartbeat begins, at a random moment of its interval, so that peers do not beat as one. */
  void onStart(long nowNanos) {
    heartbeatNanos = nowNanos + 1 + state.random.nextLong(state.config.heartbeat().toNanos());
  }

  /**
   * A peer can be sent to. Ignored when it is known, or past the bound on peers.
   *
   * @param outbound whether we dialled it
   */
  void onPeer(PeerId peer, boolean outbound, long nowNanos) {
    membership.add(peer, outbound);
  }

  /** Our stream to a known peer was lost and is back: what it must know is said again. */
  void onStreamRestored(PeerId peer, long nowNanos) {
    if (state.peers.containsKey(peer)) {
      membership.greet(peer);
      state.meshes.forEach(
          (topic, mesh) -> {
            if (mesh.contains(peer)) {
              state.outbox.graft(peer, topic);
            }
          });
    }
  }

  /** A peer is gone. */
  void onPeerGone(PeerId peer, long nowNanos) {
    membership.remove(peer);
  }

  /** The application wants to hear a topic. */
  void onJoin(String topic, long nowNanos) {
    membership.join(topic, nowNanos);
  }

  /** The application no longer wants to hear a topic. */
  void onLeave(String topic, long nowNanos) {
    membership.leave(topic, nowNanos);
  }

  /** The application sends a message. */
  void onPublish(TopicMessage message, long nowNanos) {
    messages.publish(message, nowNanos);
  }

  /** The application sends messages to one peer that may have missed them. */
  void onSendTo(PeerId peer, List<TopicMessage> missed, long nowNanos) {
    messages.sendTo(peer, missed);
  }

  /** A peer sent an RPC; ignored when the peer is unknown or graylisted. */
  // Nearly every RPC has one kind of part, and a busy mesh nothing else to do.
  void onRpc(PeerId from, Rpc rpc, long nowNanos) {
    PeerState peer = state.peers.get(from);
    if (peer == null) {
      return;
    }
    if (!rpc.subscriptions().isEmpty()) {
      each(from, rpc.subscriptions(), option -> membership.onSubscription(peer, option));
    }
    if (rpc.signedMessages() > 0 && !isGraylisted(from)) {
      state.blame(from, Misbehaviour.REFUSED_MESSAGE);
    }
    if (!rpc.messages().isEmpty()) {
      each(from, rpc.messages(), message -> messages.onMessage(peer, message, nowNanos));
    }
    if (!rpc.graft().isEmpty()) {
      each(from, rpc.graft(), topic -> membership.onGraft(peer, topic, nowNanos));
    }
    if (!rpc.prune().isEmpty()) {
      each(from, rpc.prune(), prune -> membership.onPrune(peer, prune, nowNanos));
    }
    if (!rpc.ihave().isEmpty()) {
      each(from, rpc.ihave(), ihave -> gossip.onIHave(peer, ihave, nowNanos));
    }
    if (!rpc.iwant().isEmpty() && !isGraylisted(from)) {
      gossip.onIWant(peer, rpc.iwant());
    }
  }

  /** Walks over parts of an RPC for as long as its sender is listened to. */
  private <T> void each(PeerId from, List<T> parts, Consumer<T> taken) {
    for (T part : parts) {
      if (isGraylisted(from)) {
        return;
      }
      taken.accept(part);
    }
  }

  /** A peer sent what is no RPC, or one beyond a limit. */
  void onMalformed(PeerId from, long nowNanos) {
    state.blame(from, Misbehaviour.MALFORMED_RPC);
  }

  /** A message was judged; ignored when it was not being judged. */
  void onValidated(MessageKey key, Verdict verdict, long nowNanos) {
    messages.onValidated(key, verdict);
  }

  @Override
  public @Nullable RouterOutput poll() {
    return state.outbox.poll();
  }

  @Override
  public long deadlineNanos() {
    return heartbeatNanos;
  }

  @Override
  public void onTimeout(long nowNanos) {
    if (nowNanos >= heartbeatNanos) {
      heartbeat.run(nowNanos);
      // From now, not from when it was due: after a pause one heartbeat is enough.
      heartbeatNanos = nowNanos + state.config.heartbeat().toNanos();
    }
  }

  /** Returns whether what this peer sends is ignored. */
  boolean isGraylisted(PeerId peer) {
    return state.faults.isGraylisted(peer);
  }

  /** Returns whether messages of some topic go to this peer as a matter of course. */
  boolean needs(PeerId peer) {
    for (Set<PeerId> mesh : state.meshes.values()) {
      if (mesh.contains(peer)) {
        return true;
      }
    }
    for (RouterState.Fanout fanout : state.fanouts.values()) {
      if (fanout.peers.contains(peer)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether this peer is gossiped with. */
  boolean knows(PeerId peer) {
    return state.peers.containsKey(peer);
  }

  /** Returns the peers in the mesh of a topic of ours. */
  List<PeerId> mesh(String topic) {
    return List.copyOf(state.meshes.getOrDefault(topic, new LinkedHashSet<>()));
  }

  /** Returns the peers known to have joined a topic. */
  List<PeerId> subscribers(String topic) {
    return state.subscribers(topic, peer -> true);
  }

  /** Returns what is remembered, for tests of the bounds. */
  RouterState state() {
    return state;
  }

  /** Returns how many messages are being judged. */
  int pendingCount() {
    return messages.pendingCount();
  }
}
