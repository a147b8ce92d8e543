package io.surgemesh.simulator;

import java.util.ArrayDeque;

/**
 * Frames of one link that have come to the receiver's line and wait until they are through it.
 *
 * <p>Made for the first frame that waits. As many as the link has on its way at most; it is the
 * event of each coming through, and whichever is first takes the frame at the head.
 */
final class DownlinkQueue extends Event {
  private final VirtualTime time;
  private final Link link;
  private final ArrayDeque<Frame> frames = new ArrayDeque<>();
  private long lastNanos;

  DownlinkQueue(VirtualTime time, Link link) {
    super(link.loop());
    this.time = time;
    this.link = link;
  }

  boolean isEmpty() {
    return frames.isEmpty();
  }

  void add(Frame frame, long throughNanos) {
    frames.add(frame);
    lastNanos = Math.max(lastNanos, throughNanos);
    time.schedule(lastNanos, this);
  }

  @Override
  void fire() {
    link.deliver(frames.remove());
  }
}
