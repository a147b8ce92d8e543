package io.surgemesh.session;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.multiformats.Bytes;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
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
 * What makes certificates of one key, right but for what a test wants wrong.
 *
 * @param subjectKey the SubjectPublicKeyInfo in them
 * @param privateKey of that key
 * @param algorithm to sign with, as the Java security API calls it
 */
public record SelfSigned(Bytes subjectKey, PrivateKey privateKey, String algorithm) {
  private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();
  private static final List<String> OF_THE_JDK = List.of("secp256r1", "secp384r1", "secp521r1");
  private static final Instant FROM = Instant.parse("2020-01-01T00:00:00Z");
  private static final Instant UNTIL = Instant.parse("2100-01-01T00:00:00Z");

  /** Returns one with a fresh key on a curve, or on Curve25519 when that is its name. */
  public static SelfSigned elliptic(String curve, String algorithm) {
    return generated(
        () -> {
          if (curve.equals("Ed25519")) {
            return KeyPairGenerator.getInstance(curve, BOUNCY_CASTLE);
          }
          KeyPairGenerator generator =
              OF_THE_JDK.contains(curve)
                  ? KeyPairGenerator.getInstance("EC")
                  : KeyPairGenerator.getInstance("EC", BOUNCY_CASTLE);
          generator.initialize(new ECGenParameterSpec(curve));
          return generator;
        },
        algorithm);
  }

  /** Returns one with a fresh key of RSA. */
  public static SelfSigned rsa(int bits, String algorithm) {
    return generated(
        () -> {
          KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
          generator.initialize(bits);
          return generator;
        },
        algorithm);
  }

  /** Makes what generates keys. */
  @FunctionalInterface
  private interface Generators {
    KeyPairGenerator get() throws GeneralSecurityException;
  }

  private static SelfSigned generated(Generators generators, String algorithm) {
    try {
      java.security.KeyPair keys = generators.get().generateKeyPair();
      return new SelfSigned(Bytes.of(keys.getPublic().getEncoded()), keys.getPrivate(), algorithm);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Returns the same with another key in its certificates. */
  SelfSigned withSubjectKey(byte[] other) {
    return new SelfSigned(Bytes.of(other), privateKey, algorithm);
  }

  /** Returns a certificate of a peer. */
  public byte[] ofPeer(KeyPair identity) {
    return certificate(FROM, UNTIL, identity(identity, false));
  }

  /** Returns the extension in which an identity signs this key. */
  Extension identity(KeyPair identity, boolean critical) {
    return identity(
        critical,
        identity.publicKey().encode(),
        identity.sign(TlsIdentity.signedBytes(subjectKey.toByteArray())));
  }

  /** Returns an extension of that form. */
  static Extension identity(boolean critical, byte[] key, byte[] signature) {
    DERSequence signedKey =
        new DERSequence(
            new DEROctetString[] {new DEROctetString(key), new DEROctetString(signature)});
    try {
      return new Extension(
          new ASN1ObjectIdentifier(TlsIdentity.EXTENSION), critical, signedKey.getEncoded());
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  byte[] certificate(Extension... extensions) {
    return certificate(FROM, UNTIL, extensions);
  }

  byte[] certificate(Instant from, Instant until, Extension... extensions) {
    V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
    X500Name name = new X500Name("SERIALNUMBER=1");
    generator.setSerialNumber(new ASN1Integer(BigInteger.ONE));
    generator.setIssuer(name);
    generator.setSubject(name);
    generator.setStartDate(new Time(Date.from(from)));
    generator.setEndDate(new Time(Date.from(until)));
    generator.setSignature(identifier());
    generator.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(subjectKey.toByteArray()));
    if (extensions.length > 0) {
      generator.setExtensions(new Extensions(extensions));
    }
    try {
      TBSCertificate body = generator.generateTBSCertificate();
      ASN1EncodableVector parts = new ASN1EncodableVector();
      parts.add(body);
      parts.add(identifier());
      parts.add(new DERBitString(sign(body.getEncoded())));
      return new DERSequence(parts).getEncoded();
    } catch (GeneralSecurityException | IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private byte[] sign(byte[] body) throws GeneralSecurityException {
    // BouncyCastle would remember an RSA key that it has signed with as one that it has looked at.
    Signature signer =
        algorithm.endsWith("withRSA")
            ? Signature.getInstance(algorithm)
            : Signature.getInstance(algorithm, BOUNCY_CASTLE);
    signer.initSign(privateKey);
    signer.update(body);
    return signer.sign();
  }

  private AlgorithmIdentifier identifier() {
    return switch (algorithm) {
      case "Ed25519" -> new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519);
      case "SHA1withECDSA" -> new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA1);
      case "SHA256withECDSA" -> new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
      case "SHA384withECDSA" -> new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA384);
      case "SHA512withECDSA" -> new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA512);
      case "MD5withRSA" -> rsa(PKCSObjectIdentifiers.md5WithRSAEncryption);
      case "SHA1withRSA" -> rsa(PKCSObjectIdentifiers.sha1WithRSAEncryption);
      case "SHA256withRSA" -> rsa(PKCSObjectIdentifiers.sha256WithRSAEncryption);
      case "SHA384withRSA" -> rsa(PKCSObjectIdentifiers.sha384WithRSAEncryption);
      case "SHA512withRSA" -> rsa(PKCSObjectIdentifiers.sha512WithRSAEncryption);
      case "SHA256withRSAandMGF1" -> pss(NISTObjectIdentifiers.id_sha256, 32);
      case "SHA384withRSAandMGF1" -> pss(NISTObjectIdentifiers.id_sha384, 48);
      case "SHA512withRSAandMGF1" -> pss(NISTObjectIdentifiers.id_sha512, 64);
      default -> throw new IllegalArgumentException(algorithm);
    };
  }

  private static AlgorithmIdentifier rsa(ASN1ObjectIdentifier name) {
    return new AlgorithmIdentifier(name, DERNull.INSTANCE);
  }

  private static AlgorithmIdentifier pss(ASN1ObjectIdentifier digestName, int saltBytes) {
    AlgorithmIdentifier digest = rsa(digestName);
    AlgorithmIdentifier mask = new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, digest);
    return new AlgorithmIdentifier(
        PKCSObjectIdentifiers.id_RSASSA_PSS,
        new RSASSAPSSparams(
            digest, mask, new ASN1Integer(saltBytes), RSASSAPSSparams.DEFAULT_TRAILER_FIELD));
  }
}
