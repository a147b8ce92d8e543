package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
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
}
