package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which of the addresses that an answer tells can be meant for this host: from a peer on the
 * internet none on this host's own machine or network, and from one on its network none on the
 * machine. Otherwise any peer could have it dial whatever listens behind its firewall.
 */
final class ToldAddresses {
  private ToldAddresses() {}

  /**
   * Returns an answer without the addresses that cannot be meant.
   *
   * @param from where the peer is that answered
   */
  static KadMessage meant(KadMessage answer, Multiaddr from) {
    if (from.isLoopback()) {
      return answer;
    }
    Predicate<Multiaddr> isMeant =
        from.isPrivate()
            ? address -> !address.isLoopback()
            : address -> !address.isLoopback() && !address.isPrivate();
    List<PeerInfo> closer = meant(answer.closer(), isMeant);
    List<PeerInfo> providers = meant(answer.providers(), isMeant);
    return closer == answer.closer() && providers == answer.providers()
        ? answer
        : new KadMessage(answer.type(), answer.key(), closer, providers, answer.record());
  }

  /** Returns the same list when all are meant, as nearly always. */
  private static List<PeerInfo> meant(List<PeerInfo> told, Predicate<Multiaddr> isMeant) {
    if (told.stream().allMatch(peer -> peer.addresses().stream().allMatch(isMeant))) {
      return told;
    }
    List<PeerInfo> meant = new ArrayList<>(told.size());
    for (PeerInfo peer : told) {
      meant.add(new PeerInfo(peer.peerId(), peer.addresses().stream().filter(isMeant).toList()));
    }
    return meant;
  }
}
