package io.surgemesh.netty;

import io.surgemesh.machine.RateLimit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What all connections to one peer use together. Thread-safe. */
final class PeerScope {
  /**
   * The rate at which yamux lets streams be reset: whoever is refused that often does not listen.
   */
  private static final int FAULTS_PER_SECOND = 100;

  private static final int FAULTS_BURST = 200;

  private final StreamCounts limits;
  private final AtomicInteger hostStreams;
  private final InboundBudget inbound;
  // Bounded by the connections to one peer.
  private final List<MuxSession> sessions = new CopyOnWriteArrayList<>();
  private final AtomicBoolean shedding = new AtomicBoolean();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final RateLimit faults = new RateLimit(FAULTS_PER_SECOND, FAULTS_BURST);
  private final Map<String, Integer> byProtocol = new TreeMap<>();
  private int streams;
  private int connections;

  PeerScope(HostLimits limits, AtomicInteger hostStreams, AtomicLong hostHeld) {
    this.limits = limits.streams();
    this.hostStreams = hostStreams;
    this.inbound = new InboundBudget(limits.inbound(), hostHeld);
  }

  /** Returns the budget of what its streams hold. */
  InboundBudget inbound() {
    return inbound;
  }

  /** A connection is there whose streams can be shed. */
  void add(MuxSession session) {
    sessions.add(session);
  }

  void remove(MuxSession session) {
    sessions.remove(session);
  }

  /** Resets the largest stream of each connection, once for all that ask meanwhile. */
  void shed() {
    if (sessions.isEmpty() || !shedding.compareAndSet(false, true)) {
      return;
    }
    for (MuxSession session : sessions) {
      session
          .loop()
          .execute(
              () -> {
                shedding.set(false);
                session.shed();
              });
    }
  }

  /** Counts a fault that cost the peer a stream or less; false when there were too many. */
  synchronized boolean bears(long nowNanos) {
    return faults.allows(nowNanos);
  }

  /** Returns how many bytes wait to be sent to the peer. */
  AtomicLong queuedBytes() {
    return queuedBytes;
  }

  /** Takes the place of a stream the peer opens; false when there is none. */
  synchronized boolean takeStream() {
    boolean full = hostStreams.get() >= limits.hostMax() && streams >= limits.share();
    if (full || streams >= limits.perPeerMax()) {
      return false;
    }
    streams++;
    hostStreams.incrementAndGet();
    return true;
  }

  /** Takes a place for a protocol besides; false when there is none. */
  synchronized boolean takeProtocol(String protocol) {
    int count = byProtocol.getOrDefault(protocol, 0);
    if (count >= limits.perProtocolMax()) {
      return false;
    }
    byProtocol.put(protocol, count + 1);
    return true;
  }

  synchronized void leaveStream() {
    streams--;
    hostStreams.decrementAndGet();
  }

  synchronized void leaveProtocol(String protocol) {
    byProtocol.computeIfPresent(protocol, (name, count) -> count == 1 ? null : count - 1);
  }

  /** Counts a connection; the caller holds the lock of the {@link HostScope}. */
  void enter() {
    connections++;
  }

  /** Returns whether that was the last connection; called as {@link #enter} is. */
  boolean leave() {
    return --connections == 0;
  }
}
