package io.surgemesh.netty;

import io.netty.channel.Channel;
import io.surgemesh.multiformats.Bytes;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Room for connections, those in their handshake included, by {@link ConnectionCounts}, {@link
 * IpLimits} and {@link HandshakeBudget}.
 *
 * <p>When there is no room for an inbound one, it takes the place of an unfinished handshake, if
 * there is any: the oldest from the address with most of them. So whoever opens many and finishes
 * none only pushes out its own, while an honest handshake is over soon. Thread-safe.
 */
final class ConnectionSlots {
  /** The place of one connection, given back once. */
  final class Slot {
    private final @Nullable InetAddress remote;
    private final boolean counted;
    private @Nullable Channel channel;
    private boolean handshaking = true;
    private boolean released;

    private Slot(@Nullable InetAddress remote, boolean counted) {
      this.remote = remote;
      this.counted = counted;
    }

    /** The handshake is over; false when the place was taken by another meanwhile. */
    boolean established() {
      synchronized (ConnectionSlots.this) {
        if (handshaking && !released && remote != null) {
          budget.finished(IpGate.hostOf(remote));
        }
        endHandshake();
        return !released;
      }
    }

    private void endHandshake() {
      if (handshaking) {
        handshaking = false;
        dials -= remote == null ? 1 : 0;
        unfinished.remove(this);
      }
    }

    /** The peer of an accepted connection loses it for what it did, in the handshake or later. */
    void misbehaved(long nowNanos) {
      synchronized (ConnectionSlots.this) {
        if (remote != null) {
          budget.misbehaved(IpGate.hostOf(remote), nowNanos);
        }
      }
    }

    /** The connection is gone. */
    void release() {
      synchronized (ConnectionSlots.this) {
        if (!released) {
          endHandshake();
          released = true;
          total--;
          inbounds -= remote == null ? 0 : 1;
          if (counted && remote != null) {
            gate.leave(remote);
          }
        }
      }
    }
  }

  private final ConnectionCounts limits;
  private final IpGate gate;
  private final HandshakeBudget budget = new HandshakeBudget();
  private final Set<Channel> channels = new LinkedHashSet<>();
  // Inbound ones, oldest first.
  private final Set<Slot> unfinished = new LinkedHashSet<>();
  private int total;
  private int inbounds;
  private int dials;
  private boolean isPublic;
  private boolean closed;

  ConnectionSlots(HostLimits limits) {
    this.limits = limits.connections();
    this.gate = new IpGate(limits.perIp());
  }

  /** The host announces an address that is not of its own network only. */
  synchronized void announcePublic() {
    isPublic = true;
  }

  /** Returns a place for a dial, or null when there is none or the host is closed. */
  synchronized @Nullable Slot takeOutbound() {
    if (closed
        || total >= limits.totalMax()
        || total - inbounds >= limits.outboundMax()
        || dials >= limits.dialsMax()) {
      return null;
    }
    total++;
    dials++;
    return new Slot(null, false);
  }

  /** Returns a place for an accepted connection, or null when there is none. */
  @Nullable Slot takeInbound(InetAddress remote, long nowNanos) {
    Slot slot;
    Slot evicted = null;
    synchronized (this) {
      boolean counted = isPublic || !isNear(remote);
      if (closed
          || !budget.begin(IpGate.hostOf(remote), nowNanos)
          || (counted && !gate.enter(remote, nowNanos))) {
        return null;
      }
      if (isFull()) {
        evicted = evict(IpGate.hostOf(remote));
      }
      if (isFull()) {
        if (counted) {
          gate.leave(remote);
        }
        return null;
      }
      total++;
      inbounds++;
      slot = new Slot(remote, counted);
      unfinished.add(slot);
    }
    if (evicted != null && evicted.channel != null) {
      evicted.channel.close();
    }
    return slot;
  }

  private static boolean isNear(InetAddress ip) {
    return DialTarget.isNear(SocketAddresses.of(ip, 0));
  }

  private boolean isFull() {
    return total >= limits.totalMax()
        || inbounds >= limits.inboundMax()
        || unfinished.size() >= limits.handshakesMax();
  }

  /** Frees the oldest handshake of the group with most; of the newcomer's, when that is one. */
  private @Nullable Slot evict(Bytes newcomer) {
    Map<Bytes, Integer> counts = new LinkedHashMap<>();
    for (Slot slot : unfinished) {
      counts.merge(groupOf(slot), 1, Integer::sum);
    }
    int most = 0;
    for (int count : counts.values()) {
      most = Math.max(most, count);
    }
    boolean own = counts.getOrDefault(newcomer, 0) == most;
    for (Slot slot : unfinished) {
      Bytes group = groupOf(slot);
      if (slot.channel != null
          && (own ? group.equals(newcomer) : counts.getOrDefault(group, 0) == most)) {
        slot.release();
        return slot;
      }
    }
    return null;
  }

  private static Bytes groupOf(Slot slot) {
    return slot.remote == null ? Bytes.EMPTY : IpGate.hostOf(slot.remote);
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
      slot.channel = channel;
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
