package io.surgemesh.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Asks native primitives what Java's answer is known for, before anything is trusted to them. */
final class KnownAnswers {
  private static final JavaPrimitives JAVA = JavaPrimitives.INSTANCE;
  private static final byte[] MESSAGE = "known answers".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = {};
  private static final int KEY_BYTES = 32;

  private KnownAnswers() {}

  /**
   * Checks one of each kind, what is to be refused too.
   *
   * @throws GeneralSecurityException when an answer differs, or there is none
   */
  static void require(BoringSslPrimitives asked) throws GeneralSecurityException {
    agreements(asked);
    signatures(asked);
    for (Aead.Algorithm algorithm : Aead.Algorithm.values()) {
      ciphers(asked, algorithm);
    }
  }

  private static void agreements(BoringSslPrimitives asked) throws GeneralSecurityException {
    SecureRandom random = new SecureRandom();
    X25519Key theirs = asked.x25519Key(random);
    X25519Key ours = JAVA.x25519Key(random);
    byte[] atOurs = new byte[KEY_BYTES];
    byte[] atTheirs = new byte[KEY_BYTES];
    asked.agree(theirs.privateKey(), ours.publicKey(), atTheirs);
    JAVA.x25519(ours.privateKey(), theirs.publicKey(), atOurs);
    require(Arrays.equals(atOurs, atTheirs), "agrees on another secret");
    boolean weak = true;
    try {
      asked.agree(ours.privateKey(), new byte[KEY_BYTES], atTheirs);
    } catch (GeneralSecurityException refused) {
      weak = false;
    }
    require(!weak, "takes a key of small order");
  }

  private static void signatures(BoringSslPrimitives asked) throws GeneralSecurityException {
    byte[] seed = new byte[KEY_BYTES];
    byte[] publicKey = new byte[KEY_BYTES];
    Ed25519.generatePublicKey(seed, 0, publicKey, 0);
    byte[] signature = JAVA.ed25519Signer(seed, publicKey).sign(MESSAGE);
    byte[] other = asked.sign(asked.ed25519Key(seed), MESSAGE);
    require(Arrays.equals(signature, other), "signs otherwise");
    require(asked.holdsWithoutCofactor(publicKey, MESSAGE, signature), "refuses a signature");
    signature[0] ^= 1;
    require(!asked.holdsWithoutCofactor(publicKey, MESSAGE, signature), "takes a forged one");
  }

  private static void ciphers(BoringSslPrimitives asked, Aead.Algorithm algorithm)
      throws GeneralSecurityException {
    byte[] key = new byte[algorithm.keyBytes()];
    byte[] expected = sealed(JAVA.aead(algorithm, key));
    byte[] sealed = sealed(asked.direct(algorithm, key));
    require(Arrays.equals(expected, sealed), "encrypts otherwise: " + algorithm);
    byte[] opened = new byte[MESSAGE.length];
    require(
        open(asked.direct(algorithm, key), sealed, opened) == MESSAGE.length
            && Arrays.equals(opened, MESSAGE),
        "does not decrypt: " + algorithm);
    sealed[0] ^= 1;
    require(
        open(asked.direct(algorithm, key), sealed, opened) == Aead.FAILED,
        "takes a forged message: " + algorithm);
  }

  private static byte[] sealed(Aead aead) {
    byte[] sealed = new byte[MESSAGE.length + Aead.TAG_BYTES];
    aead.begin(new byte[Aead.NONCE_BYTES], MESSAGE, 0, MESSAGE.length);
    aead.seal(MESSAGE, 0, MESSAGE.length, NOTHING, sealed, 0);
    return sealed;
  }

  private static int open(Aead aead, byte[] sealed, byte[] opened) {
    aead.begin(new byte[Aead.NONCE_BYTES], MESSAGE, 0, MESSAGE.length);
    return aead.open(sealed, 0, sealed.length, opened, 0);
  }

  private static void require(boolean holds, String otherwise) throws GeneralSecurityException {
    if (!holds) {
      throw new GeneralSecurityException("it " + otherwise);
    }
  }
}
