package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The way of a message through this peer: dropped if seen, judged, delivered, forwarded (gossipsub
 * v1.1 spec, Extended Validators).
 */
final class MessagePath {
  /** How long a verdict may take; the message then counts as not judged. */
  static final long JUDGING_NANOS = 10_000_000_000L;

  private static final class Pending {
    private final TopicMessage message;
    private final long sinceNanos;
    // Bounded by the peers.
    private final List<PeerId> senders = new ArrayList<>(2);

    Pending(TopicMessage message, long sinceNanos) {
      this.message = message;
      this.sinceNanos = sinceNanos;
    }
  }

  private final RouterState state;
  private final Map<MessageKey, Pending> pending = new LinkedHashMap<>();
  private long pendingBytes;

  MessagePath(RouterState state) {
    this.state = state;
  }

  void onMessage(PeerState from, TopicMessage message, long nowNanos) {
    if (!state.meshes.containsKey(message.topic())) {
      return;
    }
    Bytes data = message.data();
    GossipLimits limits = state.config.limits();
    if (data.size() > limits.messageBytesMax()) {
      state.blame(from.id, Misbehaviour.REFUSED_MESSAGE);
      return;
    }
    MessageKey key = message.key();
    state.promises.keep(key.id());
    Pending judged = pending.get(key);
    if (judged != null) {
      if (!judged.senders.contains(from.id)) {
        judged.senders.add(from.id);
      }
      return;
    }
    if (state.seen.contains(key, nowNanos)) {
      state.cache.onAware(key, from.place);
      return;
    }
    // A message for which there is no room is not remembered: it may come again, or by IHAVE.
    if (pending.size() >= limits.pendingMax()
        || pendingBytes + data.size() > limits.heldBytesMax()) {
      return;
    }
    state.seen.add(key, nowNanos);
    Pending begun = new Pending(message, nowNanos);
    begun.senders.add(from.id);
    pending.put(key, begun);
    pendingBytes += data.size();
    state.outbox.add(new RouterOutput.Validate(message, from.id));
  }

  void onValidated(MessageKey key, Verdict verdict) {
    Pending judged = pending.remove(key);
    if (judged == null) {
      return;
    }
    pendingBytes -= judged.message.data().size();
    switch (verdict) {
      case ACCEPT -> accept(judged);
      case REJECT ->
          judged.senders.forEach(peer -> state.blame(peer, Misbehaviour.INVALID_MESSAGE));
      case FORGET -> state.seen.forget(key);
      case IGNORE -> {
        // It stays remembered as seen, and that is all.
      }
    }
  }

  private void accept(Pending judged) {
    TopicMessage message = judged.message;
    state.cache.put(message);
    for (PeerId sender : judged.senders) {
      PeerState known = state.peers.get(sender);
      if (known != null) {
        state.cache.onAware(message.key(), known.place);
      }
    }
    state.outbox.add(new RouterOutput.Deliver(message));
    Set<PeerId> mesh = state.meshes.get(message.topic());
    if (mesh != null) {
      List<PeerId> to = new ArrayList<>(mesh);
      to.removeAll(judged.senders);
      forward(to, message);
    }
  }

  /** Sends a message of our own; nothing happens when the same was seen lately. */
  void publish(TopicMessage message, long nowNanos) {
    String topic = message.topic();
    MessageKey key = message.key();
    if (state.seen.contains(key, nowNanos)) {
      return;
    }
    state.seen.add(key, nowNanos);
    state.cache.put(message);
    Set<PeerId> mesh = state.meshes.get(topic);
    Set<PeerId> regular = mesh == null ? fanout(topic, nowNanos) : mesh;
    // Flood publishing: an eclipsed mesh cannot silence us.
    List<PeerId> to =
        state.config.floodPublish()
            ? state.subscribers(topic, peer -> true)
            : new ArrayList<>(regular);
    forward(to, message);
  }

  /** Sends messages to one peer that may have missed them. */
  void sendTo(PeerId peer, List<TopicMessage> missed) {
    if (state.peers.containsKey(peer)) {
      state.outbox.messages(peer, missed);
    }
  }

  private Set<PeerId> fanout(String topic, long nowNanos) {
    RouterState.Fanout fanout =
        state.fanouts.computeIfAbsent(topic, unused -> new RouterState.Fanout());
    fanout.lastPublishNanos = nowNanos;
    if (fanout.peers.isEmpty()) {
      List<PeerId> known = state.subscribers(topic, peer -> true);
      fanout.peers.addAll(Sample.of(known, state.config.d(), state.random));
    }
    return fanout.peers;
  }

  private void forward(List<PeerId> to, TopicMessage message) {
    if (!to.isEmpty()) {
      state.outbox.add(new RouterOutput.Forward(to, List.of(message)));
    }
  }

  /** Gives up on verdicts that never came. */
  void endHeartbeat(long nowNanos) {
    Iterator<Map.Entry<MessageKey, Pending>> oldest = pending.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<MessageKey, Pending> entry = oldest.next();
      if (nowNanos - entry.getValue().sinceNanos < JUDGING_NANOS) {
        return;
      }
      pendingBytes -= entry.getValue().message.data().size();
      state.seen.forget(entry.getKey());
      oldest.remove();
    }
  }

  int pendingCount() {
    return pending.size();
  }
}
