package io.surgemesh.host;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import io.surgemesh.multiformats.MalformedMessageException;

/** Reads an identify message and the signed record in it. */
public final class IdentifyCodecFuzz {
  private static final PeerId PEER = KeyPair.fromSeed(new byte[KeyPair.SEED_BYTES]).peerId();

  private IdentifyCodecFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      IdentifyMessage message = IdentifyCodec.INSTANCE.decode(data);
      check(message);
      PeerInfo info = message.signedPeerRecord().info(PEER, Signatures.ed25519());
      if (!message.signedPeerRecord().info(PEER, Signatures.ed25519()).equals(info)) {
        throw new AssertionError("another record the second time");
      }
    } catch (MalformedMessageException refused) {
      // Refusing is all that a decoder may do.
    }
  }

  private static void check(IdentifyMessage message) {
    if (message.addresses().size() > Identify.ADDRESSES_MAX
        || message.protocols().size() > Peerstore.PROTOCOLS_MAX) {
      throw new AssertionError("beyond its bounds");
    }
    byte[] encoded = IdentifyCodec.INSTANCE.encode(message);
    if (encoded.length != IdentifyCodec.INSTANCE.encodedBytes(message)) {
      throw new AssertionError("takes another length than it says");
    }
    if (encoded.length > Identify.MESSAGE_BYTES_MAX) {
      return;
    }
    try {
      IdentifyMessage again = IdentifyCodec.INSTANCE.decode(encoded);
      if (!again.protocols().equals(message.protocols())
          || !again.publicKey().equals(message.publicKey())
          || !again.observed().equals(message.observed())
          || !again.signedPeerRecord().equals(message.signedPeerRecord())) {
        throw new AssertionError("read back as another");
      }
    } catch (MalformedMessageException unreadable) {
      throw new AssertionError("not read back", unreadable);
    }
  }
}
