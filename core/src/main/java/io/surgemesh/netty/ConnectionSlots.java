package io.surgemesh.netty;

import io.netty.channel.Channel;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Room for connections, those in their handshake included. Thread-safe. */
final class ConnectionSlots {
  /** The place of one connection, given back once. */
  final class Slot {
    private final boolean inbound;
    private boolean handshaking = true;
    private boolean released;

    private Slot(boolean inbound) {
      this.inbound = inbound;
    }

    /** The handshake is over. */
    void established() {
      synchronized (ConnectionSlots.this) {
        if (handshaking) {
          handshaking = false;
          handshakes -= inbound ? 1 : 0;
        }
      }
    }

    /** The connection is gone. */
    void release() {
      synchronized (ConnectionSlots.this) {
        if (!released) {
          established();
          released = true;
          total--;
          inbounds -= inbound ? 1 : 0;
        }
      }
    }
  }

  private final HostLimits limits;
  private final Set<Channel> channels = new LinkedHashSet<>();
  private int total;
  private int inbounds;
  private int handshakes;
  private boolean closed;

  ConnectionSlots(HostLimits limits) {
    this.limits = limits;
  }

  /** Returns a place, or null when there is none or the host is closed. */
  synchronized @Nullable Slot take(boolean inbound) {
    if (closed
        || total >= limits.connectionsMax()
        || (inbound && inbounds >= limits.inboundMax())
        || (inbound && handshakes >= limits.handshakesMax())) {
      return null;
    }
    total++;
    inbounds += inbound ? 1 : 0;
    handshakes += inbound ? 1 : 0;
    return new Slot(inbound);
  }

  /**
   * Remembers a channel until it closes, so that the host can close it; closes it at once when
   * late.
   */
  void track(Channel channel, Slot slot) {
    boolean late;
    synchronized (this) {
      late = closed;
      channels.add(channel);
    }
    channel
        .closeFuture()
        .addListener(
            gone -> {
              synchronized (this) {
                channels.remove(channel);
              }
              slot.release();
            });
    if (late) {
      channel.close();
    }
  }

  /** Gives out no more places; returns the channels that are still open. */
  synchronized Set<Channel> close() {
    closed = true;
    return new LinkedHashSet<>(channels);
  }
}
