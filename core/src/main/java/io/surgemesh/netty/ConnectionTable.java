package io.surgemesh.netty;

import io.surgemesh.host.ConnectionLimits;
import io.surgemesh.identity.PeerId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The ready connections by peer. Thread-safe.
 *
 * <p>When two peers dial each other at once there are two connections, and streams cannot move. New
 * streams use the one that the peer with the lower id dialled, on both sides; whoever dialled
 * another one closes it when it has carried nothing for a while.
 */
final class ConnectionTable {
  private final PeerId self;
  private final int perPeerMax;
  private final ConnectionEvents events;
  private final Map<PeerId, List<NettyConnection>> byPeer = new TreeMap<>();

  ConnectionTable(PeerId self, HostLimits limits, ConnectionEvents events) {
    this.self = self;
    this.perPeerMax = limits.connections().perPeerMax();
    this.events = events;
  }

  /** Adds a ready connection; false when there are enough to that peer. */
  synchronized boolean add(NettyConnection connection) {
    PeerId peer = connection.remotePeer();
    List<NettyConnection> present = byPeer.computeIfAbsent(peer, unused -> new ArrayList<>());
    if (present.size() >= perPeerMax) {
      return false;
    }
    present.add(connection);
    if (present.size() == 1) {
      events.connected(peer);
    }
    return true;
  }

  /** Removes a connection; false when it was never here, or is gone already. */
  synchronized boolean remove(NettyConnection connection) {
    PeerId peer = connection.remotePeer();
    List<NettyConnection> present = byPeer.get(peer);
    if (present == null || !present.remove(connection)) {
      return false;
    }
    if (present.isEmpty()) {
      byPeer.remove(peer);
      events.disconnected(peer);
    }
    return true;
  }

  /** Returns the connection for new streams, null when there is none. */
  synchronized @Nullable NettyConnection preferred(PeerId peer) {
    boolean ours = self.compareTo(peer) < 0;
    NettyConnection other = null;
    for (NettyConnection connection : byPeer.getOrDefault(peer, List.of())) {
      if (connection.isActive()) {
        if (connection.isOutbound() == ours) {
          return connection;
        }
        other = other == null ? connection : other;
      }
    }
    return other;
  }

  /** Retires what this side has dialled to a peer besides the connection for new streams. */
  void retireSurplus(PeerId peer) {
    NettyConnection preferred = preferred(peer);
    for (NettyConnection connection : all(peer)) {
      if (preferred != null && connection != preferred && connection.isOutbound()) {
        connection.retire(preferred);
      }
    }
  }

  synchronized List<NettyConnection> all(PeerId peer) {
    return List.copyOf(byPeer.getOrDefault(peer, List.of()));
  }

  synchronized List<NettyConnection> all() {
    return byPeer.values().stream().flatMap(List::stream).toList();
  }

  /** Returns how many peers are connected. */
  synchronized int size() {
    return byPeer.size();
  }

  /** Returns each connected peer with the use of all connections to it, in order of ids. */
  synchronized List<ConnectionLimits.Candidate> candidates() {
    List<ConnectionLimits.Candidate> candidates = new ArrayList<>();
    byPeer.forEach(
        (peer, connections) -> {
          ConnectionLimits.Candidate candidate = connections.get(0).candidate();
          for (NettyConnection other : connections.subList(1, connections.size())) {
            candidate = candidate.and(other.candidate());
          }
          candidates.add(candidate);
        });
    return candidates;
  }

  synchronized Set<PeerId> peers() {
    return Collections.unmodifiableSet(new TreeSet<>(byPeer.keySet()));
  }
}
