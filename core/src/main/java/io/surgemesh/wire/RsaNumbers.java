package io.surgemesh.wire;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.math.BigInteger;

/**
 * The two numbers of a public RSA key (RFC 8017 appendix A.1.1), of a size that peers may make us
 * reckon with.
 */
public record RsaNumbers(BigInteger modulus, BigInteger exponent) {
  // As in Go: no key in use has a larger one, and time grows with its length.
  private static final int EXPONENT_BITS_MAX = 31;

  private static final BigInteger EXPONENT_MIN = BigInteger.valueOf(3);

  /**
   * Reads the DER of a key; nothing is reckoned with.
   *
   * @param bitsMin the shortest modulus taken
   * @param bitsMax the longest
   * @throws MalformedMessageException when it is not DER, or a number is even or out of range
   */
  public static RsaNumbers decode(Bytes encoded, int bitsMin, int bitsMax)
      throws MalformedMessageException {
    DerReader outer = new DerReader(encoded.toByteArray());
    DerReader pair = outer.enter(DerReader.SEQUENCE);
    outer.requireEnd();
    BigInteger modulus = pair.unsigned();
    BigInteger exponent = pair.unsigned();
    pair.requireEnd();
    int bits = modulus.bitLength();
    if (bits < bitsMin || bits > bitsMax || !modulus.testBit(0)) {
      throw new MalformedMessageException("RSA modulus is even or has " + bits + " bits");
    }
    if (exponent.compareTo(EXPONENT_MIN) < 0
        || exponent.bitLength() > EXPONENT_BITS_MAX
        || !exponent.testBit(0)) {
      throw new MalformedMessageException("RSA exponent is even, too small or too large");
    }
    return new RsaNumbers(modulus, exponent);
  }
}
