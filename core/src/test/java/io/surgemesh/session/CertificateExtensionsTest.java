package io.surgemesh.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.identity.KeyPair;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.time.InstantSource;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.Extension;
import org.junit.jupiter.api.Test;

/** The extensions of certificates, each time on one that is right in all else. */
class CertificateExtensionsTest {
  private static final String UNKNOWN = "1.3.6.1.4.1.53594.9.9";

  private final KeyPair alice = KeyPair.fromSeed(new byte[32]);
  private final CertificateCheck check =
      new CertificateCheck(InstantSource.fixed(CertificateCheckFuzz.NOW));

  private static Extension extension(String name, boolean critical, byte[] value) {
    return new Extension(new ASN1ObjectIdentifier(name), critical, value);
  }

  private Extension identity(boolean critical, byte[] signature) {
    return SelfSigned.identity(critical, alice.publicKey().encode(), signature);
  }

  private byte[] signature() {
    return alice.sign(CertificateCheckFuzz.signedByIdentity());
  }

  private static Extension unknown(boolean critical) throws IOException {
    return extension(UNKNOWN, critical, DERNull.INSTANCE.getEncoded());
  }

  private void assertRefused(Extension... extensions) {
    assertThatThrownBy(() -> check.identityOf(CertificateCheckFuzz.selfSigned(extensions)))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void theIdentityMayBeCriticalOrNot() throws Exception {
    assertThat(check.identityOf(CertificateCheckFuzz.selfSigned(identity(false, signature()))))
        .isEqualTo(alice.publicKey());
    assertThat(check.identityOf(CertificateCheckFuzz.selfSigned(identity(true, signature()))))
        .isEqualTo(alice.publicKey());
  }

  @Test
  void aCertificateWithoutAnIdentityIsRefused() throws Exception {
    assertRefused();
    assertRefused(unknown(false));
  }

  @Test
  void anUnknownCriticalExtensionIsRefusedAndAnotherIgnored() throws Exception {
    assertRefused(identity(false, signature()), unknown(true));
    assertThat(
            check.identityOf(
                CertificateCheckFuzz.selfSigned(identity(false, signature()), unknown(false))))
        .isEqualTo(alice.publicKey());
  }

  @Test
  void anIdentityThatDidNotSignThisKeyIsRefused() throws Exception {
    assertRefused(identity(false, alice.sign(new byte[] {1})));
    assertRefused(identity(false, new byte[0]));
    byte[] longer = java.util.Arrays.copyOf(signature(), 65);
    assertRefused(identity(false, longer));
  }

  @Test
  void anExtensionThatIsNoIdentityIsRefused() throws Exception {
    assertRefused(extension(TlsIdentity.EXTENSION, false, new byte[0]));
    assertRefused(extension(TlsIdentity.EXTENSION, false, DERNull.INSTANCE.getEncoded()));
    byte[] lengthBeyondTheEnd = {0x30, (byte) 0x82, (byte) 0xff, (byte) 0xff, 0x04};
    assertRefused(extension(TlsIdentity.EXTENSION, false, lengthBeyondTheEnd));
  }
}
