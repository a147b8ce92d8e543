package io.surgemesh.crypto;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.Arrays;
import javax.crypto.KeyAgreement;
import javax.security.auth.DestroyFailedException;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;

/**
 * BoringSSL, as Conscrypt has it for the JVM; its provider is handed to each call and registered
 * nowhere, for the TLS of JDK 17 fails beside it.
 *
 * <p>What it refuses, Java judges once more, so that both judge alike: BoringSSL checks Ed25519
 * without the cofactor, and so refuses some signatures that hold here; what it takes always holds
 * with the cofactor too. Copies of private keys that Conscrypt makes are left to the garbage
 * collector.
 */
final class BoringSslPrimitives implements Primitives {
  private static final String X25519 = "XDH";
  private static final String ED25519 = "EdDSA";
  private static final JavaPrimitives JAVA = JavaPrimitives.INSTANCE;

  /** The first Java that has ChaCha20-Poly1305 on vector instructions, faster than by JNI. */
  private static final int FAST_CHACHA_SINCE = 21;

  private final Provider provider;
  private final KeyFactory x25519Keys;
  private final KeyFactory ed25519Keys;

  private BoringSslPrimitives(Provider provider) throws GeneralSecurityException {
    this.provider = provider;
    this.x25519Keys = KeyFactory.getInstance(X25519, provider);
    this.ed25519Keys = KeyFactory.getInstance(ED25519, provider);
  }

  /** Loads the native code; throws a linkage error where there is none for this machine. */
  static BoringSslPrimitives load() throws GeneralSecurityException {
    return of(Conscrypt.newProvider());
  }

  /**
   * Returns those of a provider.
   *
   * @throws GeneralSecurityException when it lacks one, or one answers otherwise than Java's
   */
  static BoringSslPrimitives of(Provider provider) throws GeneralSecurityException {
    BoringSslPrimitives made = new BoringSslPrimitives(provider);
    KnownAnswers.require(made);
    return made;
  }

  @Override
  public X25519Key x25519Key(SecureRandom random) {
    try {
      KeyPair pair = KeyPairGenerator.getInstance(X25519, provider).generateKeyPair();
      byte[] encoded = pair.getPrivate().getEncoded();
      X25519Key key = new X25519Key(tail(encoded), tail(pair.getPublic().getEncoded()));
      Arrays.fill(encoded, (byte) 0);
      destroy(pair.getPrivate());
      return key;
    } catch (GeneralSecurityException failed) {
      return JAVA.x25519Key(random);
    }
  }

  private static void destroy(PrivateKey key) {
    try {
      key.destroy();
    } catch (DestroyFailedException kept) {
      // Then the garbage collector has it.
    }
  }

  /** The key stands at the end of its DER (RFC 8410). */
  private static byte[] tail(byte[] encoded) {
    return Arrays.copyOfRange(encoded, encoded.length - X25519_BYTES, encoded.length);
  }

  @Override
  public boolean x25519(byte[] privateKey, byte[] publicKey, byte[] secret) {
    try {
      agree(privateKey, publicKey, secret);
      return true;
    } catch (GeneralSecurityException refused) {
      return JAVA.x25519(privateKey, publicKey, secret);
    }
  }

  /** Throws when the secret would be zero. */
  void agree(byte[] privateKey, byte[] publicKey, byte[] secret) throws GeneralSecurityException {
    KeyAgreement agreement = KeyAgreement.getInstance(X25519, provider);
    agreement.init(x25519Keys.generatePrivate(new RawKeySpec(privateKey)));
    agreement.doPhase(x25519Keys.generatePublic(new RawKeySpec(publicKey)), true);
    agreement.generateSecret(secret, 0);
  }

  @Override
  public Ed25519Signer ed25519Signer(byte[] seed, byte[] publicKey) {
    return new Signer(seed, JAVA.ed25519Signer(seed, publicKey));
  }

  PrivateKey ed25519Key(byte[] seed) throws GeneralSecurityException {
    return ed25519Keys.generatePrivate(new RawKeySpec(seed));
  }

  byte[] sign(PrivateKey key, byte[] message) throws GeneralSecurityException {
    Signature signature = Signature.getInstance(ED25519, provider);
    signature.initSign(key);
    signature.update(message);
    return signature.sign();
  }

  @Override
  public boolean ed25519Holds(
      byte[] publicKey, Ed25519.PublicPoint point, byte[] message, byte[] signature) {
    return holdsWithoutCofactor(publicKey, message, signature)
        || JAVA.ed25519Holds(publicKey, point, message, signature);
  }

  /** Returns what BoringSSL says of a signature. */
  boolean holdsWithoutCofactor(byte[] publicKey, byte[] message, byte[] signature) {
    try {
      Signature check = Signature.getInstance(ED25519, provider);
      check.initVerify(ed25519Keys.generatePublic(new RawKeySpec(publicKey)));
      check.update(message);
      return check.verify(signature);
    } catch (GeneralSecurityException refused) {
      return false;
    }
  }

  @Override
  public Aead aead(Aead.Algorithm algorithm, byte[] key) {
    boolean faster =
        algorithm == Aead.Algorithm.CHACHA20_POLY1305
            && Runtime.version().feature() < FAST_CHACHA_SINCE;
    return faster ? direct(algorithm, key) : JAVA.aead(algorithm, key);
  }

  /** Returns the native one, faster or not. */
  Aead direct(Aead.Algorithm algorithm, byte[] key) {
    try {
      return new DirectAead(provider, algorithm, key);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("Conscrypt has no " + algorithm, missing);
    }
  }

  /** Reads the key when it first signs, for most identities in a simulation never do. */
  private final class Signer implements Ed25519Signer {
    private final byte[] seed;
    private final Ed25519Signer inJava;
    private volatile @Nullable PrivateKey key;

    Signer(byte[] seed, Ed25519Signer inJava) {
      this.seed = seed;
      this.inJava = inJava;
    }

    @Override
    public byte[] sign(byte[] message) {
      try {
        return BoringSslPrimitives.this.sign(key(), message);
      } catch (GeneralSecurityException failed) {
        return inJava.sign(message);
      }
    }

    private PrivateKey key() throws GeneralSecurityException {
      PrivateKey read = key;
      if (read == null) {
        read = ed25519Key(seed);
        key = read;
      }
      return read;
    }
  }
}
