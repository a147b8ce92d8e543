package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.multiformats.MalformedMessageException;

/** Reads a message of Kademlia, and the same again from what is written of it. */
public final class KadCodecFuzz {
  private KadCodecFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      check(KadCodec.INSTANCE.decode(data));
    } catch (MalformedMessageException refused) {
      // Refusing is all that a decoder may do.
    }
  }

  private static void check(ValueRecord record) {
    if (record.key().size() > KadCodec.KEY_BYTES_MAX
        || record.value().size() > Dht.VALUE_BYTES_MAX) {
      throw new AssertionError("a record beyond its bounds");
    }
  }

  private static int bytesMax(KadMessage message) {
    boolean isShort = message.record().map(r -> r.value().size()).orElse(0) < 16_000;
    return isShort ? KadCodec.WRITTEN_BYTES_MAX : KadCodec.MESSAGE_BYTES_MAX;
  }

  private static void check(KadMessage message) {
    if (message.key().size() > KadCodec.KEY_BYTES_MAX
        || message.closer().size() > KadCodec.CLOSER_MAX
        || message.providers().size() > KadCodec.PROVIDERS_MAX) {
      throw new AssertionError("beyond its bounds");
    }
    message.record().ifPresent(KadCodecFuzz::check);
    for (PeerInfo peer : message.closer()) {
      if (peer.addresses().size() > PeerInfo.ADDRESSES_MAX) {
        throw new AssertionError("a peer of too many addresses");
      }
    }
    try {
      KadMessage fitted = KadCodec.fitted(message);
      byte[] encoded = KadCodec.INSTANCE.encode(fitted);
      if (encoded.length != KadCodec.INSTANCE.encodedBytes(fitted)
          || encoded.length > bytesMax(fitted)) {
        throw new AssertionError("takes another length than it says, or too much");
      }
      if (!KadCodec.INSTANCE.decode(encoded).equals(fitted)) {
        throw new AssertionError("read back as another");
      }
    } catch (MalformedMessageException unreadable) {
      throw new AssertionError("not read back", unreadable);
    }
  }
}
