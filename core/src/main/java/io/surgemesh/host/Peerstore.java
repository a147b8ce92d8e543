package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known of other peers: their addresses and the protocols they said they speak.
 *
 * <p>Thread-safe. Holds at most {@value #PEERS_MAX} peers; at the bound the one touched longest ago
 * is forgotten. Per peer at most {@value PeerInfo#ADDRESSES_MAX} addresses, the oldest dropped
 * first, and {@value #PROTOCOLS_MAX} protocols, further ones ignored.
 *
 * <p>Addresses expire. What a peer said last of itself, and where it was dialled, is present: it is
 * kept for {@link #PRESENT} after that, or after the end of a connection. What others say of a
 * peer, and what it said before and does not say any more, is past: it is kept for {@link #PAST}
 * after the last of it was said, or became past. An expired address is dropped when its peer is
 * looked at, so expiry costs no time of its own.
 *
 * <p>go-libp2p keeps addresses of a connected peer, for 15 minutes more when it has gone, for an
 * hour when they are signed, and for 2 minutes what others say: it has bootstrap peers to go back
 * to. Here the store is what a peer goes back to when its network was gone for a day, so what peers
 * said themselves is kept as long as in the archive; whoever answers at an old address must prove
 * its identity anyhow.
 */
public final class Peerstore {
  /** The most peers remembered. */
  public static final int PEERS_MAX = 4096;

  /** The most protocols remembered of one peer. */
  public static final int PROTOCOLS_MAX = 128;

  /** How long an address is kept that a peer said last, or was dialled at. */
  public static final Duration PRESENT = Duration.ofDays(7);

  /** How long an address is kept that others say, or that the peer does not say any more. */
  public static final Duration PAST = Duration.ofHours(1);

  private final KnownPeers known = new KnownPeers(PEERS_MAX);
  private final LongSupplier nowNanos;

  /**
   * Creates an empty store.
   *
   * @param nowNanos the monotonic clock of the host, which begins near 0
   */
  public Peerstore(LongSupplier nowNanos) {
    this.nowNanos = nowNanos;
  }

  private int nowSeconds() {
    return (int) TimeUnit.NANOSECONDS.toSeconds(nowNanos.getAsLong());
  }

  /** Returns the second from which on something is expired that is kept for so long from now. */
  private int after(Duration kept) {
    return nowSeconds() + 1 + (int) kept.toSeconds();
  }

  /**
   * Remembers where a peer is; a trailing {@code /p2p} is cut off, and what then leads nowhere is
   * ignored.
   */
  public synchronized void addAddresses(PeerId peer, List<Multiaddr> addresses) {
    int index = touchOrAdd(peer);
    List<Multiaddr> before = known.info(index).addresses();
    if (before.isEmpty() && areStorable(addresses)) {
      known.setInfo(index, new PeerInfo(peer, addresses), 0);
    } else if (!addresses.isEmpty()) {
      merge(index, addresses);
    }
    known.keepPresent(index, after(PRESENT));
  }

  /** Puts what is said now behind what was known before. */
  private void merge(int index, List<Multiaddr> addresses) {
    PeerInfo before = known.info(index);
    int pastCount = known.pastCount(index);
    if (endsWith(before.addresses(), addresses)) {
      int others = before.addresses().size() - addresses.size();
      known.setInfo(index, before, Math.min(pastCount, others));
      return;
    }
    Set<Multiaddr> merged = new LinkedHashSet<>(before.addresses());
    List<Multiaddr> past = new ArrayList<>(before.addresses().subList(0, pastCount));
    for (Multiaddr address : addresses) {
      Multiaddr bare = address.withoutPeerId();
      addLatest(merged, bare);
      past.remove(bare);
    }
    past.retainAll(merged);
    known.setInfo(index, new PeerInfo(before.peerId(), List.copyOf(merged)), past.size());
  }

  /**
   * Remembers all that a peer says of where it is: what it said before becomes past.
   *
   * <p>When none is known of the peer, {@code told} itself is kept, so that many stores in one
   * process can share it.
   *
   * @param dialled where it is connected now, if this host dialled it there; stays present too
   */
  synchronized void addAddresses(PeerInfo told, @Nullable Multiaddr dialled) {
    int index = touchOrAdd(told.peerId());
    List<Multiaddr> addresses = told.addresses();
    if (known.info(index).addresses().isEmpty() && areStorable(addresses)) {
      known.setInfo(index, told, 0);
    } else if (!addresses.isEmpty()) {
      merge(index, addresses);
      leaveBehind(index, addresses, dialled);
    }
    known.keepPresent(index, after(PRESENT));
  }

  /** Makes what is neither said now nor dialled past. */
  private void leaveBehind(int index, List<Multiaddr> told, @Nullable Multiaddr dialled) {
    PeerInfo info = known.info(index);
    List<Multiaddr> past = new ArrayList<>();
    List<Multiaddr> present = new ArrayList<>();
    for (Multiaddr address : info.addresses()) {
      boolean isPresent = (dialled != null && address.equals(dialled)) || isAmong(told, address);
      (isPresent ? present : past).add(address);
    }
    if (past.equals(info.addresses().subList(0, known.pastCount(index)))) {
      return;
    }
    past.addAll(present);
    known.setInfo(index, new PeerInfo(info.peerId(), past), past.size() - present.size());
    known.keepPast(index, after(PAST));
  }

  private static boolean isAmong(List<Multiaddr> told, Multiaddr address) {
    return told.stream().anyMatch(one -> one.withoutPeerId().equals(address));
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

  /** Takes note that a peer was connected until now, so what is present of it stays so. */
  synchronized void renew(PeerId peer) {
    int index = known.indexOf(peer);
    if (index >= 0) {
      known.expire(index, nowSeconds());
      known.keepPresent(index, after(PRESENT));
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
    int index = touch(heard.peerId());
    List<Multiaddr> before = index < 0 ? List.of() : known.info(index).addresses();
    if (before.containsAll(heard.addresses())) {
      if (index >= 0 && isPastSaidAgain(index, heard)) {
        known.keepPast(index, after(PAST));
      }
      return;
    }
    if (index < 0) {
      index = known.add(new PeerInfo(heard.peerId(), List.of()));
    }
    if (before.isEmpty() && areStorable(heard.addresses())) {
      known.setInfo(index, heard, heard.addresses().size());
    } else {
      List<Multiaddr> merged = fresh(before, heard.addresses());
      int pastCount = merged.size() + known.pastCount(index);
      merged.addAll(before);
      known.setInfo(index, new PeerInfo(heard.peerId(), merged), pastCount);
    }
    known.keepPast(index, after(PAST));
  }

  private boolean isPastSaidAgain(int index, PeerInfo heard) {
    List<Multiaddr> past = known.info(index).addresses().subList(0, known.pastCount(index));
    return past.stream().anyMatch(heard.addresses()::contains);
  }

  /** Returns what was not known before, as far as there is room beside that. */
  private static List<Multiaddr> fresh(List<Multiaddr> before, List<Multiaddr> heard) {
    List<Multiaddr> fresh = new ArrayList<>();
    for (Multiaddr address : heard) {
      Multiaddr bare = address.withoutPeerId();
      boolean fits = fresh.size() + before.size() < PeerInfo.ADDRESSES_MAX;
      if (fits && leadsSomewhere(bare) && !before.contains(bare) && !fresh.contains(bare)) {
        fresh.add(bare);
      }
    }
    return fresh;
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
    int index = touch(peer);
    int place = index < 0 ? -1 : known.info(index).addresses().indexOf(address.withoutPeerId());
    if (place >= 0) {
      List<Multiaddr> kept = new ArrayList<>(known.info(index).addresses());
      kept.remove(place);
      int pastCount = known.pastCount(index);
      known.setInfo(index, new PeerInfo(peer, kept), pastCount - (place < pastCount ? 1 : 0));
    }
  }

  /** Returns the known addresses of a peer, oldest first; empty when it is unknown. */
  public List<Multiaddr> addresses(PeerId peer) {
    return info(peer).addresses();
  }

  /** Returns a peer with its known addresses, oldest first; with none when it is unknown. */
  public synchronized PeerInfo info(PeerId peer) {
    int index = touch(peer);
    return index < 0 ? new PeerInfo(peer, List.of()) : known.info(index);
  }

  /**
   * Returns those of some peers that said where they are, with these addresses alone, in the order
   * given: what may be told to others. What others said of a peer is not among them, or one liar
   * would have everybody repeat what it made up.
   */
  public synchronized List<PeerInfo> present(List<PeerId> peers) {
    List<PeerInfo> present = new ArrayList<>(peers.size());
    for (PeerId peer : peers) {
      int index = touch(peer);
      PeerInfo info = index < 0 ? new PeerInfo(peer, List.of()) : present(index);
      if (!info.addresses().isEmpty()) {
        present.add(info);
      }
    }
    return present;
  }

  private PeerInfo present(int index) {
    PeerInfo info = known.info(index);
    int past = known.pastCount(index);
    return past == 0
        ? info
        : new PeerInfo(info.peerId(), info.addresses().subList(past, info.addresses().size()));
  }

  /** Returns peers that said they speak a protocol and can be dialled, the latest touched first. */
  public synchronized List<PeerInfo> speaking(ProtocolId protocol, int countMax) {
    List<PeerInfo> speaking = new ArrayList<>();
    int nowSeconds = nowSeconds();
    for (int index : known.latestFirst()) {
      known.expire(index, nowSeconds);
      boolean reachable = !known.info(index).addresses().isEmpty();
      if (speaking.size() < countMax && reachable && known.protocols(index).contains(protocol)) {
        speaking.add(known.info(index));
      }
    }
    return speaking;
  }

  /** Takes note that peers are of use, so that others are forgotten before them. */
  public synchronized void touchAll(List<PeerId> peers) {
    peers.forEach(this::touch);
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

  private int touch(PeerId peer) {
    int index = known.touch(peer);
    if (index >= 0) {
      known.expire(index, nowSeconds());
    }
    return index;
  }

  private int touchOrAdd(PeerId peer) {
    int index = touch(peer);
    return index >= 0 ? index : known.add(new PeerInfo(peer, List.of()));
  }
}
