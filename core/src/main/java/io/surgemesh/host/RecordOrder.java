package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The number of the newest signed record that each peer has shown (libp2p RFC 0003, Sequence Number
 * Semantics). Thread-safe.
 *
 * <p>Holds {@value #PEERS_MAX} peers; beyond, the one that showed its first record longest ago is
 * forgotten, whose old record would then be taken once. In arrays: 16 bytes a peer, and their
 * hashes are looked through faster than an entry of a map is fetched.
 */
final class RecordOrder {
  static final int PEERS_MAX = 256;

  private static final int CAPACITY_FIRST = 8;

  private @Nullable PeerId[] peers = new @Nullable PeerId[CAPACITY_FIRST];
  private int[] hashes = new int[CAPACITY_FIRST];
  private long[] newest = new long[CAPACITY_FIRST];
  private int count;
  // Whose place the next newcomer takes, once there is no room.
  private int oldest;

  /** Returns whether no newer record of the peer was shown; remembers this one if so. */
  synchronized boolean isNewest(PeerId peer, long seq) {
    int index = indexOf(peer);
    if (index < 0) {
      index = add(peer);
    } else if (Long.compareUnsigned(seq, newest[index]) < 0) {
      return false;
    }
    newest[index] = seq;
    return true;
  }

  private int indexOf(PeerId peer) {
    int hash = peer.hashCode();
    for (int i = 0; i < count; i++) {
      if (hashes[i] == hash && peer.equals(peers[i])) {
        return i;
      }
    }
    return -1;
  }

  private int add(PeerId peer) {
    int index = count;
    if (count == PEERS_MAX) {
      index = oldest;
      oldest = (oldest + 1) % PEERS_MAX;
    } else if (count++ == peers.length) {
      int capacity = Math.min(PEERS_MAX, index + (index >> 1));
      peers = Arrays.copyOf(peers, capacity);
      hashes = Arrays.copyOf(hashes, capacity);
      newest = Arrays.copyOf(newest, capacity);
    }
    peers[index] = peer;
    hashes[index] = peer.hashCode();
    return index;
  }
}
