package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which of the addresses that a peer tells can be meant for this host: from one on the internet
 * none on this host's own machine or network, and from one on its network none on the machine.
 * Otherwise any peer could have it dial whatever listens behind its firewall.
 */
final class ToldAddresses {
  private ToldAddresses() {}

  /**
   * Returns a message without the addresses that cannot be meant.
   *
   * @param from where the peer is that sent it; null when it hung up before that could be seen,
   *     which counts as from the internet
   */
  static KadMessage meant(KadMessage message, @Nullable Multiaddr from) {
    Predicate<Multiaddr> isMeant = meantBy(from);
    List<PeerInfo> closer = meant(message.closer(), isMeant);
    List<PeerInfo> providers = meant(message.providers(), isMeant);
    return closer == message.closer() && providers == message.providers()
        ? message
        : new KadMessage(message.type(), message.key(), closer, providers, message.record());
  }

  /** Returns whether any address of a peer can be meant by who tells of it, null as above. */
  static boolean isAnyMeant(PeerInfo told, @Nullable Multiaddr from) {
    return told.addresses().stream().anyMatch(meantBy(from));
  }

  /** Returns a peer without its addresses on a machine or network of its own, if it has others. */
  static PeerInfo abroad(PeerInfo told) {
    List<Multiaddr> abroad = told.addresses().stream().filter(meantBy(null)).toList();
    return abroad.isEmpty() || abroad.size() == told.addresses().size()
        ? told
        : new PeerInfo(told.peerId(), abroad);
  }

  private static Predicate<Multiaddr> meantBy(@Nullable Multiaddr from) {
    if (from != null && from.isLoopback()) {
      return address -> true;
    }
    return from != null && from.isPrivate()
        ? address -> !address.isLoopback()
        : address -> !address.isLoopback() && !address.isPrivate();
  }

  /** Returns the same list when all are meant, as nearly always. */
  private static List<PeerInfo> meant(List<PeerInfo> told, Predicate<Multiaddr> isMeant) {
    if (areAllMeant(told, isMeant)) {
      return told;
    }
    List<PeerInfo> meant = new ArrayList<>(told.size());
    for (PeerInfo peer : told) {
      meant.add(new PeerInfo(peer.peerId(), peer.addresses().stream().filter(isMeant).toList()));
    }
    return meant;
  }

  /** Every answer passes here, so without streams. */
  private static boolean areAllMeant(List<PeerInfo> told, Predicate<Multiaddr> isMeant) {
    for (PeerInfo peer : told) {
      for (Multiaddr address : peer.addresses()) {
        if (!isMeant.test(address)) {
          return false;
        }
      }
    }
    return true;
  }
}
