package io.surgemesh.dht;

import io.surgemesh.host.Host;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Whom to dial when all others are lost: peers that were met, in this life or an earlier one, and
 * some that other parts of the mesh know of. On the host's mesh loop.
 */
final class Recollection {
  /** How many of those known elsewhere are among them at most. */
  static final int OTHERS_MAX = 8;

  private final Host host;
  private final ProtocolId protocol;
  private Supplier<List<PeerInfo>> source = List::of;

  /**
   * Creates it without a source.
   *
   * @param protocol what those met before have said they speak
   */
  Recollection(Host host, ProtocolId protocol) {
    this.host = host;
    this.protocol = protocol;
  }

  /** Says who else knows of peers. */
  void setSource(Supplier<List<PeerInfo>> known) {
    source = known;
  }

  /** Returns an address of each, with its peer; at most {@link Joining#REMEMBERED_MAX}. */
  List<Multiaddr> addresses() {
    List<PeerInfo> others =
        source.get().stream()
            .filter(peer -> !peer.addresses().isEmpty() && !peer.peerId().equals(host.peerId()))
            .limit(OTHERS_MAX)
            .toList();
    int metMax = Joining.REMEMBERED_MAX - others.size();
    List<PeerInfo> all = new ArrayList<>(host.peerstore().speaking(protocol, metMax));
    all.addAll(others);
    return all.stream().map(Recollection::latest).distinct().toList();
  }

  private static Multiaddr latest(PeerInfo peer) {
    Multiaddr latest = peer.addresses().get(peer.addresses().size() - 1);
    return latest.withPeerId(peer.peerId().bytes());
  }
}
