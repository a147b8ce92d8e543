package io.surgemesh.wire;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;

/**
 * A public key with the name of its algorithm (RFC 5280 section 4.1.2.7), the DER of RSA and ECDSA
 * keys, and of those of certificates.
 *
 * @param algorithm what is inside the AlgorithmIdentifier, as it came
 * @param key what is inside the bit string
 */
public record SubjectPublicKeyInfo(Bytes algorithm, Bytes key) {
  /**
   * Reads one that takes up all of {@code encoded}.
   *
   * @throws MalformedMessageException when it is not DER, or has more or less in it
   */
  public static SubjectPublicKeyInfo decode(Bytes encoded) throws MalformedMessageException {
    DerReader outer = new DerReader(encoded.toByteArray());
    DerReader info = outer.enter(DerReader.SEQUENCE);
    outer.requireEnd();
    Bytes algorithm = Bytes.of(info.content(DerReader.SEQUENCE));
    Bytes key = Bytes.of(info.bitString(DerReader.BIT_STRING));
    info.requireEnd();
    return new SubjectPublicKeyInfo(algorithm, key);
  }
}
