package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.OrderedMap;
import io.surgemesh.multiformats.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What peers announced and we asked for: one message per peer at a time, picked at random, must
 * come from anyone within {@value #WAIT_NANOS} ns (gossipsub v1.1 spec, Behaviour Penalty).
 *
 * <p>Bounded by one per peer. All are due after the same time, so the first made is the first due.
 */
final class Promises {
  static final long WAIT_NANOS = 3_000_000_000L;

  private record Promise(Bytes id, long dueNanos) {}

  private final Map<PeerId, Promise> byPeer = new OrderedMap<>();
  private final Map<Bytes, List<PeerId>> byId = new LinkedHashMap<>();

  void add(PeerId peer, Bytes id, long nowNanos) {
    if (byPeer.putIfAbsent(peer, new Promise(id, nowNanos + WAIT_NANOS)) == null) {
      byId.computeIfAbsent(id, unused -> new ArrayList<>()).add(peer);
    }
  }

  /** The message came; whoever promised it has kept its word. */
  void keep(Bytes id) {
    List<PeerId> peers = byId.remove(id);
    if (peers != null) {
      peers.forEach(byPeer::remove);
    }
  }

  void forget(PeerId peer) {
    Promise promise = byPeer.remove(peer);
    if (promise != null) {
      byId.computeIfPresent(
          promise.id,
          (id, peers) -> {
            peers.remove(peer);
            return peers.isEmpty() ? null : peers;
          });
    }
  }

  /** Removes and returns the peers whose promise is overdue. */
  List<PeerId> pollBroken(long nowNanos) {
    List<PeerId> broken = new ArrayList<>();
    for (Map.Entry<PeerId, Promise> oldest : byPeer.entrySet()) {
      if (oldest.getValue().dueNanos > nowNanos) {
        break;
      }
      broken.add(oldest.getKey());
    }
    broken.forEach(this::forget);
    return broken;
  }
}
