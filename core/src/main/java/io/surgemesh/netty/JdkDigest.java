package io.surgemesh.netty;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.bouncycastle.crypto.ExtendedDigest;

/**
 * A hash of the JDK, which has machine code for it, in the form that BouncyCastle's TLS takes.
 *
 * <p>Confined to one thread.
 */
final class JdkDigest implements ExtendedDigest {
  /** Hashes that the cipher suites name. */
  enum Algorithm {
    SHA_256("SHA-256", 32, 64),
    SHA_384("SHA-384", 48, 128);

    private final String jdkName;
    private final int digestBytes;
    private final int blockBytes;

    Algorithm(String jdkName, int digestBytes, int blockBytes) {
      this.jdkName = jdkName;
      this.digestBytes = digestBytes;
      this.blockBytes = blockBytes;
    }
  }

  private final Algorithm algorithm;
  private final MessageDigest digest;

  private JdkDigest(Algorithm algorithm, MessageDigest digest) {
    this.algorithm = algorithm;
    this.digest = digest;
  }

  /** Returns a hash of nothing yet. */
  static JdkDigest of(Algorithm algorithm) {
    try {
      return new JdkDigest(algorithm, MessageDigest.getInstance(algorithm.jdkName));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("this Java has no " + algorithm.jdkName, missing);
    }
  }

  /** Returns one of its own that has hashed the same. */
  JdkDigest copy() {
    try {
      return new JdkDigest(algorithm, (MessageDigest) digest.clone());
    } catch (CloneNotSupportedException missing) {
      throw new IllegalStateException("this Java copies no " + algorithm.jdkName, missing);
    }
  }

  @Override
  public String getAlgorithmName() {
    return algorithm.jdkName;
  }

  @Override
  public int getDigestSize() {
    return algorithm.digestBytes;
  }

  @Override
  public int getByteLength() {
    return algorithm.blockBytes;
  }

  @Override
  public void update(byte in) {
    digest.update(in);
  }

  @Override
  public void update(byte[] in, int offset, int length) {
    digest.update(in, offset, length);
  }

  @Override
  public int doFinal(byte[] out, int offset) {
    try {
      return digest.digest(out, offset, algorithm.digestBytes);
    } catch (DigestException small) {
      throw new IllegalArgumentException("room for less than a hash", small);
    }
  }

  @Override
  public void reset() {
    digest.reset();
  }
}
