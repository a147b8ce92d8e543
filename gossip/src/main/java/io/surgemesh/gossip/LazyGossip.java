package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** IHAVE and IWANT (gossipsub v1.0 spec, Gossip; v1.1 spec, Spam Protection Measures). */
final class LazyGossip {
  /**
   * The most ids in one IHAVE or IWANT of ours: together they stay below the 16 KiB of control that
   * the strictest libp2p peers take.
   */
  static final int IDS_PER_RPC_MAX = 256;

  /**
   * Of the peers outside the mesh one in this many is told at a heartbeat, if that is more than
   * Dlazy. The spec has 4; but as nobody is told twice, three heartbeats reach ten of a hundred
   * peers, each of whom hears of a message from as many.
   */
  private static final int GOSSIP_DIVISOR = 16;

  private final RouterState state;
  private long beat;

  LazyGossip(RouterState state) {
    this.state = state;
  }

  void onIHave(PeerState peer, Rpc.IHave ihave, long nowNanos) {
    GossipLimits limits = state.config.limits();
    if (peer.ihavesBeat != beat) {
      peer.ihavesBeat = beat;
      peer.ihaves = 0;
      peer.ihaveIds = 0;
    }
    if (peer.ihaves >= limits.ihavesMax()) {
      // Blamed once per heartbeat: what follows is ignored and costs us nothing.
      if (peer.ihaves++ == limits.ihavesMax()) {
        state.blame(peer.id, Misbehaviour.LIMIT_BROKEN);
      }
      return;
    }
    peer.ihaves++;
    if (!state.meshes.containsKey(ihave.topic())) {
      return;
    }
    // Nearly always everything is known.
    Set<Bytes> unknown = Collections.emptySet();
    for (Bytes id : ihave.ids()) {
      MessageKey key = new MessageKey(ihave.topic(), id);
      // What is announced was nearly always accepted here a moment ago.
      if (!state.cache.onAware(key, peer.place) && !state.seen.contains(key, nowNanos)) {
        unknown = unknown.isEmpty() ? new LinkedHashSet<>() : unknown;
        unknown.add(id);
      }
    }
    int room = Math.min(IDS_PER_RPC_MAX, limits.ihaveIdsMax() - peer.ihaveIds);
    if (unknown.isEmpty() || room <= 0) {
      return;
    }
    List<Bytes> wanted = Sample.of(unknown, room, state.random);
    peer.ihaveIds += wanted.size();
    state.promises.add(peer.id, wanted.get(0), nowNanos);
    state.outbox.iwant(peer.id, wanted);
  }

  void onIWant(PeerState peer, List<Bytes> ids) {
    List<TopicMessage> answer = new ArrayList<>();
    for (Bytes id : new LinkedHashSet<>(ids)) {
      List<TopicMessage> kept = state.cache.messages(id);
      // Past the limit the message is not sent again, and asking for it is no fault: the peer may
      // have asked several of us, or have lost the answers.
      if (!kept.isEmpty()
          && state.cache.countSent(id, peer.id) <= state.config.limits().retransmissionsMax()) {
        for (TopicMessage message : kept) {
          if (peer.topics.contains(message.topic())) {
            answer.add(message);
          }
        }
      }
    }
    state.outbox.messages(peer.id, answer);
  }

  /**
   * Announces the latest messages of a topic to some peers that are not sent them anyway.
   *
   * <p>Each is told once of each message, and nobody of what it has sent or announced to us.
   * Whoever lies about what it has keeps a message from itself alone. Of what came in a heartbeat
   * before, half as many are told each time: all who have a message tell of it, so that few are
   * left who have not heard.
   */
  void announce(String topic, Set<PeerId> sentAnyway) {
    MessageCache.Latest latest = state.cache.announced(topic);
    if (latest.messages().isEmpty()) {
      return;
    }
    BitSet others = unaware(topic, latest, sentAnyway);
    int most = Math.max(state.config.dlazy(), others.cardinality() / GOSSIP_DIVISOR);
    for (int place : Sample.of(others, most >> latest.beats(), state.random)) {
      tell(state.at(place), topic, latest.messages());
    }
  }

  /** Returns the places of those who have not heard of all messages and would only hear from us. */
  private BitSet unaware(String topic, MessageCache.Latest latest, Set<PeerId> sentAnyway) {
    BitSet others = state.places(topic);
    others.andNot(latest.awareOfAll());
    for (PeerId peer : sentAnyway) {
      PeerState known = state.peers.get(peer);
      if (known != null) {
        others.clear(known.place);
      }
    }
    if (state.faults.isAnyGraylisted()) {
      for (int at = others.nextSetBit(0); at >= 0; at = others.nextSetBit(at + 1)) {
        if (state.faults.isGraylisted(state.at(at).id)) {
          others.clear(at);
        }
      }
    }
    return others;
  }

  private void tell(PeerState peer, String topic, List<MessageCache.Announced> latest) {
    List<MessageCache.Announced> news = new ArrayList<>(latest.size());
    for (MessageCache.Announced one : latest) {
      if (!one.isAware(peer.place)) {
        news.add(one);
      }
    }
    // Each draws its own part when there are too many, so that together they hear of all.
    List<MessageCache.Announced> part =
        news.size() <= IDS_PER_RPC_MAX ? news : Sample.of(news, IDS_PER_RPC_MAX, state.random);
    List<Bytes> ids = new ArrayList<>(part.size());
    for (MessageCache.Announced one : part) {
      one.onAware(peer.place);
      ids.add(one.id());
    }
    state.outbox.ihave(peer.id, topic, ids);
  }

  void endHeartbeat(long nowNanos) {
    state
        .promises
        .pollBroken(nowNanos)
        .forEach(peer -> state.blame(peer, Misbehaviour.PROMISE_BROKEN));
    beat++;
    state.cache.shift();
  }
}
