package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.List;

/**
 * A peer and where it may be reached.
 *
 * @param peerId who
 * @param addresses where, without a trailing {@code /p2p}; at most {@value #ADDRESSES_MAX}, further
 *     ones are dropped
 */
public record PeerInfo(PeerId peerId, List<Multiaddr> addresses) {
  /** The most addresses kept of one peer. */
  public static final int ADDRESSES_MAX = 32;

  /** Copies the addresses, dropping those past the bound. */
  public PeerInfo {
    addresses =
        List.copyOf(
            addresses.size() <= ADDRESSES_MAX ? addresses : addresses.subList(0, ADDRESSES_MAX));
  }

  /** Returns this with its first addresses alone, itself when it has no more than so many. */
  public PeerInfo withFirst(int addressesMax) {
    return addresses.size() <= addressesMax
        ? this
        : new PeerInfo(peerId, addresses.subList(0, addressesMax));
  }

  /**
   * Returns this with the addresses of {@code other} that it lacks after its own; either of the two
   * itself when that says it all.
   *
   * @param other the same peer
   */
  public PeerInfo merged(PeerInfo other) {
    if (addresses.isEmpty()) {
      return other;
    }
    List<Multiaddr> all = addresses;
    for (Multiaddr address : other.addresses) {
      if (!all.contains(address)) {
        all = all == addresses ? new ArrayList<>(addresses) : all;
        all.add(address);
      }
    }
    return all == addresses ? this : new PeerInfo(peerId, all);
  }
}
