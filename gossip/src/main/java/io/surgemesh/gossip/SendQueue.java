package io.surgemesh.gossip;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be sent to one peer, bounded in frames and bytes.
 *
 * <p>Control goes first, then messages, then gossip. At the bound gossip is dropped first, oldest
 * before newest, then messages likewise; control is never dropped.
 */
final class SendQueue {
  /** What a frame is, most important first. */
  enum Kind {
    CONTROL,
    MESSAGE,
    GOSSIP
  }

  private record Waiting(Rpc rpc, int bytes) {}

  private final Deque<Waiting> control = new ArrayDeque<>(1);
  private final Deque<Waiting> messages = new ArrayDeque<>(1);
  private final Deque<Waiting> gossip = new ArrayDeque<>(1);
  private final int framesMax;
  private final long bytesMax;
  private long bytes;

  SendQueue(int framesMax, long bytesMax) {
    this.framesMax = framesMax;
    this.bytesMax = bytesMax;
  }

  /**
   * Adds a frame; false when control alone is past the bound, so that the stream must go.
   *
   * @param frameBytes its length once encoded
   */
  boolean add(Kind kind, Rpc rpc, int frameBytes) {
    queue(kind).addLast(new Waiting(rpc, frameBytes));
    bytes += frameBytes;
    while (size() > framesMax || bytes > bytesMax) {
      Waiting dropped = gossip.pollFirst();
      if (dropped == null) {
        dropped = messages.pollFirst();
      }
      if (dropped == null) {
        return false;
      }
      bytes -= dropped.bytes;
    }
    return true;
  }

  private Deque<Waiting> queue(Kind kind) {
    return switch (kind) {
      case CONTROL -> control;
      case MESSAGE -> messages;
      case GOSSIP -> gossip;
    };
  }

  /** Removes and returns what goes first; null when nothing waits. */
  @Nullable Rpc poll() {
    Waiting first = control.pollFirst();
    if (first == null) {
      first = messages.pollFirst();
    }
    if (first == null) {
      first = gossip.pollFirst();
    }
    if (first == null) {
      return null;
    }
    bytes -= first.bytes;
    return first.rpc;
  }

  int size() {
    return control.size() + messages.size() + gossip.size();
  }

  long bytes() {
    return bytes;
  }
}
