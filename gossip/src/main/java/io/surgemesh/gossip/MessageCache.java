package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
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

  /** The same data on each of its topics, and how often it was sent to whom that asked. */
  private static final class Kept {
    private final Bytes data;
    private final List<TopicMessage> messages = new ArrayList<>(1);
    private @Nullable Map<PeerId, Integer> sent;

    Kept(Bytes data) {
      this.data = data;
    }
  }

  private final Map<Bytes, Kept> byId = new LinkedHashMap<>();
  private final Deque<Deque<MessageKey>> windows = new ArrayDeque<>();
  private final int bytesMax;
  private long heldBytes;

  MessageCache(int bytesMax) {
    this.bytesMax = bytesMax;
    windows.addFirst(new ArrayDeque<>());
  }

  void put(TopicMessage message) {
    MessageKey key = message.key();
    Kept kept = byId.get(key.id());
    if (kept == null) {
      kept = new Kept(message.data());
      byId.put(key.id(), kept);
      heldBytes += cost(kept);
    }
    if (!kept.messages.contains(message)) {
      kept.messages.add(message);
      windows.getFirst().addLast(key);
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

  private void forget(MessageKey key) {
    Kept kept = byId.get(key.id());
    if (kept != null
        && kept.messages.removeIf(message -> message.topic().equals(key.topic()))
        && kept.messages.isEmpty()) {
      byId.remove(key.id());
      heldBytes -= cost(kept);
    }
  }

  private static int cost(Kept kept) {
    return kept.data.size() + OVERHEAD_BYTES;
  }

  /** Returns the message on each topic on which it travels; none when it is not kept. */
  List<TopicMessage> messages(Bytes id) {
    Kept kept = byId.get(id);
    return kept == null ? List.of() : List.copyOf(kept.messages);
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

  /** Returns the ids to announce on {@code topic}, newest heartbeat first. */
  List<Bytes> announced(String topic) {
    List<Bytes> ids = new ArrayList<>();
    int window = 0;
    for (Deque<MessageKey> keys : windows) {
      if (window++ == GOSSIP_WINDOWS) {
        break;
      }
      for (MessageKey key : keys) {
        if (key.topic().equals(topic)) {
          ids.add(key.id());
        }
      }
    }
    return ids;
  }

  /** Begins a new window and forgets the oldest. */
  void shift() {
    windows.addFirst(new ArrayDeque<>());
    if (windows.size() > WINDOWS) {
      windows.removeLast().forEach(this::forget);
    }
  }

  int size() {
    return byId.size();
  }

  long heldBytes() {
    return heldBytes;
  }
}
