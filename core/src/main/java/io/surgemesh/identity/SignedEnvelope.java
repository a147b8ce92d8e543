package io.surgemesh.identity;

import com.google.protobuf.ByteString;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Varint;
import io.surgemesh.wire.ProtobufScan;
import io.surgemesh.wire.ScanLimits;
import io.surgemesh.wire.pb.Envelope;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A payload with its signer's key and signature (libp2p RFC 0002, Signed Envelopes).
 *
 * <p>Immutable, equal by its bytes. One that was received keeps exactly the bytes it came in, so
 * that hashes over them stay true. Decoding does not verify: that is slow, and a question of the
 * domain.
 */
public final class SignedEnvelope {
  /** The longest payload, in bytes. */
  public static final int PAYLOAD_BYTES_MAX = 64 * 1024;

  /** The longest payload type, in bytes. */
  public static final int PAYLOAD_TYPE_BYTES_MAX = 128;

  /** The longest whole envelope, in bytes. */
  public static final int ENCODED_BYTES_MAX = PAYLOAD_BYTES_MAX + 1024;

  private static final int DOMAIN_BYTES_MAX = 128;
  private static final ScanLimits LIMITS = new ScanLimits(ENCODED_BYTES_MAX, 16, 2);

  private final Bytes encoded;
  private final PublicKey publicKey;
  private final Bytes payloadType;
  private final Bytes payload;
  private final Bytes signature;

  // What was found true stays true, as all of it is immutable; so whoever verifies this same object
  // again, as all peers in one process do that were sent it, need not. Failures are not kept.
  private volatile @Nullable Verified verified;

  private record Verified(Signatures signatures, String domain) {
    boolean covers(Signatures other, String otherDomain) {
      return signatures == other && domain.equals(otherDomain);
    }
  }

  private SignedEnvelope(Bytes encoded, PublicKey publicKey, Envelope message) {
    this.encoded = encoded;
    this.publicKey = publicKey;
    this.payloadType = Bytes.of(message.getPayloadType().toByteArray());
    this.payload = Bytes.of(message.getPayload().toByteArray());
    this.signature = Bytes.of(message.getSignature().toByteArray());
  }

  /**
   * Signs a payload.
   *
   * @param domain what the signature is for, so that it cannot be used elsewhere; 1 to 128 bytes of
   *     UTF-8
   * @param payloadType 1 to {@value #PAYLOAD_TYPE_BYTES_MAX} bytes
   * @param payload at most {@value #PAYLOAD_BYTES_MAX} bytes
   * @throws IllegalArgumentException when one of them has another length
   */
  public static SignedEnvelope seal(
      KeyPair key, Signatures signatures, String domain, byte[] payloadType, byte[] payload) {
    if (payloadType.length == 0
        || payloadType.length > PAYLOAD_TYPE_BYTES_MAX
        || payload.length > PAYLOAD_BYTES_MAX) {
      throw new IllegalArgumentException(
          "payload type of " + payloadType.length + ", payload of " + payload.length + " bytes");
    }
    byte[] signature = signatures.sign(key, signingBytes(domain, payloadType, payload));
    Envelope message = message(key.publicKey(), payloadType, payload, signature);
    return new SignedEnvelope(Bytes.of(message.toByteArray()), key.publicKey(), message);
  }

  /**
   * Reads an envelope; its signature is not verified yet.
   *
   * @throws MalformedMessageException when it is not one, is too long, its key must not be used, or
   *     no signature under that key has the length of this one
   */
  public static SignedEnvelope decode(byte[] encoded) throws MalformedMessageException {
    Envelope message = ProtobufScan.parse(Envelope.getDefaultInstance(), encoded, LIMITS);
    int typeBytes = message.getPayloadType().size();
    if (typeBytes == 0 || typeBytes > PAYLOAD_TYPE_BYTES_MAX) {
      throw new MalformedMessageException("envelope has a payload type of " + typeBytes + " bytes");
    }
    if (message.getPayload().size() > PAYLOAD_BYTES_MAX) {
      throw new MalformedMessageException("envelope payload is too long");
    }
    PublicKey key = PublicKey.of(message.getPublicKey());
    if (!key.canSignIn(message.getSignature().size())) {
      throw new MalformedMessageException(
          "envelope signature of " + message.getSignature().size() + " bytes");
    }
    return new SignedEnvelope(Bytes.of(encoded), key, message);
  }

