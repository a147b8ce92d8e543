package io.surgemesh.identity;

import com.google.protobuf.ByteString;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.ProtobufScan;
import io.surgemesh.wire.ScanLimits;
import java.util.Locale;

/**
 * A peer's public key, checked to be one under which only its owner can sign.
 *
 * <p>Every type that libp2p knows is read, in the one encoding that the peer-ids spec gives it, so
 * that a key has one id. Immutable and equal by its type and bytes.
 */
public final class PublicKey {
  /** The length of an Ed25519 public key, in bytes. */
  public static final int ED25519_BYTES = 32;

  /** The smallest modulus of an RSA key that is taken, in bits; as go-libp2p has it. */
  public static final int RSA_BITS_MIN = 2048;

  /** The largest one, in bits: verifying takes time with the square of it. */
  public static final int RSA_BITS_MAX = 8192;

  private static final int TEXT_BYTES_MAX = 64;

  // The largest key taken, RSA with 8192 bits, is 1,062 bytes long.
  private static final ScanLimits LIMITS = new ScanLimits(2048, 8, 1);

  private final KeyType type;
  private final Bytes raw;
  private final SignatureCheck check;

  private PublicKey(KeyType type, Bytes raw, SignatureCheck check) {
    this.type = type;
    this.raw = raw;
    this.check = check;
  }

  /**
   * Returns the Ed25519 key with the given bytes.
   *
   * <p>The eight points of small order are refused, because under them a signature is easily found
   * that holds for any message (RFC 8032 section 5.1.7 leaves them in).
   *
   * @param raw the encoded point, {@value #ED25519_BYTES} bytes
   * @throws MalformedMessageException when it has another length, is no point of the curve, is not
   *     encoded canonically, or has small order
   */
  public static PublicKey ed25519(byte[] raw) throws MalformedMessageException {
    return of(KeyType.ED25519, Bytes.of(raw));
  }

  /**
   * Reads libp2p's PublicKey protobuf (peer-ids spec, Keys).
   *
   * <p>Takes some 100 microseconds at most. RSA keys have 2048 to 8192 bits and an odd exponent of
   * at most 31 bits; ECDSA keys are uncompressed points on P-224, P-256, P-384 or P-521; secp256k1
   * keys are compressed points.
   *
   * @throws MalformedMessageException when it is not one, its DER is not exact, or the key in it
   *     must not be used
   */
  public static PublicKey decode(byte[] protobuf) throws MalformedMessageException {
    return of(
        ProtobufScan.parse(io.surgemesh.wire.pb.PublicKey.getDefaultInstance(), protobuf, LIMITS));
  }

  static PublicKey of(io.surgemesh.wire.pb.PublicKey message) throws MalformedMessageException {
    if (!message.hasType() || !message.hasData()) {
      throw new MalformedMessageException("public key without type or data");
    }
    ByteString data = message.getData();
    if (data.size() > LIMITS.bytesMax()) {
      throw new MalformedMessageException("public key of " + data.size() + " bytes");
    }
    int code = message.getTypeValue();
    KeyType type =
        KeyType.find(code)
            .orElseThrow(() -> new MalformedMessageException("no key type has number " + code));
    return of(type, Bytes.of(data.toByteArray()));
  }

  static PublicKey of(KeyType type, Bytes raw) throws MalformedMessageException {
    SignatureCheck check =
        switch (type) {
          case RSA -> RsaCheck.of(raw);
          case ED25519 -> Ed25519Check.of(raw);
          case SECP256K1 -> EcdsaCheck.ofSecp256k1(raw);
          case ECDSA -> EcdsaCheck.ofInfo(raw);
        };
    return new PublicKey(type, raw, check);
  }

  /** Returns the type of this key. */
  public KeyType type() {
    return type;
  }

  /** Returns libp2p's PublicKey protobuf, always the same bytes for the same key. */
  public byte[] encode() {
    return toMessage().toByteArray();
  }

  io.surgemesh.wire.pb.PublicKey toMessage() {
    return io.surgemesh.wire.pb.PublicKey.newBuilder()
        .setTypeValue(type.code())
        .setData(ByteString.copyFrom(raw.asReadOnlyByteBuffer()))
        .build();
  }

  /**
   * Returns the bytes of the key itself, a copy: {@value #ED25519_BYTES} of an Ed25519 key, 33 of
   * one of secp256k1, DER of the others.
   */
  public byte[] rawBytes() {
    return raw.toByteArray();
  }

  /** Returns the id of the peer that owns this key. */
  public PeerId toPeerId() {
    return PeerId.of(this);
  }

  /**
   * Returns whether {@code signature} over {@code message} was made with this key's private half.
   *
   * <p>Takes some 70 microseconds for Ed25519 and up to some milliseconds for the others: not for a
   * socket's loop. Never throws. Nobody but the owner can make a second valid signature out of a
   * first, but for ECDSA on NIST's curves, whose signatures come in pairs (r, s) and (r, n - s).
   *
   * <p>Ed25519: a signature of any other length than 64 bytes, or whose scalar is not reduced, is
   * false. The equation is checked times the cofactor, as RFC 8032 section 5.1.7 step 3 has it.
   * Verifiers that leave the cofactor out, such as those of Go and the JDK, refuse some signatures
   * that hold here; only the owner of the key can make such ones.
   *
   * <p>RSA: PKCS #1 v1.5 with SHA-256. ECDSA and secp256k1: over SHA-256, in exact DER; secp256k1
   * with the lower s (BIP 62).
   */
  public boolean verify(byte[] message, byte[] signature) {
    return check.holds(message, signature);
  }

  /** Returns whether a signature under this key can have that length, which costs nothing. */
  boolean canSignIn(int signatureBytes) {
    return check.canHaveBytes(signatureBytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PublicKey that && type == that.type && raw.equals(that.raw);
  }

  @Override
  public int hashCode() {
    return raw.hashCode();
  }

  /** Returns the type and the key in hexadecimal, of a long one its beginning. */
  @Override
  public String toString() {
    String name = type.name().toLowerCase(Locale.ROOT);
    return name + ":" + (raw.size() <= TEXT_BYTES_MAX ? raw : raw.slice(0, TEXT_BYTES_MAX)).toHex();
  }
}
