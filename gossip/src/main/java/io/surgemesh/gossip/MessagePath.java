package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
    private final Bytes data;
    private final long sinceNanos;
    private final Set<PeerId> senders = new LinkedHashSet<>();

    Pending(Bytes data, long sinceNanos) {
      this.data = data;
      this.sinceNanos = sinceNanos;
    }
  }

  private final RouterState state;
  private final Map<MessageKey, Pending> pending = new LinkedHashMap<>();
  private long pendingBytes;

  MessagePath(RouterState state) {
    this.state = state;
  }

  void onMessage(PeerState from, Rpc.Message message, long nowNanos) {
    if (!state.meshes.containsKey(message.topic())) {
      return;
    }
    Bytes data = message.data();
    GossipLimits limits = state.config.limits();
    if (data.size() > limits.messageBytesMax()) {
      state.blame(from.id, Misbehaviour.REFUSED_MESSAGE);
      return;
    }
    MessageKey key = MessageKey.of(message);
    state.promises.keep(key.id());
    Pending judged = pending.get(key);
    if (judged != null) {
      judged.senders.add(from.id);
      return;
    }
    // A message for which there is no room is not remembered: it may come again, or by IHAVE.
    if (state.seen.contains(key, nowNanos)
        || pending.size() >= limits.pendingMax()
        || pendingBytes + data.size() > limits.heldBytesMax()) {
      return;
    }
    state.seen.add(key, nowNanos);
    Pending begun = new Pending(data, nowNanos);
    begun.senders.add(from.id);
    pending.put(key, begun);
    pendingBytes += data.size();
    state.outbox.add(new RouterOutput.Validate(key, data, from.id));
  }

  void onValidated(MessageKey key, Verdict verdict) {
    Pending judged = pending.remove(key);
    if (judged == null) {
      return;
    }
    pendingBytes -= judged.data.size();
    switch (verdict) {
      case ACCEPT -> accept(key, judged);
      case REJECT ->
          judged.senders.forEach(peer -> state.blame(peer, Misbehaviour.INVALID_MESSAGE));
      case FORGET -> state.seen.forget(key);
      case IGNORE -> {
        // It stays remembered as seen, and that is all.
      }
    }
  }

  private void accept(MessageKey key, Pending judged) {
    state.cache.put(key, judged.data);
    state.outbox.add(new RouterOutput.Deliver(key, judged.data));
    Set<PeerId> mesh = state.meshes.get(key.topic());
    if (mesh != null) {
      List<PeerId> to = new ArrayList<>(mesh);
      to.removeAll(judged.senders);
      forward(to, key.topic(), judged.data);
    }
  }

  /** Sends a message of our own; nothing happens when the same was seen lately. */
  void publish(String topic, Bytes data, long nowNanos) {
    MessageKey key = MessageKey.of(topic, data);
    if (state.seen.contains(key, nowNanos)) {
      return;
    }
    state.seen.add(key, nowNanos);
    state.cache.put(key, data);
    Set<PeerId> mesh = state.meshes.get(topic);
    Set<PeerId> regular = mesh == null ? fanout(topic, nowNanos) : mesh;
    // Flood publishing: an eclipsed mesh cannot silence us.
    List<PeerId> to =
        state.config.floodPublish()
            ? state.subscribers(topic, peer -> true)
            : new ArrayList<>(regular);
    forward(to, topic, data);
  }

  /** Sends a message to one peer that may have missed it. */
  void sendTo(PeerId peer, String topic, Bytes data) {
    if (state.peers.containsKey(peer)) {
      forward(List.of(peer), topic, data);
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

  private void forward(List<PeerId> to, String topic, Bytes data) {
    if (!to.isEmpty()) {
      state.outbox.add(new RouterOutput.Forward(to, new Rpc.Message(topic, data)));
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
      pendingBytes -= entry.getValue().data.size();
      state.seen.forget(entry.getKey());
      oldest.remove();
    }
  }

  int pendingCount() {
    return pending.size();
  }
}
