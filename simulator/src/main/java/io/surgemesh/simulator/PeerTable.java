package io.surgemesh.simulator;

import io.surgemesh.host.Connection;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.OrderedMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The ready connections of one host by peer, and what its listeners were told of each peer.
 *
 * <p>A peer is here from its first connection until listeners know that the last is gone. Bounded
 * by the connections that the nodes' code makes.
 *
 * @param <C> the connections
 */
final class PeerTable<C extends Connection> {
  private static final class Entry<C> {
    private @Nullable C first;
    // Two peers that dial each other at once have two; nearly all have one.
    private @Nullable List<C> others;
    private boolean announced;
    private boolean identified;
  }

  private final Map<PeerId, Entry<C>> byPeer = new OrderedMap<>();
  private int connected;

  void add(C connection) {
    Entry<C> entry = byPeer.computeIfAbsent(connection.remotePeer(), peer -> new Entry<>());
    if (entry.first == null) {
      entry.first = connection;
      connected++;
    } else {
      List<C> others = entry.others == null ? new ArrayList<>(1) : entry.others;
      others.add(connection);
      entry.others = others;
    }
  }

  /** Removes a connection; returns whether it was the last to its peer. */
  boolean remove(C connection) {
    Entry<C> entry = byPeer.get(connection.remotePeer());
    if (entry == null) {
      return false;
    }
    if (entry.first != connection) {
      if (entry.others != null && entry.others.remove(connection) && entry.others.isEmpty()) {
        entry.others = null;
      }
      return false;
    }
    if (entry.others != null) {
      entry.first = entry.others.remove(0);
      entry.others = entry.others.isEmpty() ? null : entry.others;
      return false;
    }
    entry.first = null;
    connected--;
    return true;
  }

  /** Returns the connection for new streams; null when there is none. */
  @Nullable C first(PeerId peer) {
    Entry<C> entry = byPeer.get(peer);
    return entry == null ? null : entry.first;
  }

  /** Returns the connections to a peer; a copy. */
  List<C> all(PeerId peer) {
    List<C> all = new ArrayList<>();
    Entry<C> entry = byPeer.get(peer);
    if (entry != null) {
      addTo(all, entry);
    }
    return all;
  }

  /** Returns every connection; a copy. */
  List<C> all() {
    List<C> all = new ArrayList<>();
    byPeer.values().forEach(entry -> addTo(all, entry));
    return all;
  }

  private static <C> void addTo(List<C> target, Entry<C> entry) {
    if (entry.first != null) {
      target.add(entry.first);
    }
    if (entry.others != null) {
      target.addAll(entry.others);
    }
  }

  /** Returns how many peers are connected. */
  int size() {
    return connected;
  }

  /** Tells of each connected peer with its first connection. */
  void forEach(BiConsumer<PeerId, C> taken) {
    byPeer.forEach(
        (peer, entry) -> {
          if (entry.first != null) {
            taken.accept(peer, entry.first);
          }
        });
  }

  /** Returns whether listeners are to be told that a peer is connected; notes that they were. */
  boolean announce(PeerId peer) {
    Entry<C> entry = byPeer.get(peer);
    if (entry == null || entry.first == null || entry.announced) {
      return false;
    }
    entry.announced = true;
    return true;
  }

  /** Returns whether listeners are to be told that a peer is gone; notes that they were. */
  boolean retract(PeerId peer) {
    Entry<C> entry = byPeer.get(peer);
    if (entry == null || entry.first != null) {
      return false;
    }
    byPeer.remove(peer);
    return entry.announced;
  }

  /** Notes that a peer told what it speaks; returns whether listeners know it as connected. */
  boolean identify(PeerId peer) {
    Entry<C> entry = byPeer.get(peer);
    if (entry == null || !entry.announced) {
      return false;
    }
    entry.identified = true;
    return true;
  }

  /** Returns the peers that listeners know as connected, in order of their ids. */
  List<PeerId> announced() {
    return peers(entry -> entry.announced);
  }

  /** Returns the peers of which listeners know what they speak, in order of their ids. */
  List<PeerId> identified() {
    return peers(entry -> entry.identified);
  }

  /** Returns the connected peers, in order of their ids. */
  List<PeerId> connected() {
    return peers(entry -> entry.first != null);
  }

  private List<PeerId> peers(Predicate<Entry<C>> fits) {
    List<PeerId> peers = new ArrayList<>(byPeer.size());
    byPeer.forEach(
        (peer, entry) -> {
          if (fits.test(entry)) {
            peers.add(peer);
          }
        });
    peers.sort(null);
    return peers;
  }

  void clear() {
    byPeer.clear();
    connected = 0;
  }
}
