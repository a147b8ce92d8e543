package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is known of other peers: their addresses and the protocols they said they speak.
 *
 * <p>Thread-safe. Holds at most {@value #PEERS_MAX} peers; at the bound the one touched longest ago
 * is forgotten. Per peer at most {@value PeerInfo#ADDRESSES_MAX} addresses, the oldest dropped
 * first, and {@value #PROTOCOLS_MAX} protocols, further ones ignored.
 */
public final class Peerstore {
  /** The most peers remembered. */
  public static final int PEERS_MAX = 4096;

  /** The most protocols remembered of one peer. */
  public static final int PROTOCOLS_MAX = 128;

  private static final class Entry {
    private final Set<Multiaddr> addresses = new LinkedHashSet<>();
    private List<ProtocolId> protocols = List.of();
  }

  private final Map<PeerId, Entry> entries =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Entry> eldest) {
          return size() > PEERS_MAX;
        }
      };

  /** Remembers addresses of a peer; a trailing {@code /p2p} is cut off. */
  public synchronized void addAddresses(PeerId peer, List<Multiaddr> addresses) {
    Set<Multiaddr> known = entries.computeIfAbsent(peer, p -> new Entry()).addresses;
    for (Multiaddr address : addresses) {
      Multiaddr bare = address.withoutPeerId();
      known.remove(bare);
      known.add(bare);
      if (known.size() > PeerInfo.ADDRESSES_MAX) {
        known.remove(known.iterator().next());
      }
    }
  }

  /** Forgets one address of a peer, because it led elsewhere. */
  public synchronized void removeAddress(PeerId peer, Multiaddr address) {
    Entry entry = entries.get(peer);
    if (entry != null) {
      entry.addresses.remove(address.withoutPeerId());
    }
  }

  /** Returns the known addresses of a peer, oldest first; empty when it is unknown. */
  public synchronized List<Multiaddr> addresses(PeerId peer) {
    Entry entry = entries.get(peer);
    return entry == null ? List.of() : List.copyOf(entry.addresses);
  }

  /** Returns how many peers are remembered. */
  public synchronized int size() {
    return entries.size();
  }

  /** Replaces the protocols a peer said it speaks. */
  public synchronized void setProtocols(PeerId peer, List<ProtocolId> protocols) {
    entries.computeIfAbsent(peer, p -> new Entry()).protocols =
        List.copyOf(protocols.subList(0, Math.min(protocols.size(), PROTOCOLS_MAX)));
  }

  /** Returns the protocols a peer said it speaks; empty before identify has run. */
  public synchronized List<ProtocolId> protocols(PeerId peer) {
    Entry entry = entries.get(peer);
    return entry == null ? List.of() : entry.protocols;
  }
}
