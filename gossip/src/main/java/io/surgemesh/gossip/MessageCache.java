package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The accepted messages of the last few heartbeats, to answer IWANT from (gossipsub v1.0 spec,
 * Message Cache).
 *
 * <p>Kept for {@value #WINDOWS} heartbeats and announced for {@value #GOSSIP_WINDOWS}. Past its
 * bound of bytes the oldest messages are forgotten early.
 */
final class MessageCache {
  static final int WINDOWS = 5;
  static final int GOSSIP_WINDOWS = 3;

  /** What one message costs beside its data. */
  private static final int OVERHEAD_BYTES = 256;

  /** A message on one topic, and the places of the peers that have it or were told of it. */
  static final class Announced {
    private final TopicMessage message;
    // Bounded by the peers.
    private final BitSet aware = new BitSet(0);
    // The same data on one more topic: there is none nearly always.
    private @Nullable Announced other;

    Announced(TopicMessage message) {
      this.message = message;
    }

    Bytes id() {
      return message.key().id();
    }

    boolean isAware(int place) {
      return aware.get(place);
    }

    void onAware(int place) {
      aware.set(place);
    }
  }

  /** The same data on each of its topics, and how often it was sent to whom that asked. */
  private static final class Kept {
    private final Bytes data;
    private @Nullable Announced first;
    private @Nullable Map<PeerId, Integer> sent;

    Kept(Bytes data) {
      this.data = data;
    }

    @Nullable Announced on(String topic) {
      Announced one = first;
      while (one != null && !one.message.topic().equals(topic)) {
        one = one.other;
      }
      return one;
    }

    List<Announced> all() {
      List<Announced> all = new ArrayList<>(1);
      for (Announced one = first; one != null; one = one.other) {
        all.add(0, one);
      }
      return all;
    }

    void add(Announced one) {
      one.other = first;
      first = one;
    }

    void remove(Announced one) {
      Announced before = first;
      if (before == one) {
        first = one.other;
        return;
      }
      while (before != null && before.other != one) {
        before = before.other;
      }
      if (before != null) {
        before.other = one.other;
      }
    }
  }

  private final Map<Bytes, Kept> byId = new LinkedHashMap<>();
  private final Deque<Deque<Announced>> windows = new ArrayDeque<>();
  private final int bytesMax;
  private long heldBytes;

  MessageCache(int bytesMax) {
    this.bytesMax = bytesMax;
    windows.addFirst(new ArrayDeque<>(1));
  }

  void put(TopicMessage message) {
    MessageKey key = message.key();
    Kept kept = byId.get(key.id());
    if (kept == null) {
      kept = new Kept(message.data());
      byId.put(key.id(), kept);
      heldBytes += cost(kept);
    }
    if (kept.on(message.topic()) == null) {
      Announced added = new Announced(message);
      kept.add(added);
      windows.getFirst().addLast(added);
    }
    while (heldBytes > bytesMax) {
      forgetOldest();
    }
  }

  private void forgetOldest() {
    while (windows.getLast().isEmpty()) {
      windows.removeLast();
    }
    forget(windows.getLast().removeFirst());
  }

  private void forget(Announced one) {
    Kept kept = byId.get(one.id());
    if (kept == null) {
      return;
    }
    kept.remove(one);
    if (kept.first == null) {
      byId.remove(one.id());
      heldBytes -= cost(kept);
    }
  }

  private static int cost(Kept kept) {
    return kept.data.size() + OVERHEAD_BYTES;
  }

  /** Returns the message on each topic on which it travels; none when it is not kept. */
  List<TopicMessage> messages(Bytes id) {
    Kept kept = byId.get(id);
    return kept == null ? List.of() : kept.all().stream().map(one -> one.message).toList();
  }

  /** Counts one more answer to {@code peer}, and returns which it is: 1, 2 and so on. */
  int countSent(Bytes id, PeerId peer) {
    Kept kept = byId.get(id);
    if (kept == null) {
      return 0;
    }
    if (kept.sent == null) {
      kept.sent = new LinkedHashMap<>();
    }
    return kept.sent.merge(peer, 1, Integer::sum);
  }

  /** The peer at that place has the message, if it is kept; returns whether it is. */
  boolean onAware(MessageKey key, int place) {
    Announced one = find(key);
    if (one != null) {
      one.onAware(place);
    }
    return one != null;
  }

  private @Nullable Announced find(MessageKey key) {
    Kept kept = byId.get(key.id());
    return kept == null ? null : kept.on(key.topic());
  }

  /** The next peer at that place knows of nothing yet. */
  void onPlaceFree(int place) {
    for (Kept kept : byId.values()) {
      for (Announced one = kept.first; one != null; one = one.other) {
        one.aware.clear(place);
      }
    }
  }

  /**
   * The messages to announce on one topic.
   *
   * @param messages newest heartbeat first
   * @param beats how many heartbeats have passed since the newest came; 0 when there is none
   */
  record Latest(List<Announced> messages, int beats) {
    /** Returns the places of the peers that know of each message; there must be one. */
    BitSet awareOfAll() {
      BitSet all = (BitSet) messages.get(0).aware.clone();
      for (Announced one : messages) {
        all.and(one.aware);
      }
      return all;
    }
  }

  /** Returns the messages to announce on {@code topic}. */
  Latest announced(String topic) {
    List<Announced> messages = new ArrayList<>();
    int beats = 0;
    int window = 0;
    for (Deque<Announced> its : windows) {
      if (window == GOSSIP_WINDOWS) {
        break;
      }
      for (Announced one : its) {
        if (one.message.topic().equals(topic)) {
          beats = messages.isEmpty() ? window : beats;
          messages.add(one);
        }
      }
      window++;
    }
    return new Latest(messages, beats);
  }

  /** Begins a new window and forgets the oldest. */
  void shift() {
    Deque<Announced> next = null;
    if (windows.size() == WINDOWS) {
      next = windows.removeLast();
      next.forEach(this::forget);
    }
    // In most windows nothing comes, at every peer.
    windows.addFirst(next == null || !next.isEmpty() ? new ArrayDeque<>(1) : next);
  }

  int size() {
    return byId.size();
  }

  long heldBytes() {
    return heldBytes;
  }
}
