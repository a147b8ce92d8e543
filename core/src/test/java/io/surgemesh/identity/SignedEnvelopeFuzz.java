package io.surgemesh.identity;

import io.surgemesh.multiformats.MalformedMessageException;
import java.util.Arrays;

/** Reads a signed envelope and the peer record in it. */
public final class SignedEnvelopeFuzz {
  private static final Signatures SIGNATURES = Ed25519Signatures.INSTANCE;

  private SignedEnvelopeFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      SignedEnvelope envelope = SignedEnvelope.decode(data);
      if (!Arrays.equals(envelope.encode(), data)
          || data.length > SignedEnvelope.ENCODED_BYTES_MAX
          || envelope.payload().size() > SignedEnvelope.PAYLOAD_BYTES_MAX) {
        throw new AssertionError("other bytes than came, or too many");
      }
      if (envelope.isCanonical() && !SignedEnvelope.decode(envelope.encode()).equals(envelope)) {
        throw new AssertionError("read back as another");
      }
      PeerRecord record = PeerRecord.read(envelope);
      if (!record.peerId().equals(envelope.signer())
          || record.addresses().size() > PeerRecord.ADDRESSES_MAX) {
        throw new AssertionError("a record of another peer, or too long");
      }
      if (!PeerRecord.open(envelope, SIGNATURES).equals(record)) {
        throw new AssertionError("read back as another");
      }
    } catch (MalformedMessageException refused) {
      // Refusing is all that a decoder may do.
    }
  }
}
