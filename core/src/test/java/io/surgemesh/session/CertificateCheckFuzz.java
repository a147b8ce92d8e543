package io.surgemesh.session;

import io.surgemesh.identity.PublicKey;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Date;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Takes the input for a certificate, or for the libp2p extension of one that is signed as it should
 * be; the first byte chooses.
 */
public final class CertificateCheckFuzz {
  private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  private static final KeyPair KEYS = keys();

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
    AlgorithmIdentifier algorithm = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
    X500Name name = new X500Name("SERIALNUMBER=1");
    V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
    generator.setSerialNumber(new ASN1Integer(BigInteger.ONE));
    generator.setIssuer(name);
    generator.setSubject(name);
    generator.setStartDate(new Time(Date.from(NOW.minusSeconds(1))));
    generator.setEndDate(new Time(Date.from(NOW.plusSeconds(1))));
    generator.setSignature(algorithm);
    generator.setSubjectPublicKeyInfo(
        SubjectPublicKeyInfo.getInstance(KEYS.getPublic().getEncoded()));
    ASN1ObjectIdentifier extension = new ASN1ObjectIdentifier(TlsIdentity.EXTENSION);
    generator.setExtensions(new Extensions(new Extension(extension, false, value)));
    try {
      TBSCertificate body = generator.generateTBSCertificate();
      Signature signer = Signature.getInstance("SHA256withECDSA", BOUNCY_CASTLE);
      signer.initSign(KEYS.getPrivate());
      signer.update(body.getEncoded());
      ASN1EncodableVector parts = new ASN1EncodableVector();
      parts.add(body);
      parts.add(algorithm);
      parts.add(new DERBitString(signer.sign()));
      return new DERSequence(parts).getEncoded();
    } catch (GeneralSecurityException | IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", BOUNCY_CASTLE);
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
