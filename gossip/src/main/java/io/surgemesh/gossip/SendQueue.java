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

  private final Deque<byte[]> control = new ArrayDeque<>();
  private final Deque<byte[]> messages = new ArrayDeque<>();
  private final Deque<byte[]> gossip = new ArrayDeque<>();
  private final int framesMax;
  private final long bytesMax;
  private long bytes;

  SendQueue(int framesMax, long bytesMax) {
    this.framesMax = framesMax;
    this.bytesMax = bytesMax;
  }

  /** Adds a frame; false when control alone is past the bound, so that the stream must go. */
  boolean add(Kind kind, byte[] frame) {
    queue(kind).addLast(frame);
    bytes += frame.length;
    while (size() > framesMax || bytes > bytesMax) {
      byte[] dropped = gossip.pollFirst();
      if (dropped == null) {
        dropped = messages.pollFirst();
      }
      if (dropped == null) {
        return false;
      }
      bytes -= dropped.length;
    }
    return true;
  }

  private Deque<byte[]> queue(Kind kind) {
    return switch (kind) {
      case CONTROL -> control;
      case MESSAGE -> messages;
      case GOSSIP -> gossip;
    };
  }

  byte @Nullable [] poll() {
    byte[] frame = control.pollFirst();
    if (frame == null) {
      frame = messages.pollFirst();
    }
    if (frame == null) {
      frame = gossip.pollFirst();
    }
    if (frame != null) {
      bytes -= frame.length;
    }
    return frame;
  }

  void clear() {
    control.clear();
    messages.clear();
    gossip.clear();
    bytes = 0;
  }

  int size() {
    return control.size() + messages.size() + gossip.size();
  }

  long bytes() {
    return bytes;
  }
}
