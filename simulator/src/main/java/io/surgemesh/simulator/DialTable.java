package io.surgemesh.simulator;

import io.surgemesh.host.Connection;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.OrderedMap;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The dials of one host that are under way; several calls for one peer or address share one. */
final class DialTable {
  private final SimulatedHost host;
  // Bounded by the dials that the nodes' code makes.
  private final Map<PeerId, Dial> byPeer = new TreeMap<>();
  private final Map<Multiaddr, Dial> byAddress = new OrderedMap<>();

  DialTable(SimulatedHost host) {
    this.host = host;
  }

  /**
   * Dials a peer at its known addresses.
   *
   * @param present a connection to it, if there is one
   */
  CompletableFuture<Connection> connect(PeerId peer, @Nullable ConnectionEnd present) {
    if (present != null) {
      return succeed(present);
    }
    if (peer.equals(host.peerId())) {
      return refuse(peer);
    }
    Dial dial = byPeer.get(peer);
    if (dial == null) {
      List<Multiaddr> known = host.peerstore().addresses(peer);
      dial = new Dial(host, peer, known, () -> byPeer.remove(peer));
      byPeer.put(peer, dial);
      start(dial);
    }
    return dial.result();
  }

  /**
   * Dials an address.
   *
   * @param expected who must answer; null for anyone
   * @param present a connection to whom is expected, if there is one
   */
  CompletableFuture<Connection> connect(
      Multiaddr dialled, @Nullable PeerId expected, @Nullable ConnectionEnd present) {
    if (present != null) {
      return succeed(present);
    }
    if (expected != null && expected.equals(host.peerId())) {
      return refuse(expected);
    }
    Dial dial = byAddress.get(dialled);
    if (dial == null) {
      List<Multiaddr> bare = List.of(dialled.withoutPeerId());
      dial = new Dial(host, expected, bare, () -> byAddress.remove(dialled));
      byAddress.put(dialled, dial);
      start(dial);
    }
    return dial.result();
  }

  /** Returns the peer that an address ends with; null when it ends otherwise. */
  static @Nullable PeerId peerOf(Multiaddr address) {
    Optional<Bytes> encoded = address.peerIdBytes();
    if (encoded.isEmpty()) {
      return null;
    }
    try {
      return PeerId.decode(encoded.get());
    } catch (MalformedMessageException malformed) {
      throw new IllegalArgumentException("no peer id in " + address, malformed);
    }
  }

  /** Fails the dials under way, in a later event. */
  void close() {
    List<Dial> dials = new ArrayList<>(byPeer.values());
    dials.addAll(byAddress.values());
    host.loop().execute(() -> dials.forEach(dial -> dial.fail(Unreachable.Reason.CLOSED)));
  }

  private void start(Dial dial) {
    host.loop()
        .execute(
            () -> {
              if (host.isListening()) {
                dial.tryNext();
              } else {
                dial.fail(Unreachable.Reason.CLOSED);
              }
            });
  }

  private CompletableFuture<Connection> succeed(Connection connection) {
    CompletableFuture<Connection> result = new CompletableFuture<>();
    host.loop().execute(() -> result.complete(connection));
    return result;
  }

  private CompletableFuture<Connection> refuse(PeerId self) {
    CompletableFuture<Connection> result = new CompletableFuture<>();
    Unreachable refused = new Unreachable(self, null, Unreachable.Reason.SELF_DIAL);
    host.loop().execute(() -> result.completeExceptionally(refused));
    return result;
  }
}
