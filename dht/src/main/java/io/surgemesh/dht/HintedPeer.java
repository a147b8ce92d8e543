package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.multiformats.Bytes;
import java.time.Instant;

/**
 * A peer that is taken for one that has said of itself that it is in the mesh; see {@link
 * Dht#assume}. Immutable, and meant to be shared by all that assume it: a hint takes some 100
 * bytes.
 */
public final class HintedPeer {
  // It has signed nothing: whoever is told of it by those who assume it takes it for forged.
  private static final Bytes NO_SIGNATURE = Bytes.of(new byte[MemberEvent.SIGNATURE_BYTES]);

  private final Member member;

  /**
   * Creates one.
   *
   * @param peer who, and where
   * @param said when it said so, to the second: by the clock of whoever assumes it, no longer ago
   *     than three of the intervals of {@link HintsConfig#announceInterval}; it is ignored else
   * @throws IllegalArgumentException when there is no address
   */
  public HintedPeer(PeerInfo peer, Instant said) {
    if (peer.addresses().isEmpty()) {
      throw new IllegalArgumentException("no address of " + peer.peerId());
    }
    this.member = new Member(peer, said.getEpochSecond(), NO_SIGNATURE);
  }

  Member member() {
    return member;
  }

  @Override
  public String toString() {
    return member.toString();
  }
}
