package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
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

  private final KnownPeers known = new KnownPeers(PEERS_MAX);

  /**
   * Remembers addresses of a peer; a trailing {@code /p2p} is cut off, and what then leads nowhere
   * is ignored.
   */
  public synchronized void addAddresses(PeerId peer, List<Multiaddr> addresses) {
    int index = touchOrAdd(peer);
    List<Multiaddr> present = known.info(index).addresses();
    if (present.isEmpty() && areStorable(addresses)) {
      known.setInfo(index, new PeerInfo(peer, addresses));
    } else if (!endsWith(present, addresses)) {
      Set<Multiaddr> merged = new LinkedHashSet<>(present);
      addresses.forEach(address -> addLatest(merged, address.withoutPeerId()));
      known.setInfo(index, new PeerInfo(peer, List.copyOf(merged)));
    }
  }

  /**
   * Remembers addresses of a peer as {@link #addAddresses(PeerId, List)} does.
   *
   * <p>When none is known of the peer, {@code told} itself is kept, so that many stores in one
   * process can share it.
   */
  synchronized void addAddresses(PeerInfo told) {
    int index = touchOrAdd(told.peerId());
    if (known.info(index).addresses().isEmpty() && areStorable(told.addresses())) {
      known.setInfo(index, told);
    } else {
      addAddresses(told.peerId(), told.addresses());
    }
  }

  private static void addLatest(Set<Multiaddr> addresses, Multiaddr bare) {
    if (leadsSomewhere(bare)) {
      addresses.remove(bare);
      addresses.add(bare);
      if (addresses.size() > PeerInfo.ADDRESSES_MAX) {
        addresses.remove(addresses.iterator().next());
      }
    }
  }

  /**
   * Remembers what somebody else said of a peer: fills free places, puts out nothing known, and
   * comes before it, as if it were older: what the peer signed or said itself, or was found at, is
   * dialled first and dropped last.
   *
   * <p>When no address is known of the peer, {@code heard} itself is kept, as above.
   */
  public synchronized void add(PeerInfo heard) {
    int index = known.touch(heard.peerId());
    List<Multiaddr> present = index < 0 ? List.of() : known.info(index).addresses();
    if (present.containsAll(heard.addresses())) {
      return;
    }
    if (present.isEmpty()) {
      addAddresses(heard);
      return;
    }
    List<Multiaddr> merged = new ArrayList<>();
    for (Multiaddr address : heard.addresses()) {
      Multiaddr bare = address.withoutPeerId();
      boolean fits = merged.size() + present.size() < PeerInfo.ADDRESSES_MAX;
      if (fits && leadsSomewhere(bare) && !present.contains(bare) && !merged.contains(bare)) {
        merged.add(bare);
      }
    }
    if (!merged.isEmpty()) {
      merged.addAll(present);
      known.setInfo(index, new PeerInfo(heard.peerId(), merged));
    }
  }

  /** Returns whether there are some addresses, each once and such as are kept, and not too many. */
  private static boolean areStorable(List<Multiaddr> addresses) {
    for (int i = 0; i < addresses.size(); i++) {
      Multiaddr address = addresses.get(i);
      if (!leadsSomewhere(address) || addresses.indexOf(address) < i) {
        return false;
      }
    }
    return !addresses.isEmpty() && addresses.size() <= PeerInfo.ADDRESSES_MAX;
  }

  /** Returns whether it can be dialled without more ado: no listening everywhere, no peer named. */
  private static boolean leadsSomewhere(Multiaddr bare) {
    return !bare.isUnspecified() && bare.peerIdBytes().isEmpty();
  }

  /** Returns whether adding what is new would change nothing, not even the order. */
  private static boolean endsWith(List<Multiaddr> present, List<Multiaddr> added) {
    int offset = present.size() - added.size();
    return offset >= 0 && present.subList(offset, present.size()).equals(added);
  }

  /** Forgets one address of a peer, because it led elsewhere. */
  public synchronized void removeAddress(PeerId peer, Multiaddr address) {
    int index = known.touch(peer);
    if (index >= 0) {
      List<Multiaddr> kept = new ArrayList<>(known.info(index).addresses());
      kept.remove(address.withoutPeerId());
      known.setInfo(index, new PeerInfo(peer, kept));
    }
  }

  /** Returns the known addresses of a peer, oldest first; empty when it is unknown. */
  public List<Multiaddr> addresses(PeerId peer) {
    return info(peer).addresses();
  }

  /** Returns a peer with its known addresses, oldest first; with none when it is unknown. */
  public synchronized PeerInfo info(PeerId peer) {
    int index = known.touch(peer);
    return index < 0 ? new PeerInfo(peer, List.of()) : known.info(index);
  }

  /** Returns those of some peers of which addresses are known, with these, in the order given. */
  public synchronized List<PeerInfo> reachable(List<PeerId> peers) {
    List<PeerInfo> reachable = new ArrayList<>(peers.size());
    for (PeerId peer : peers) {
      int index = known.touch(peer);
      if (index >= 0 && !known.info(index).addresses().isEmpty()) {
        reachable.add(known.info(index));
      }
    }
    return reachable;
  }

  /** Returns peers that said they speak a protocol and can be dialled, the latest touched first. */
  public synchronized List<PeerInfo> speaking(ProtocolId protocol, int countMax) {
    List<PeerInfo> speaking = new ArrayList<>();
    for (int index : known.latestFirst()) {
      boolean reachable = !known.info(index).addresses().isEmpty();
      if (speaking.size() < countMax && reachable && known.protocols(index).contains(protocol)) {
        speaking.add(known.info(index));
      }
    }
    return speaking;
  }

  /** Returns how many peers are remembered. */
  public synchronized int size() {
    return known.size();
  }

  /** Replaces the protocols a peer said it speaks. */
  public synchronized void setProtocols(PeerId peer, List<ProtocolId> protocols) {
    known.setProtocols(
        touchOrAdd(peer),
        List.copyOf(
            protocols.size() <= PROTOCOLS_MAX ? protocols : protocols.subList(0, PROTOCOLS_MAX)));
  }

  /** Returns the protocols a peer said it speaks; empty before identify has run. */
  public synchronized List<ProtocolId> protocols(PeerId peer) {
    int index = known.touch(peer);
    return index < 0 ? List.of() : known.protocols(index);
  }

  private int touchOrAdd(PeerId peer) {
    int index = known.touch(peer);
    return index >= 0 ? index : known.add(new PeerInfo(peer, List.of()));
  }
}
