package io.surgemesh.market;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.KeyType;
import io.surgemesh.identity.Signatures;
import io.surgemesh.identity.SignedEnvelope;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.nio.charset.StandardCharsets;

/**
 * An offer with its provider's signature, as the exact bytes that travelled.
 *
 * <p>Decoding looks at structure only and is quick; {@link #verify} is the slow part and may run on
 * any thread. Immutable; equal when the bytes are.
 */
public final class SignedOffer {
  /** The longest envelope accepted, in bytes. */
  public static final int BYTES_MAX = 4096;

  private static final String DOMAIN = "surgemesh-offer";
  private static final Bytes PAYLOAD_TYPE =
      Bytes.of("/surgemesh/offer".getBytes(StandardCharsets.UTF_8));

  private final Offer offer;
  private final SignedEnvelope envelope;
  private final Bytes hash;

  private SignedOffer(Offer offer, SignedEnvelope envelope, byte[] encoded) {
    this.offer = offer;
    this.envelope = envelope;
    this.hash = Decoding.sha256(encoded);
  }

  /**
   * Signs an offer; slow.
   *
   * @throws IllegalArgumentException when the key is not the provider's, or the result longer than
   *     {@value #BYTES_MAX} bytes
   */
  public static SignedOffer seal(Offer offer, KeyPair keyPair, Signatures signatures) {
    Ranges.require(offer.provider().equals(keyPair.peerId()), "the key is not the provider's");
    SignedEnvelope envelope =
        SignedEnvelope.seal(
            keyPair, signatures, DOMAIN, PAYLOAD_TYPE.toByteArray(), OfferCodec.encode(offer));
    byte[] encoded = envelope.encode();
    Ranges.require(encoded.length <= BYTES_MAX, "the offer is longer than " + BYTES_MAX + " bytes");
    return new SignedOffer(offer, envelope, encoded);
  }

  /**
   * Reads an envelope; its signature is not looked at yet.
   *
   * @param envelope at most {@value #BYTES_MAX} bytes
   * @throws MalformedMessageException when it is malformed, longer, holds no offer or one with a
   *     value out of range, or another peer than the provider signed it, or not with an Ed25519 key
   */
  public static SignedOffer decode(byte[] envelope) throws MalformedMessageException {
    Decoding.require(envelope.length <= BYTES_MAX, "offer of more than " + BYTES_MAX + " bytes");
    SignedEnvelope decoded = SignedEnvelope.decode(envelope);
    Decoding.require(decoded.payloadType().equals(PAYLOAD_TYPE), "envelope holds no offer");
    Offer offer = OfferCodec.decode(decoded.payload().toByteArray());
    Decoding.require(offer.provider().equals(decoded.signer()), "signer is not the provider");
    Decoding.require(
        decoded.publicKey().type() == KeyType.ED25519, "the provider has no Ed25519 key");
    Decoding.require(decoded.isCanonical(), "envelope holds more than its signer put there");
    return new SignedOffer(offer, decoded, envelope);
  }

  /** Returns whether the provider's signature holds; slow, so off the loops. */
  public boolean verify(Signatures signatures) {
    return envelope.verify(signatures, DOMAIN);
  }

  /** Returns what is offered. */
  public Offer offer() {
    return offer;
  }

  /** Returns the SHA-256 of the envelope's bytes, by which an agreement names this version. */
  public Bytes hash() {
    return hash;
  }

  /** Returns the same bytes as {@link #encode}, without copying them. */
  public Bytes bytes() {
    return envelope.bytes();
  }

  /** Returns the envelope's bytes, exactly as sealed or received; a copy. */
  public byte[] encode() {
    return envelope.encode();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SignedOffer signed && envelope.equals(signed.envelope);
  }

  @Override
  public int hashCode() {
    return hash.hashCode();
  }

  @Override
  public String toString() {
    return "SignedOffer["
        + offer.provider()
        + " "
        + offer.offerId()
        + " #"
        + offer.sequence()
        + "]";
  }
}
