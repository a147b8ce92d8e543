package io.surgemesh.session;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.DerReader;

/**
 * What is signed in a certificate and by what, each in the bytes that it came in (RFC 5280 section
 * 4.1).
 *
 * @param body what the certificate's own key signed
 * @param signing how it did so
 * @param key of the certificate
 * @param signature over the body
 */
record CertificateParts(
    Bytes body, CertificateSigning signing, CertificateKey key, Bytes signature) {
  /** The version, which only certificates with extensions have to state. */
  private static final int VERSION = 0xa0;

  /**
   * Reads one that takes up all of {@code der}; costs next to nothing, whatever is in it.
   *
   * @throws MalformedMessageException when it is not DER, or its key or its way of signing is none
   *     that is taken
   */
  static CertificateParts read(byte[] der) throws MalformedMessageException {
    DerReader outer = new DerReader(der);
    DerReader certificate = outer.enter(DerReader.SEQUENCE);
    outer.requireEnd();
    byte[] body = certificate.whole(DerReader.SEQUENCE);
    byte[] signing = certificate.whole(DerReader.SEQUENCE);
    byte[] signature = certificate.bitString(DerReader.BIT_STRING);
    certificate.requireEnd();
    DerReader fields = new DerReader(body).enter(DerReader.SEQUENCE);
    fields.content(VERSION);
    fields.content(DerReader.INTEGER);
    fields.require(signing);
    // The issuer, the validity and the subject.
    for (int i = 0; i < 3; i++) {
      fields.content(DerReader.SEQUENCE);
    }
    CertificateKey key = CertificateKey.read(fields.whole(DerReader.SEQUENCE));
    return new CertificateParts(
        Bytes.of(body), CertificateSigning.of(Bytes.of(signing)), key, Bytes.of(signature));
  }
}
