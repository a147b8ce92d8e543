package io.surgemesh.session;

import io.surgemesh.identity.PublicKey;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.RsaNumbers;
import io.surgemesh.wire.SubjectPublicKeyInfo;

/**
 * The key of a peer's certificate, of a kind that costs little to check signatures with.
 *
 * <p>Whoever shows one has proven nothing yet, so it is read in the one form that RFC 5480, 8410
 * and 3279 give it before anything is reckoned with: Ed25519; ECDSA on P-256, which all other
 * implementations have, P-384 or P-521, as uncompressed points; and RSA of {@value
 * PublicKey#RSA_BITS_MIN} to {@value #RSA_BITS_MAX} bits with a short exponent.
 *
 * @param encoded the SubjectPublicKeyInfo as it came
 * @param algorithm what the Java security API calls it
 */
record CertificateKey(Bytes encoded, String algorithm) {
  /** The largest modulus of an RSA key, in bits. */
  static final int RSA_BITS_MAX = 4096;

  private static final int UNCOMPRESSED = 4;

  /** What an AlgorithmIdentifier holds, and what such a key looks like. */
  private enum Kind {
    ED25519("06032b6570", "Ed25519", 32),
    P256("06072a8648ce3d020106082a8648ce3d030107", "EC", 1 + 2 * 32),
    P384("06072a8648ce3d020106052b81040022", "EC", 1 + 2 * 48),
    P521("06072a8648ce3d020106052b81040023", "EC", 1 + 2 * 66),
    RSA("06092a864886f70d0101010500", "RSA", 0);

    private final String identifierHex;
    private final String algorithm;
    private final int bytes;

    Kind(String identifierHex, String algorithm, int bytes) {
      this.identifierHex = identifierHex;
      this.algorithm = algorithm;
      this.bytes = bytes;
    }

    static Kind of(Bytes identifier) throws MalformedMessageException {
      String hex = identifier.toHex();
      for (Kind kind : values()) {
        if (kind.identifierHex.equals(hex)) {
          return kind;
        }
      }
      throw new MalformedMessageException("certificate with a key of another kind");
    }

    void require(Bytes key) throws MalformedMessageException {
      if (this == RSA) {
        var unused = RsaNumbers.decode(key, PublicKey.RSA_BITS_MIN, RSA_BITS_MAX);
      } else if (key.size() != bytes || (this != ED25519 && key.get(0) != UNCOMPRESSED)) {
        throw new MalformedMessageException("certificate with a key of another form");
      }
    }
  }

  /**
   * Reads a SubjectPublicKeyInfo that takes up all of {@code encoded}.
   *
   * @throws MalformedMessageException when it is none, or its key is not of a kind that is taken
   */
  static CertificateKey read(byte[] encoded) throws MalformedMessageException {
    SubjectPublicKeyInfo info = SubjectPublicKeyInfo.decode(Bytes.of(encoded));
    Kind kind = Kind.of(info.algorithm());
    kind.require(info.key());
    return new CertificateKey(Bytes.of(encoded), kind.algorithm);
  }
}
