package io.surgemesh.identity;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.DerReader;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key pair under a passphrase: EncryptedPrivateKeyInfo (RFC 5958 section 3) with PBES2 (RFC 8018
 * section 6.2), of PBKDF2 with HMAC-SHA-256 and AES-256-CBC.
 *
 * <p>Inside is a OneAsymmetricKey with the public key (RFC 8410 section 7). CBC proves nothing of
 * what it decrypts; that the public key belongs to the private one does.
 */
final class EncryptedKey {
  /** How often PBKDF2 hashes; what a guess costs. */
  static final int ITERATIONS = 600_000;

  /** The most iterations read: some ten seconds. */
  static final int ITERATIONS_MAX = 10_000_000;

  private static final String KDF = "PBKDF2WithHmacSHA256";
  private static final int KEY_BITS = 256;
  private static final int SALT_BYTES = 16;
  private static final int IV_BYTES = 16;

  private static final byte[] PBES2 = der("06092a864886f70d01050d");
  private static final byte[] PBKDF2 = der("06092a864886f70d01050c");
  private static final byte[] HMAC_SHA256 = der("300c06082a864886f70d02090500");
  private static final byte[] AES_256_CBC = der("060960864801650304012a");

  // What is encrypted has one length, so it is made and read without copies that nobody wipes:
  // version 1, the algorithm Ed25519, and an octet string within another, then the seed ...
  private static final byte[] BEFORE_SEED = der("3051020101300506032b657004220420");

  // ... then, as the optional field 1, a bit string, and the public key.
  private static final byte[] BEFORE_PUBLIC = der("812100");

  private static final int SEED_AT = BEFORE_SEED.length;
  private static final int SEED_END = SEED_AT + KeyPair.SEED_BYTES;
  private static final int PUBLIC_AT = SEED_END + BEFORE_PUBLIC.length;
  private static final int PLAIN_BYTES = PUBLIC_AT + PublicKey.ED25519_BYTES;

  private EncryptedKey() {}

  private static byte[] der(String hex) {
    return Bytes.fromHex(hex).toByteArray();
  }

  /** Returns whether a file that begins so holds such a key rather than a plain one. */
  static boolean isOne(byte[] content) {
    return content.length > 0 && content[0] == DerReader.SEQUENCE;
  }

  /** Encrypts a key pair, which takes some tenths of a second; the passphrase is not wiped. */
  static byte[] seal(KeyPair keyPair, char[] passphrase, int iterations, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    byte[] iv = new byte[IV_BYTES];
    random.nextBytes(salt);
    random.nextBytes(iv);
    byte[] plain = plain(keyPair);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, passphrase, salt, iterations, iv);
      byte[] encrypted = cipher.doFinal(plain);
      return DerWriter.sequence(algorithm(salt, iterations, iv), DerWriter.octets(encrypted));
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError("every Java platform has AES and PBKDF2", impossible);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private static byte[] algorithm(byte[] salt, int iterations, byte[] iv) {
    byte[] count = DerWriter.value(DerReader.INTEGER, BigInteger.valueOf(iterations).toByteArray());
    byte[] kdf =
        DerWriter.sequence(PBKDF2, DerWriter.sequence(DerWriter.octets(salt), count, HMAC_SHA256));
    byte[] scheme = DerWriter.sequence(AES_256_CBC, DerWriter.octets(iv));
    return DerWriter.sequence(PBES2, DerWriter.sequence(kdf, scheme));
  }

  private static byte[] plain(KeyPair keyPair) {
    byte[] plain = Arrays.copyOf(BEFORE_SEED, PLAIN_BYTES);
    keyPair.copySeed(plain, SEED_AT);
    System.arraycopy(BEFORE_PUBLIC, 0, plain, SEED_END, BEFORE_PUBLIC.length);
    byte[] publicKey = keyPair.publicKey().rawBytes();
    System.arraycopy(publicKey, 0, plain, PUBLIC_AT, publicKey.length);
    return plain;
  }

