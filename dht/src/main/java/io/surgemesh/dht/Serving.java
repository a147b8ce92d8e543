package io.surgemesh.dht;

import io.surgemesh.host.Host;
import io.surgemesh.host.Reachability;

/**
 * Whether this peer answers others: as long as it announces an address, and is not known to be one
 * that they cannot dial. While that is unknown it does, or the first two peers of a mesh could
 * never find out. Thread-safe.
 */
final class Serving {
  private final Host host;
  private final Runnable begin;
  private final Runnable end;
  private boolean serving;
  private boolean closed;

  /**
   * Creates it; nothing is served before {@link #start}.
   *
   * @param begin makes the host answer others; on any thread, as is {@code end}
   * @param end makes it stop
   */
  Serving(Host host, Runnable begin, Runnable end) {
    this.host = host;
    this.begin = begin;
    this.end = end;
  }

  /** Begins, now or whenever this peer is to serve; from any thread. */
  void start() {
    update(host.reachability());
    host.addReachabilityListener(this::update);
  }

  private synchronized void update(Reachability present) {
    boolean wanted = !closed && present != Reachability.PRIVATE && !host.addresses().isEmpty();
    if (wanted != serving) {
      serving = wanted;
      (wanted ? begin : end).run();
    }
  }

  /** Returns whether others are answered now. */
  synchronized boolean isOn() {
    return serving;
  }

  /** Ends for good; from any thread. */
  synchronized void close() {
    closed = true;
    update(Reachability.PRIVATE);
  }
}
