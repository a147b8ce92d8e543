package io.surgemesh.session;

import io.surgemesh.identity.KeyPair;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.NamedParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

/**
 * A self-signed certificate with its key, and in it the proof whose it is: made once and used for
 * every handshake of a host.
 *
 * <p>Immutable and thread-safe. Internal: public only for the rooms that drive sessions.
 *
 * @param certificate of a fresh Ed25519 key
 * @param privateKey of that key
 * @see <a href="https://github.com/libp2p/specs/blob/master/tls/tls.md">libp2p tls spec, Peer
 *     Authentication</a>
 */
public record TlsIdentity(X509Certificate certificate, PrivateKey privateKey) {
  /** The extension that carries a peer's identity. */
  public static final String EXTENSION = "1.3.6.1.4.1.53594.1.1";

  private static final String ALGORITHM = "Ed25519";

  private static final byte[] SIGNATURE_PREFIX =
      "libp2p-tls-handshake:".getBytes(StandardCharsets.US_ASCII);

  /** The clocks of peers need not agree, and a host may run for years. */
  private static final Duration BACKDATED = Duration.ofDays(7);

  private static final Duration VALID = Duration.ofDays(36_500);
  private static final int SERIAL_BITS = 63;

  /**
   * Makes a fresh key and its certificate; takes some milliseconds.
   *
   * @param identity signs, once, on the calling thread
   * @param random must be cryptographically strong
   */
  public static TlsIdentity create(KeyPair identity, SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
      generator.initialize(NamedParameterSpec.ED25519, random);
      java.security.KeyPair keys = generator.generateKeyPair();
      byte[] der = certificate(identity, keys, random);
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
      return new TlsIdentity(certificate, keys.getPrivate());
    } catch (GeneralSecurityException | IOException missing) {
      throw new IllegalStateException("this Java has no Ed25519", missing);
    }
  }

  private static byte[] certificate(
      KeyPair identity, java.security.KeyPair keys, SecureRandom random)
      throws GeneralSecurityException, IOException {
    AlgorithmIdentifier algorithm = new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519);
    BigInteger serial = new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE);
    X500Name name = new X500Name("SERIALNUMBER=" + serial);
    Instant now = Instant.now();
    V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
    generator.setSerialNumber(new ASN1Integer(serial));
    generator.setIssuer(name);
    generator.setSubject(name);
    generator.setStartDate(new Time(Date.from(now.minus(BACKDATED))));
    generator.setEndDate(new Time(Date.from(now.plus(VALID))));
    generator.setSignature(algorithm);
    generator.setSubjectPublicKeyInfo(
        SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
    generator.setExtensions(new Extensions(extension(identity, keys.getPublic().getEncoded())));
    TBSCertificate body = generator.generateTBSCertificate();
    Signature signer = Signature.getInstance(ALGORITHM);
    signer.initSign(keys.getPrivate(), random);
    signer.update(body.getEncoded());
    ASN1EncodableVector parts = new ASN1EncodableVector();
    parts.add(body);
    parts.add(algorithm);
    parts.add(new DERBitString(signer.sign()));
    return new DERSequence(parts).getEncoded();
  }

  /** SEQUENCE of two OCTET STRINGs: the identity's public key as protobuf, and its signature. */
  private static Extension extension(KeyPair identity, byte[] subjectKey) throws IOException {
    ASN1EncodableVector parts = new ASN1EncodableVector();
    parts.add(new DEROctetString(identity.publicKey().encode()));
    parts.add(new DEROctetString(identity.sign(signedBytes(subjectKey))));
    byte[] signedKey = new DERSequence(parts).getEncoded();
    return new Extension(new ASN1ObjectIdentifier(EXTENSION), false, signedKey);
  }

  /** Returns what the owner of a certificate's key signs. */
  static byte[] signedBytes(byte[] subjectKey) {
    byte[] signed = new byte[SIGNATURE_PREFIX.length + subjectKey.length];
    System.arraycopy(SIGNATURE_PREFIX, 0, signed, 0, SIGNATURE_PREFIX.length);
    System.arraycopy(subjectKey, 0, signed, SIGNATURE_PREFIX.length, subjectKey.length);
    return signed;
  }
}
