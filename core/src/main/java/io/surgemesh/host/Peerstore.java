package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayList;
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
    private PeerInfo info;
    private List<ProtocolId> protocols = List.of();

    Entry(PeerId peer) {
      this(new PeerInfo(peer, List.of()));
    }

    Entry(PeerInfo info) {
      this.info = info;
    }
  }

  private final Map<PeerId, Entry> entries =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Entry> eldest) {
          return size() > PEERS_MAX;
        }
      };

  /**
   * Remembers addresses of a peer; a trailing {@code /p2p} is cut off, and what then leads nowhere
   * is ignored.
   */
  public synchronized void addAddresses(PeerId peer, List<Multiaddr> addresses) {
    Entry entry = entries.computeIfAbsent(peer, Entry::new);
    List<Multiaddr> present = entry.info.addresses();
    if (endsWith(present, addresses)) {
      return;
    }
    if (present.isEmpty() && addresses.size() == 1 && leadsSomewhere(addresses.get(0))) {
      // One address that everybody knows alike is one list for all.
      entry.info = new PeerInfo(entry.info.peerId(), addresses);
      return;
    }
    Set<Multiaddr> known = new LinkedHashSet<>(present);
    for (Multiaddr address : addresses) {
      Multiaddr bare = address.withoutPeerId();
      if (!leadsSomewhere(bare)) {
        continue;
      }
      known.remove(bare);
      known.add(bare);
      if (known.size() > PeerInfo.ADDRESSES_MAX) {
        known.remove(known.iterator().next());
      }
    }
    entry.info = new PeerInfo(entry.info.peerId(), List.copyOf(known));
  }

  /** Returns whether it can be dialled without more ado: no listening everywhere, no peer named. */
  private static boolean leadsSomewhere(Multiaddr bare) {
    return !bare.isUnspecified() && bare.peerIdBytes().isEmpty();
  }

  /**
   * Remembers what somebody else said of a peer: fills free places, puts out nothing known.
   *
   * <p>When nothing else is known of the peer, {@code heard} itself is kept, so that many stores in
   * one process can share it.
   */
  public synchronized void add(PeerInfo heard) {
    Entry entry = entries.get(heard.peerId());
    if (entry == null && isStorable(heard.addresses())) {
      entries.put(heard.peerId(), new Entry(heard));
      return;
    }
    List<Multiaddr> known = entry == null ? List.of() : entry.info.addresses();
    if (known.containsAll(heard.addresses())) {
      return;
    }
    addAddresses(
        heard.peerId(),
        heard.addresses().stream()
            .filter(address -> !known.contains(address))
            .limit(PeerInfo.ADDRESSES_MAX - known.size())
            .toList());
  }

  /** Returns whether there are addresses, each of them once and such as are kept. */
  private static boolean isStorable(List<Multiaddr> addresses) {
    for (int i = 0; i < addresses.size(); i++) {
      Multiaddr address = addresses.get(i);
      if (address.isUnspecified()
          || address.peerIdBytes().isPresent()
          || addresses.indexOf(address) < i) {
        return false;
      }
    }
    return !addresses.isEmpty();
  }

  /** Returns whether adding what is new would change nothing, not even the order. */
  private static boolean endsWith(List<Multiaddr> present, List<Multiaddr> added) {
    int offset = present.size() - added.size();
    return offset >= 0 && present.subList(offset, present.size()).equals(added);
  }

  /** Forgets one address of a peer, because it led elsewhere. */
  public synchronized void removeAddress(PeerId peer, Multiaddr address) {
    Entry entry = entries.get(peer);
    if (entry != null) {
      List<Multiaddr> kept = new ArrayList<>(entry.info.addresses());
      kept.remove(address.withoutPeerId());
      entry.info = new PeerInfo(entry.info.peerId(), kept);
    }
  }

  /** Returns the known addresses of a peer, oldest first; empty when it is unknown. */
  public List<Multiaddr> addresses(PeerId peer) {
    return info(peer).addresses();
  }

  /** Returns a peer with its known addresses, oldest first; with none when it is unknown. */
  public synchronized PeerInfo info(PeerId peer) {
    Entry entry = entries.get(peer);
    return entry == null ? new PeerInfo(peer, List.of()) : entry.info;
  }

  /** Returns those of some peers of which addresses are known, with these, in the order given. */
  public synchronized List<PeerInfo> reachable(List<PeerId> peers) {
    List<PeerInfo> reachable = new ArrayList<>(peers.size());
    for (PeerId peer : peers) {
      Entry entry = entries.get(peer);
      if (entry != null && !entry.info.addresses().isEmpty()) {
        reachable.add(entry.info);
      }
    }
    return reachable;
  }

  /** Returns how many peers are remembered. */
  public synchronized int size() {
    return entries.size();
  }

  /** Replaces the protocols a peer said it speaks. */
  public synchronized void setProtocols(PeerId peer, List<ProtocolId> protocols) {
    entries.computeIfAbsent(peer, Entry::new).protocols =
        List.copyOf(
            protocols.size() <= PROTOCOLS_MAX ? protocols : protocols.subList(0, PROTOCOLS_MAX));
  }

  /** Returns the protocols a peer said it speaks; empty before identify has run. */
  public synchronized List<ProtocolId> protocols(PeerId peer) {
    Entry entry = entries.get(peer);
    return entry == null ? List.of() : entry.protocols;
  }
}
