package io.surgemesh.identity;

import com.google.protobuf.ByteString;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.ProtobufScan;
import io.surgemesh.wire.ScanLimits;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * A peer's public Ed25519 key, checked to be one under which only its owner can sign.
 *
 * <p>Immutable and equal by its bytes.
 */
public final class PublicKey {
  /** The length of an Ed25519 public key, in bytes. */
  public static final int ED25519_BYTES = 32;

  static final int SIGNATURE_BYTES = 64;

  // The largest key libp2p knows is RSA 8192; one that long is read only to say what it is.
  private static final ScanLimits LIMITS = new ScanLimits(2048, 8, 1);

  private final Bytes raw;
  private final Ed25519.PublicPoint point;

  private PublicKey(Bytes raw, Ed25519.PublicPoint point) {
    this.raw = raw;
    this.point = point;
  }

  /**
   * Returns the key with the given bytes.
   *
   * <p>The eight points of small order are refused, because under them a signature is easily found
   * that holds for any message (RFC 8032 section 5.1.7 leaves them in).
   *
   * @param raw the encoded point, {@value #ED25519_BYTES} bytes
   * @throws MalformedMessageException when it has another length, is no point of the curve, is not
   *     encoded canonically, or has small order
   */
  public static PublicKey ed25519(byte[] raw) throws MalformedMessageException {
    if (raw.length != ED25519_BYTES) {
      throw new MalformedMessageException("Ed25519 public key of " + raw.length + " bytes");
    }
    Bytes kept = Bytes.of(raw);
    Ed25519.PublicPoint point = Ed25519.validatePublicKeyPartialExport(kept.toByteArray(), 0);
    if (point == null) {
      throw new MalformedMessageException("Ed25519 public key is no usable point");
    }
    return new PublicKey(kept, point);
  }

  /**
   * Reads libp2p's PublicKey protobuf (peer-ids spec, Keys).
   *
   * @throws MalformedMessageException when it is not one, or of another type than Ed25519
   */
  public static PublicKey decode(byte[] protobuf) throws MalformedMessageException {
    return of(
        ProtobufScan.parse(io.surgemesh.wire.pb.PublicKey.getDefaultInstance(), protobuf, LIMITS));
  }

  static PublicKey of(io.surgemesh.wire.pb.PublicKey message) throws MalformedMessageException {
    if (!message.hasType() || !message.hasData()) {
      throw new MalformedMessageException("public key without type or data");
    }
    requireEd25519(message.getTypeValue());
    return ed25519(message.getData().toByteArray());
  }

  static void requireEd25519(int typeCode) throws MalformedMessageException {
    if (typeCode != KeyType.ED25519.code()) {
      String name = KeyType.find(typeCode).map(KeyType::name).orElse("number " + typeCode);
      throw new MalformedMessageException("key type " + name + " is not supported, only Ed25519");
    }
  }

  /** Returns the type of this key, always {@link KeyType#ED25519}. */
  public KeyType type() {
    return KeyType.ED25519;
  }

  /** Returns libp2p's PublicKey protobuf, always the same bytes for the same key. */
  public byte[] encode() {
    return toMessage().toByteArray();
  }

  io.surgemesh.wire.pb.PublicKey toMessage() {
    return io.surgemesh.wire.pb.PublicKey.newBuilder()
        .setType(io.surgemesh.wire.pb.KeyType.Ed25519)
        .setData(ByteString.copyFrom(raw.asReadOnlyByteBuffer()))
        .build();
  }

  /** Returns the {@value #ED25519_BYTES} bytes of the key itself, a copy. */
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
   * <p>Takes some 70 microseconds: not for a socket's loop. Never throws; a signature of any other
   * length than 64 bytes, or whose scalar is not reduced, is false, so that nobody can make a
   * second valid signature out of a first.
   *
   * <p>The equation is checked times the cofactor, as RFC 8032 section 5.1.7 step 3 has it.
   * Verifiers that leave the cofactor out, such as those of Go and the JDK, refuse some signatures
   * that hold here; only the owner of the key can make such ones.
   */
  public boolean verify(byte[] message, byte[] signature) {
    return signature.length == SIGNATURE_BYTES
        && Ed25519.verify(signature, 0, point, message, 0, message.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PublicKey that && raw.equals(that.raw);
  }

  @Override
  public int hashCode() {
    return raw.hashCode();
  }

  /** Returns the type and the key in hexadecimal. */
  @Override
  public String toString() {
    return "ed25519:" + raw.toHex();
  }
}
