package io.surgemesh.netty;

import java.util.concurrent.atomic.AtomicLong;

/** What a peer's streams hold of what it sent, within what all peers hold. Thread-safe. */
final class InboundBudget {
  /** Whether more may be held. */
  enum Verdict {
    /** It may. */
    FITS,
    /** The peer holds more than one peer may. */
    PEER_FULL,
    /** All peers together hold more than they may, and this one more than its share. */
    HOST_FULL
  }

  private final InboundLimits limits;
  private final AtomicLong hostHeld;
  private final AtomicLong held = new AtomicLong();

  InboundBudget(InboundLimits limits, AtomicLong hostHeld) {
    this.limits = limits;
    this.hostHeld = hostHeld;
  }

  /** Counts bytes that are held now, and fewer than before when there are less than 0. */
  Verdict add(int bytes) {
    long ofPeer = held.addAndGet(bytes);
    long ofHost = hostHeld.addAndGet(bytes);
    if (bytes <= 0) {
      return Verdict.FITS;
    }
    if (ofPeer > limits.peerMax()) {
      return Verdict.PEER_FULL;
    }
    return ofHost > limits.hostMax() && ofPeer > limits.share() ? Verdict.HOST_FULL : Verdict.FITS;
  }

  /** Returns how many bytes the peer's streams hold. */
  long held() {
    return held.get();
  }
}
