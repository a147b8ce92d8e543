package io.surgemesh.session;

import com.google.protobuf.ByteString;
import io.surgemesh.crypto.Primitives;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PublicKey;
import io.surgemesh.wire.pb.NoiseExtensions;
import io.surgemesh.wire.pb.NoiseHandshakePayload;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * A host's Noise key with the payload that proves whose it is, made once and used for every
 * handshake.
 *
 * <p>The signature covers the static key only, so it need not be made again (libp2p noise spec, The
 * libp2p Handshake Payload). Immutable and thread-safe. Internal.
 */
public final class NoiseStatic {
  static final int KEY_BYTES = Primitives.X25519_BYTES;

  private static final byte[] SIGNATURE_PREFIX =
      "noise-libp2p-static-key:".getBytes(StandardCharsets.US_ASCII);

  private final byte[] privateKey;
  private final byte[] publicKey;
  private final byte[] payload;
  private final List<String> muxers;
  private final Primitives primitives;

  private NoiseStatic(
      byte[] privateKey,
      byte[] publicKey,
      byte[] payload,
      List<String> muxers,
      Primitives primitives) {
    this.privateKey = privateKey;
    this.publicKey = publicKey;
    this.payload = payload;
    this.muxers = muxers;
    this.primitives = primitives;
  }

  /**
   * Makes a fresh static key and signs it.
   *
   * @param identity signs, once, on the calling thread
   * @param muxers stream muxers offered inside the handshake, best first
   * @param random must be cryptographically strong outside tests
   */
  public static NoiseStatic create(KeyPair identity, List<String> muxers, RandomGenerator random) {
    return create(identity, muxers, random, Primitives.fastest());
  }

  /** As the other, for handshakes and connections by these primitives. */
  public static NoiseStatic create(
      KeyPair identity, List<String> muxers, RandomGenerator random, Primitives primitives) {
    byte[] privateKey = new byte[KEY_BYTES];
    random.nextBytes(privateKey);
    return signed(privateKey, identity.publicKey(), identity::sign, muxers, primitives);
  }

  /** Returns a static key signed by an identity of any type. */
  static NoiseStatic signed(
      byte[] privateKey,
      PublicKey identity,
      UnaryOperator<byte[]> signer,
      List<String> muxers,
      Primitives primitives) {
    byte[] publicKey = publicKeyOf(privateKey);
    NoiseHandshakePayload payload =
        NoiseHandshakePayload.newBuilder()
            .setIdentityKey(ByteString.copyFrom(identity.encode()))
            .setIdentitySig(ByteString.copyFrom(signer.apply(signedBytes(publicKey))))
            .setExtensions(NoiseExtensions.newBuilder().addAllStreamMuxers(muxers))
            .build();
    return new NoiseStatic(
        privateKey, publicKey, payload.toByteArray(), List.copyOf(muxers), primitives);
  }

  /** Returns what the owner of a static key signs. */
  static byte[] signedBytes(byte[] staticKey) {
    byte[] signed = new byte[SIGNATURE_PREFIX.length + staticKey.length];
    System.arraycopy(SIGNATURE_PREFIX, 0, signed, 0, SIGNATURE_PREFIX.length);
    System.arraycopy(staticKey, 0, signed, SIGNATURE_PREFIX.length, staticKey.length);
    return signed;
  }

  /** Returns the X25519 public key of 32 private bytes, which need not be clamped. */
  static byte[] publicKeyOf(byte[] privateKey) {
    byte[] publicKey = new byte[KEY_BYTES];
    X25519.scalarMultBase(privateKey, 0, publicKey, 0);
    return publicKey;
  }

  byte[] privateKey() {
    return privateKey;
  }

  byte[] publicKey() {
    return publicKey;
  }

  byte[] payload() {
    return payload;
  }

  List<String> muxers() {
    return muxers;
  }

  Primitives primitives() {
    return primitives;
  }
}
