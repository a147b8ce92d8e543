package io.surgemesh.identity;

import com.google.protobuf.ByteString;
import io.surgemesh.crypto.Ed25519Signer;
import io.surgemesh.crypto.Primitives;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.ProtobufScan;
import io.surgemesh.wire.ScanLimits;
import io.surgemesh.wire.pb.PrivateKey;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * A peer's own Ed25519 key, both halves.
 *
 * <p>Immutable. The private half leaves it through {@link #encode} and into {@link KeyFile} only;
 * it cannot be serialized, and its text form shows the public half. Equal by identity.
 */
public final class KeyPair {
  /** The length of the seed that a key pair grows from, in bytes. */
  public static final int SEED_BYTES = 32;

  private static final int SEED_AND_KEY_BYTES = SEED_BYTES + PublicKey.ED25519_BYTES;
  private static final int OLD_FORM_BYTES = SEED_AND_KEY_BYTES + PublicKey.ED25519_BYTES;
  private static final ScanLimits LIMITS = new ScanLimits(8192, 8, 1);

  private final byte[] seed;
  private final byte[] publicRaw;
  private final PublicKey publicKey;
  private final Ed25519Signer signer;
  private final PeerId peerId;

  private KeyPair(byte[] ownSeed) {
    this.seed = ownSeed;
    this.publicRaw = new byte[PublicKey.ED25519_BYTES];
    Ed25519.generatePublicKey(seed, 0, publicRaw, 0);
    try {
      this.publicKey = PublicKey.ed25519(publicRaw);
    } catch (MalformedMessageException impossible) {
      throw new AssertionError("a key made from a seed is valid", impossible);
    }
    this.signer = Primitives.fastest().ed25519Signer(seed, publicRaw);
    this.peerId = PeerId.of(publicKey);
  }

  /** Returns a new key pair from {@value #SEED_BYTES} bytes of {@code random}. */
  public static KeyPair generate(SecureRandom random) {
    byte[] seed = new byte[SEED_BYTES];
    random.nextBytes(seed);
    return new KeyPair(seed);
  }

  /**
   * Returns the key pair that grows from {@code seed} (RFC 8032 section 5.1.5); a simulation's
   * peers come from here.
   *
   * @param seed {@value #SEED_BYTES} bytes; copied
   * @throws IllegalArgumentException when it has another length
   */
  public static KeyPair fromSeed(byte[] seed) {
    if (seed.length != SEED_BYTES) {
      throw new IllegalArgumentException("seed of " + seed.length + " bytes");
    }
    return new KeyPair(seed.clone());
  }

  /**
   * Reads libp2p's PrivateKey protobuf (peer-ids spec, Ed25519): seed and public key, in the old
   * form the public key twice.
   *
   * @throws MalformedMessageException when it is not one, is of another type than Ed25519, or holds
   *     a public key that does not belong to the seed
   */
  public static KeyPair decode(byte[] protobuf) throws MalformedMessageException {
    PrivateKey message = ProtobufScan.parse(PrivateKey.getDefaultInstance(), protobuf, LIMITS);
    if (!message.hasType() || !message.hasData()) {
      throw new MalformedMessageException("private key without type or data");
    }
    requireEd25519(message.getTypeValue());
    byte[] data = message.getData().toByteArray();
    try {
      return ofSeedAndKey(data);
    } finally {
      Arrays.fill(data, (byte) 0);
    }
  }

  private static void requireEd25519(int typeCode) throws MalformedMessageException {
    if (typeCode != KeyType.ED25519.code()) {
      String name = KeyType.find(typeCode).map(KeyType::name).orElse("number " + typeCode);
      throw new MalformedMessageException("private key of type " + name + ", not ED25519");
    }
  }

  private static KeyPair ofSeedAndKey(byte[] data) throws MalformedMessageException {
    if (data.length != SEED_AND_KEY_BYTES && data.length != OLD_FORM_BYTES) {
      throw new MalformedMessageException("Ed25519 private key of " + data.length + " bytes");
    }
    KeyPair pair = new KeyPair(Arrays.copyOf(data, SEED_BYTES));
    for (int at = SEED_BYTES; at < data.length; at += PublicKey.ED25519_BYTES) {
      byte[] claimed = Arrays.copyOfRange(data, at, at + PublicKey.ED25519_BYTES);
      if (!MessageDigest.isEqual(claimed, pair.publicRaw)) {
        throw new MalformedMessageException("public key does not belong to the private key");
      }
    }
    return pair;
  }

  /** Returns libp2p's PrivateKey protobuf; whoever has these bytes can act as this peer. */
  public byte[] encode() {
    byte[] data = Arrays.copyOf(seed, SEED_AND_KEY_BYTES);
    System.arraycopy(publicRaw, 0, data, SEED_BYTES, publicRaw.length);
    try {
      return PrivateKey.newBuilder()
          .setType(io.surgemesh.wire.pb.KeyType.Ed25519)
          .setData(ByteString.copyFrom(data))
          .build()
          .toByteArray();
    } finally {
      Arrays.fill(data, (byte) 0);
    }
  }

  /** Copies the seed into an array, which the caller wipes. */
  void copySeed(byte[] target, int at) {
    System.arraycopy(seed, 0, target, at, seed.length);
  }

  /** Returns the public half. */
  public PublicKey publicKey() {
    return publicKey;
  }

  /** Returns the id of the peer that owns this key pair. */
  public PeerId peerId() {
    return peerId;
  }

  /**
   * Returns the Ed25519 signature over {@code message}, 64 bytes, always the same for the same
   * message. Takes some 30 microseconds, with native crypto some 10.
   */
  public byte[] sign(byte[] message) {
    return signer.sign(message);
  }

  /** Returns the peer id; nothing of the private half. */
  @Override
  public String toString() {
    return "KeyPair of " + peerId;
  }
}