  /**
   * Decrypts a key pair; the passphrase is not wiped.
   *
   * @param iterationsMin fewer are refused, as are more than {@value #ITERATIONS_MAX}
   * @return empty when the passphrase is another, or the salt, the count or the secret is damaged,
   *     which looks the same
   * @throws MalformedMessageException when it is not of exactly the form that {@link #seal} makes
   */
  static Optional<KeyPair> open(byte[] content, char[] passphrase, int iterationsMin)
      throws MalformedMessageException {
    DerReader outer = new DerReader(content);
    DerReader info = outer.enter(DerReader.SEQUENCE);
    outer.requireEnd();
    byte[] algorithm = info.content(DerReader.SEQUENCE);
    byte[] encrypted = info.content(DerReader.OCTET_STRING);
    info.requireEnd();
    DerReader parameters = new DerReader(algorithm);
    parameters.require(PBES2);
    DerReader both = parameters.enter(DerReader.SEQUENCE);
    parameters.requireEnd();
    DerReader kdf = both.enter(DerReader.SEQUENCE);
    DerReader scheme = both.enter(DerReader.SEQUENCE);
    both.requireEnd();
    kdf.require(PBKDF2);
    DerReader derivation = kdf.enter(DerReader.SEQUENCE);
    kdf.requireEnd();
    byte[] salt = octets(derivation, SALT_BYTES);
    int iterations = iterations(derivation.unsigned(), iterationsMin);
    derivation.require(HMAC_SHA256);
    derivation.requireEnd();
    scheme.require(AES_256_CBC);
    byte[] iv = octets(scheme, IV_BYTES);
    scheme.requireEnd();
    return decrypt(encrypted, passphrase, salt, iterations, iv);
  }

  private static byte[] octets(DerReader source, int bytes) throws MalformedMessageException {
    byte[] octets = source.content(DerReader.OCTET_STRING);
    if (octets.length != bytes) {
      throw new MalformedMessageException("encrypted key with another salt or vector");
    }
    return octets;
  }

  private static int iterations(BigInteger count, int iterationsMin)
      throws MalformedMessageException {
    if (count.compareTo(BigInteger.valueOf(iterationsMin)) < 0
        || count.compareTo(BigInteger.valueOf(ITERATIONS_MAX)) > 0) {
      throw new MalformedMessageException("encrypted key with " + count.bitLength() + " bit count");
    }
    return count.intValue();
  }

  private static Optional<KeyPair> decrypt(
      byte[] encrypted, char[] passphrase, byte[] salt, int iterations, byte[] iv) {
    byte[] plain = {};
    try {
      plain = cipher(Cipher.DECRYPT_MODE, passphrase, salt, iterations, iv).doFinal(encrypted);
      return Optional.of(read(plain));
    } catch (BadPaddingException | IllegalBlockSizeException | MalformedMessageException wrong) {
      return Optional.empty();
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError("every Java platform has AES and PBKDF2", impossible);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private static KeyPair read(byte[] plain) throws MalformedMessageException {
    boolean formed =
        plain.length == PLAIN_BYTES
            && Arrays.equals(plain, 0, SEED_AT, BEFORE_SEED, 0, SEED_AT)
            && Arrays.equals(plain, SEED_END, PUBLIC_AT, BEFORE_PUBLIC, 0, BEFORE_PUBLIC.length);
    if (!formed) {
      throw new MalformedMessageException("not a private key with its public key");
    }
    byte[] seed = Arrays.copyOfRange(plain, SEED_AT, SEED_END);
    KeyPair pair = KeyPair.fromSeed(seed);
    Arrays.fill(seed, (byte) 0);
    byte[] claimed = Arrays.copyOfRange(plain, PUBLIC_AT, PLAIN_BYTES);
    if (!MessageDigest.isEqual(claimed, pair.publicKey().rawBytes())) {
      throw new MalformedMessageException("public key does not belong to the private key");
    }
    return pair;
  }

  private static Cipher cipher(int mode, char[] passphrase, byte[] salt, int iterations, byte[] iv)
      throws GeneralSecurityException {
    PBEKeySpec spec = new PBEKeySpec(passphrase, salt, iterations, KEY_BITS);
    byte[] derived = {};
    try {
      derived = SecretKeyFactory.getInstance(KDF).generateSecret(spec).getEncoded();
      Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
      cipher.init(mode, new SecretKeySpec(derived, "AES"), new IvParameterSpec(iv));
      return cipher;
    } finally {
      spec.clearPassword();
      Arrays.fill(derived, (byte) 0);
    }
  }
}
