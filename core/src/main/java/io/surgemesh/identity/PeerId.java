package io.surgemesh.identity;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multihash;
import io.surgemesh.multiformats.PeerIdFormat;
import io.surgemesh.multiformats.Sha256;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The name of a peer: a multihash of its public key (libp2p peer-ids spec, Peer Ids).
 *
 * <p>Immutable, equal by its bytes, and ordered by them as unsigned bytes. Those of Ed25519 and
 * secp256k1 keys hold the key itself; those of other keys only its SHA-256.
 */
public final class PeerId implements Comparable<PeerId> {
  private static final Bytes ED25519_HEAD = Bytes.fromHex("08011220");
  private static final Bytes SECP256K1_HEAD = Bytes.fromHex("08021221");
  private static final int HEAD_BYTES = 4;
  private static final int SECP256K1_BYTES = 33;

  /** A multihash that holds a key of Ed25519 begins like this: identity, its length, its head. */
  private static final Bytes ED25519_MULTIHASH_HEAD = Bytes.fromHex("0024" + "08011220");

  private static final int ED25519_MULTIHASH_BYTES =
      ED25519_MULTIHASH_HEAD.size() + PublicKey.ED25519_BYTES;

  private final Bytes encoded;

  // Unset until asked for; as in String, threads may make them twice but never differently. Ids are
  // compared far more often than made, mostly with others: the hash tells without their bytes.
  private int hash;
  private @Nullable Sha256 sha256;
  private @Nullable String text;

  private PeerId(Bytes encoded) {
    this.encoded = encoded;
  }

  private PeerId(Multihash multihash) {
    this(Bytes.of(multihash.encode()));
  }

  /** Returns the id of the peer that owns {@code key}. */
  public static PeerId of(PublicKey key) {
    byte[] encoded = key.encode();
    return new PeerId(
        encoded.length <= PeerIdFormat.IDENTITY_BYTES_MAX
            ? Multihash.identity(encoded)
            : Multihash.sha256(encoded));
  }

  /**
   * Reads an id from text: base58btc ({@code 12D3Koo...}, {@code Qm...}) or a CIDv1 ({@code
   * bafz...}).
   *
   * @throws MalformedMessageException when it is neither
   */
  public static PeerId parse(String text) throws MalformedMessageException {
    return checked(PeerIdFormat.parse(text));
  }

  /**
   * Reads an id from its multihash.
   *
   * @throws MalformedMessageException when it is no multihash of a peer
   */
  public static PeerId decode(byte[] encoded) throws MalformedMessageException {
    return decode(Bytes.of(encoded));
  }

  /** Reads an id from its multihash, as {@link #decode(byte[])} does. */
  public static PeerId decode(Bytes encoded) throws MalformedMessageException {
    // Nearly all are like this, and need not be taken apart.
    return encoded.size() == ED25519_MULTIHASH_BYTES && encoded.startsWith(ED25519_MULTIHASH_HEAD)
        ? new PeerId(encoded)
        : checked(PeerIdFormat.decode(encoded.toByteArray()));
  }

  /**
   * Refuses an inlined key that is not the canonical protobuf of one, so that a key has one id; RSA
   * and ECDSA keys are too long to be inlined. Whether it is a point of the curve is left to {@link
   * #publicKey}: ids come by the hundred.
   */
  private static PeerId checked(Multihash multihash) throws MalformedMessageException {
    if (multihash.code() == Multihash.IDENTITY && inlinedType(multihash.digest()).isEmpty()) {
      throw new MalformedMessageException("peer id does not hold a public key");
    }
    return new PeerId(multihash);
  }

  private static Optional<KeyType> inlinedType(Bytes key) {
    if (key.startsWith(ED25519_HEAD) && key.size() == HEAD_BYTES + PublicKey.ED25519_BYTES) {
      return Optional.of(KeyType.ED25519);
    }
    if (key.startsWith(SECP256K1_HEAD) && key.size() == HEAD_BYTES + SECP256K1_BYTES) {
      return Optional.of(KeyType.SECP256K1);
    }
    return Optional.empty();
  }

  /** Returns the multihash, a copy. */
  public byte[] encode() {
    return encoded.toByteArray();
  }

  /** Returns the multihash. */
  public Bytes bytes() {
    return encoded;
  }

  /** Returns the SHA-256 of {@link #bytes()}, hashed once for as long as this object lives. */
  public Sha256 sha256() {
    Sha256 known = sha256;
    if (known == null) {
      known = Sha256.of(encoded);
      sha256 = known;
    }
    return known;
  }

  /**
   * Returns the key this id holds; empty when it holds only a hash, or bytes that are no usable
   * key. Takes some 10 microseconds for Ed25519, ten times that for secp256k1.
   */
  public Optional<PublicKey> publicKey() {
    Multihash multihash = multihash();
    if (multihash.code() != Multihash.IDENTITY) {
      return Optional.empty();
    }
    Bytes key = multihash.digest();
    Optional<KeyType> type = inlinedType(key);
    try {
      return type.isEmpty()
          ? Optional.empty()
          : Optional.of(PublicKey.of(type.get(), key.slice(HEAD_BYTES, key.size())));
    } catch (MalformedMessageException unusable) {
      return Optional.empty();
    }
  }

  /** Returns the CIDv1 text form, {@code bafz...}. */
  public String toCid() {
    return PeerIdFormat.toCid(multihash());
  }

  @Override
  public int compareTo(PeerId other) {
    return encoded.compareTo(other.encoded);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof PeerId that
            && hashCode() == that.hashCode()
            && encoded.equals(that.encoded));
  }

  @Override
  public int hashCode() {
    int known = hash;
    if (known == 0) {
      known = encoded.hashCode();
      hash = known;
    }
    return known;
  }

  private Multihash multihash() {
    try {
      return Multihash.decode(encoded.toByteArray());
    } catch (MalformedMessageException impossible) {
      throw new AssertionError("made from a multihash", impossible);
    }
  }

  /** Returns the base58btc text form, which {@link #parse} reads back. */
  @Override
  public String toString() {
    String known = text;
    if (known == null) {
      known = PeerIdFormat.toBase58(multihash());
      text = known;
    }
    return known;
  }
}
