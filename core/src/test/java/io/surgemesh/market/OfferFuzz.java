package io.surgemesh.market;

import io.surgemesh.multiformats.MalformedMessageException;

/** Reads an offer, and one in its signed envelope. */
public final class OfferFuzz {
  private OfferFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      Offer offer = OfferCodec.decode(data);
      if (!OfferCodec.decode(OfferCodec.encode(offer)).equals(offer)) {
        throw new AssertionError("read back as another");
      }
    } catch (MalformedMessageException refused) {
      // Refusing is all that a decoder may do; what is written must be read, and may be too long.
    }
    try {
      SignedOffer signed = SignedOffer.decode(data);
      if (!SignedOffer.decode(signed.encode()).equals(signed)) {
        throw new AssertionError("read back as another");
      }
    } catch (MalformedMessageException refused) {
      // As above.
    }
  }
}
