package io.surgemesh.dht;

import io.surgemesh.dht.pb.Message;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.wire.ProtobufSize;
import java.util.ArrayList;
import java.util.List;

/**
 * Leaves out of a message what there is no room for, in this order, until the rest fits: of
 * providers the addresses but the first {@value #ADDRESSES_MIN}, the last provider first; of closer
 * peers the same, the farthest first; whole providers, the last first; whole closer peers, the
 * farthest first. The value stays, whatever its length.
 */
final class MessageCut {
  /** How many addresses a peer keeps at least, as long as it stays itself. */
  static final int ADDRESSES_MIN = 4;

  private final List<PeerInfo> closer;
  private final List<PeerInfo> providers;
  private int surplusBytes;

  private MessageCut(KadMessage message) {
    this.closer = first(message.closer(), KadCodec.CLOSER_MAX);
    this.providers = first(message.providers(), KadCodec.PROVIDERS_MAX);
  }

  /** Returns the message as far as it fits into so many bytes. */
  static KadMessage cut(KadMessage message, int bytesMax) {
    MessageCut cut = new MessageCut(message);
    cut.surplusBytes = cut.left(message).encodedBytes() - bytesMax;
    cut.shorten(cut.providers);
    cut.shorten(cut.closer);
    cut.drop(cut.providers);
    cut.drop(cut.closer);
    return cut.left(message);
  }

  private KadMessage left(KadMessage message) {
    return new KadMessage(message.type(), message.key(), closer, providers, message.record());
  }

  private static List<PeerInfo> first(List<PeerInfo> peers, int countMax) {
    List<PeerInfo> first = new ArrayList<>();
    for (PeerInfo peer : peers.subList(0, Math.min(countMax, peers.size()))) {
      first.add(peer.withFirst(KadCodec.ADDRESSES_WRITTEN_MAX));
    }
    return first;
  }

  private void shorten(List<PeerInfo> peers) {
    for (int i = peers.size() - 1; i >= 0 && surplusBytes > 0; i--) {
      PeerInfo peer = peers.get(i);
      PeerInfo shorter = peer.withFirst(ADDRESSES_MIN);
      surplusBytes -= bytes(peer) - bytes(shorter);
      peers.set(i, shorter);
    }
  }

  private void drop(List<PeerInfo> peers) {
    while (surplusBytes > 0 && !peers.isEmpty()) {
      surplusBytes -= bytes(peers.remove(peers.size() - 1));
    }
  }

  /** Both fields have numbers of the same length. */
  private static int bytes(PeerInfo peer) {
    return ProtobufSize.delimited(Message.CLOSERPEERS_FIELD_NUMBER, KadCodec.peerBytes(peer));
  }
}