  private static Envelope message(
      PublicKey publicKey, byte[] payloadType, byte[] payload, byte[] signature) {
    return Envelope.newBuilder()
        .setPublicKey(publicKey.toMessage())
        .setPayloadType(ByteString.copyFrom(payloadType))
        .setPayload(ByteString.copyFrom(payload))
        .setSignature(ByteString.copyFrom(signature))
        .build();
  }

  /**
   * Returns whether these are the bytes the signer's own {@link #seal} made: an envelope can carry
   * unknown fields that no signature covers, so anyone on the way could give it another hash.
   */
  public boolean isCanonical() {
    Envelope again =
        message(
            publicKey, payloadType.toByteArray(), payload.toByteArray(), signature.toByteArray());
    return encoded.equals(Bytes.of(again.toByteArray()));
  }

  /** Returns the bytes this envelope came in, or would travel in; a copy. */
  public byte[] encode() {
    return encoded.toByteArray();
  }

  /** Returns the same bytes as {@link #encode}, without copying them. */
  public Bytes bytes() {
    return encoded;
  }

  /**
   * Returns whether the signature holds for {@code domain}; not for a socket's loop, see {@link
   * PublicKey#verify}. That it did is remembered for as long as this object lives.
   */
  public boolean verify(Signatures signatures, String domain) {
    Verified known = verified;
    if (known != null && known.covers(signatures, domain)) {
      return true;
    }
    byte[] message = signingBytes(domain, payloadType.toByteArray(), payload.toByteArray());
    boolean holds = signatures.verify(publicKey, message, signature.toByteArray());
    if (holds) {
      verified = new Verified(signatures, domain);
    }
    return holds;
  }

  /**
   * Returns normally when the payload is of the given type and the signature holds.
   *
   * @throws MalformedMessageException when either is not so
   */
  public void requireValid(Signatures signatures, String domain, Bytes expectedPayloadType)
      throws MalformedMessageException {
    if (!payloadType.equals(expectedPayloadType)) {
      throw new MalformedMessageException("envelope has another payload type");
    }
    if (!verify(signatures, domain)) {
      throw new MalformedMessageException("envelope signature does not hold");
    }
  }

  /**
   * Returns the bytes that are signed: the domain, the payload type and the payload, each behind
   * its length (Signature Production). For bodies whose signatures travel without an envelope.
   *
   * @param domain 1 to 128 bytes of UTF-8
   * @throws IllegalArgumentException when the domain has another length
   */
  public static byte[] signingBytes(String domain, byte[] payloadType, byte[] payload) {
    byte[] domainBytes = domain.getBytes(StandardCharsets.UTF_8);
    if (domainBytes.length == 0 || domainBytes.length > DOMAIN_BYTES_MAX) {
      throw new IllegalArgumentException("domain of " + domainBytes.length + " bytes");
    }
    ByteBuffer signed =
        ByteBuffer.allocate(
            3 * Varint.BYTES_MAX + domainBytes.length + payloadType.length + payload.length);
    for (byte[] part : new byte[][] {domainBytes, payloadType, payload}) {
      Varint.write(part.length, signed);
      signed.put(part);
    }
    byte[] exact = new byte[signed.flip().remaining()];
    signed.get(exact);
    return exact;
  }

  /** Returns the key that is said to have signed. */
  public PublicKey publicKey() {
    return publicKey;
  }

  /** Returns the peer that is said to have signed. */
  public PeerId signer() {
    return publicKey.toPeerId();
  }

  /** Returns what kind of payload this is. */
  public Bytes payloadType() {
    return payloadType;
  }

  /** Returns what was signed. */
  public Bytes payload() {
    return payload;
  }

  /** Returns the signature; 64 bytes under an Ed25519 key. */
  public Bytes signature() {
    return signature;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SignedEnvelope that && encoded.equals(that.encoded);
  }

  @Override
  public int hashCode() {
    return encoded.hashCode();
  }

  /** Returns the signer and the payload's length. */
  @Override
  public String toString() {
    return "SignedEnvelope[" + signer() + ", " + payload.size() + " bytes]";
  }
}
