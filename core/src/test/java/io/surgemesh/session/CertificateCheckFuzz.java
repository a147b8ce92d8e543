package io.surgemesh.session;

import io.surgemesh.identity.PublicKey;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.Extension;

/**
 * Takes the input for a certificate, or for the libp2p extension of one that is signed as it should
 * be; the first byte chooses.
 */
public final class CertificateCheckFuzz {
  static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  private static final SelfSigned KEY = SelfSigned.elliptic("secp256r1", "SHA256withECDSA");

  private CertificateCheckFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(data, 1, data.length);
    byte[] der = (data[0] & 1) == 0 ? rest : withExtension(rest);
    CertificateCheck check = new CertificateCheck(InstantSource.fixed(NOW));
    try {
      PublicKey identity = check.identityOf(der);
      if (!check.identityOf(der).equals(identity)) {
        throw new AssertionError("another peer the second time");
      }
    } catch (CertificateException refused) {
      // Refusing is all that a check may do.
    }
  }

  private static byte[] withExtension(byte[] value) {
    return selfSigned(new Extension(new ASN1ObjectIdentifier(TlsIdentity.EXTENSION), false, value));
  }

  /** Returns what an identity signs for the certificates of {@link #selfSigned}. */
  static byte[] signedByIdentity() {
    return TlsIdentity.signedBytes(KEY.subjectKey().toByteArray());
  }

  /** Returns a certificate that is valid at {@link #NOW} and right but for its extensions. */
  static byte[] selfSigned(Extension... extensions) {
    return KEY.certificate(NOW.minusSeconds(1), NOW.plusSeconds(1), extensions);
  }
}
