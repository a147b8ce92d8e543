package io.surgemesh.session;

import io.surgemesh.crypto.Primitives;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The chaining key and transcript hash of one handshake with SHA-256.
 *
 * @see <a href="https://noiseprotocol.org/noise.html#the-symmetricstate-object">Noise, section
 *     5.2</a>
 */
final class NoiseSymmetricState {
  private static final String MAC = "HmacSHA256";
  private static final byte[] EMPTY = {};

  private final Primitives primitives;
  private byte[] chainingKey;
  private byte[] hash;
  private @Nullable CipherState cipher;

  /**
   * Starts a transcript; the name must be of exactly 32 bytes, and the prologue is mixed in next.
   */
  NoiseSymmetricState(String protocolName, Primitives primitives) {
    this.primitives = primitives;
    hash = protocolName.getBytes(StandardCharsets.US_ASCII);
    chainingKey = hash;
  }

  void mixHash(byte[] data) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(hash);
      hash = digest.digest(data);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this Java has no SHA-256", missing);
    }
  }

  void mixKey(byte[] secret) {
    byte[][] keys = derive(secret);
    chainingKey = keys[0];
    cipher = new CipherState(primitives, keys[1]);
  }

  byte[] encryptAndHash(byte[] plain) {
    byte[] encrypted = plain;
    if (cipher != null) {
      encrypted = new byte[plain.length + CipherState.TAG_BYTES];
      cipher.encryptWithAd(hash, plain, encrypted);
    }
    mixHash(encrypted);
    return encrypted;
  }

  /** Returns the plain bytes, or null when they are forged. */
  byte @Nullable [] decryptAndHash(byte[] encrypted) {
    byte[] plain = encrypted;
    if (cipher != null) {
      plain = new byte[Math.max(0, encrypted.length - CipherState.TAG_BYTES)];
      if (cipher.decryptWithAd(hash, encrypted, plain) == CipherState.FAILED) {
        return null;
      }
    }
    mixHash(encrypted);
    return plain;
  }

  /** Returns the initiator's and the responder's sending key. */
  byte[][] split() {
    return derive(EMPTY);
  }

  /** HKDF with two outputs (Noise, section 4.3). */
  private byte[][] derive(byte[] input) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(chainingKey, MAC));
      byte[] temporary = mac.doFinal(input);
      mac.init(new SecretKeySpec(temporary, MAC));
      byte[] first = mac.doFinal(new byte[] {1});
      mac.update(first);
      byte[] second = mac.doFinal(new byte[] {2});
      Arrays.fill(temporary, (byte) 0);
      return new byte[][] {first, second};
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this Java has no " + MAC, missing);
    }
  }
}
