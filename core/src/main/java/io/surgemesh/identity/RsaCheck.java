package io.surgemesh.identity;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multihash;
import io.surgemesh.wire.RsaNumbers;
import io.surgemesh.wire.SubjectPublicKeyInfo;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2.2).
 *
 * <p>The block that must come out is made and compared whole: a verifier that takes it apart
 * instead can be lied to in what it skips.
 */
record RsaCheck(BigInteger modulus, BigInteger exponent) implements SignatureCheck {
  /** The object identifier rsaEncryption, then NULL. */
  private static final Bytes ALGORITHM = Bytes.fromHex("06092a864886f70d0101010500");

  /** A DigestInfo of SHA-256 up to the digest itself (RFC 8017 section 9.2, note 1). */
  private static final byte[] DIGEST_INFO =
      Bytes.fromHex("3031300d060960864801650304020105000420").toByteArray();

  private static final int DIGEST_BYTES = 32;

  /** Reads the DER that the peer-ids spec calls PKIX. */
  static RsaCheck of(Bytes encoded) throws MalformedMessageException {
    SubjectPublicKeyInfo info = SubjectPublicKeyInfo.decode(encoded);
    if (!info.algorithm().equals(ALGORITHM)) {
      throw new MalformedMessageException("key is not of the algorithm rsaEncryption");
    }
    RsaNumbers numbers =
        RsaNumbers.decode(info.key(), PublicKey.RSA_BITS_MIN, PublicKey.RSA_BITS_MAX);
    return new RsaCheck(numbers.modulus(), numbers.exponent());
  }

  @Override
  public boolean holds(byte[] message, byte[] signature) {
    if (!canHaveBytes(signature.length)) {
      return false;
    }
    BigInteger number = new BigInteger(1, signature);
    return number.compareTo(modulus) < 0
        && number.modPow(exponent, modulus).equals(new BigInteger(1, block(message)));
  }

  @Override
  public boolean canHaveBytes(int signatureBytes) {
    return signatureBytes == bytes();
  }

  private int bytes() {
    return (modulus.bitLength() + Byte.SIZE - 1) / Byte.SIZE;
  }

  /** Returns the encoded message EM of RFC 8017 section 9.2. */
  private byte[] block(byte[] message) {
    byte[] block = new byte[bytes()];
    int digestAt = block.length - DIGEST_BYTES;
    int infoAt = digestAt - DIGEST_INFO.length;
    block[1] = 1;
    Arrays.fill(block, 2, infoAt - 1, (byte) 0xff);
    System.arraycopy(DIGEST_INFO, 0, block, infoAt, DIGEST_INFO.length);
    System.arraycopy(
        Multihash.sha256(message).digest().toByteArray(), 0, block, digestAt, DIGEST_BYTES);
    return block;
  }
}
