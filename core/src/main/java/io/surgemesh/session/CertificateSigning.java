package io.surgemesh.session;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;

/**
 * The ways in which peers' certificates may be signed: those that the handshake offers, each by the
 * whole of its AlgorithmIdentifier (RFC 8410 section 3, RFC 5758 section 3.2, RFC 4055 sections 3.1
 * and 5).
 */
enum CertificateSigning {
  ED25519("300506032b6570", "Ed25519"),
  ECDSA_SHA256("300a06082a8648ce3d040302", "SHA256withECDSA"),
  ECDSA_SHA384("300a06082a8648ce3d040303", "SHA384withECDSA"),
  ECDSA_SHA512("300a06082a8648ce3d040304", "SHA512withECDSA"),
  RSA_SHA256("300d06092a864886f70d01010b0500", "SHA256withRSA"),
  RSA_SHA384("300d06092a864886f70d01010c0500", "SHA384withRSA"),
  RSA_SHA512("300d06092a864886f70d01010d0500", "SHA512withRSA"),
  RSA_PSS_SHA256(pss("01", "20"), "SHA256withRSAandMGF1"),
  RSA_PSS_SHA384(pss("02", "30"), "SHA384withRSAandMGF1"),
  RSA_PSS_SHA512(pss("03", "40"), "SHA512withRSAandMGF1");

  private final String identifierHex;
  private final String algorithm;

  CertificateSigning(String identifierHex, String algorithm) {
    this.identifierHex = identifierHex;
    this.algorithm = algorithm;
  }

  /** With one digest for all, and a salt of its length. */
  private static String pss(String digestHex, String saltBytesHex) {
    String digest = "300d06096086480165030402" + digestHex + "0500";
    String mask = "301a06092a864886f70d010108" + digest;
    return "304106092a864886f70d01010a3034a00f"
        + digest
        + "a11c"
        + mask
        + "a2030201"
        + saltBytesHex;
  }

  /** Returns the one with that AlgorithmIdentifier, given in DER. */
  static CertificateSigning of(Bytes identifier) throws MalformedMessageException {
    String hex = identifier.toHex();
    for (CertificateSigning signing : values()) {
      if (signing.identifierHex.equals(hex)) {
        return signing;
      }
    }
    throw new MalformedMessageException("certificate signed in another way");
  }

  /**
   * Returns whether a signature holds.
   *
   * @param provider of this algorithm and of the key
   * @throws GeneralSecurityException when the key is of another kind, or the signature of another
   *     form
   */
  boolean holds(PublicKey key, Bytes body, Bytes signature, Provider provider)
      throws GeneralSecurityException {
    Signature verifier = Signature.getInstance(algorithm, provider);
    verifier.initVerify(key);
    verifier.update(body.asReadOnlyByteBuffer());
    return verifier.verify(signature.toByteArray());
  }
}
