package io.surgemesh.hostbench;

import io.surgemesh.session.TlsIdentity;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * A certificate whose check takes as long as any: the slowest curve for its own key, whose
 * signature holds, and the longest RSA key with the longest exponent for its identity, whose
 * signature does not, so that nobody remembers it.
 */
final class HeavyCertificate {
  private static final int MODULUS_BITS = 8192;
  private static final BigInteger EXPONENT = BigInteger.valueOf(Integer.MAX_VALUE);

  /** The field Type with RSA, then the tag of the field Data. */
  private static final byte[] KEY_HEAD = {8, 0, 0x12};

  private HeavyCertificate() {}

  /** Returns one in DER. */
  static byte[] create(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp521r1"), random);
      return signed(generator.generateKeyPair(), identity(random));
    } catch (GeneralSecurityException | IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static byte[] signed(KeyPair keys, Extension identity)
      throws GeneralSecurityException, IOException {
    AlgorithmIdentifier algorithm = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA512);
    X500Name name = new X500Name("SERIALNUMBER=1");
    V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
    generator.setSerialNumber(new ASN1Integer(1));
    generator.setIssuer(name);
    generator.setSubject(name);
    generator.setStartDate(new Time(Date.from(Instant.EPOCH)));
    generator.setEndDate(new Time(Date.from(Instant.parse("2100-01-01T00:00:00Z"))));
    generator.setSignature(algorithm);
    generator.setSubjectPublicKeyInfo(
        SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
    generator.setExtensions(new Extensions(identity));
    byte[] body = generator.generateTBSCertificate().getEncoded();
    Signature signer = Signature.getInstance("SHA512withECDSA");
    signer.initSign(keys.getPrivate());
    signer.update(body);
    ASN1EncodableVector parts = new ASN1EncodableVector();
    parts.add(ASN1Sequence.getInstance(body));
    parts.add(algorithm);
    parts.add(new DERBitString(signer.sign()));
    return new DERSequence(parts).getEncoded();
  }

  /** Needs no private key: whether the signature holds is found out at the very end only. */
  private static Extension identity(SecureRandom random) throws IOException {
    BigInteger modulus = new BigInteger(MODULUS_BITS, random).setBit(MODULUS_BITS - 1).setBit(0);
    byte[] info =
        new SubjectPublicKeyInfo(
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                new RSAPublicKey(modulus, EXPONENT))
            .getEncoded();
    byte[] signature = new byte[MODULUS_BITS / Byte.SIZE];
    random.nextBytes(signature);
    // Less than the modulus, or it would be refused unreckoned.
    signature[0] = 0;
    DERSequence signedKey =
        new DERSequence(
            new DEROctetString[] {new DEROctetString(key(info)), new DEROctetString(signature)});
    return new Extension(
        new ASN1ObjectIdentifier(TlsIdentity.EXTENSION), false, signedKey.getEncoded());
  }

  /** Returns libp2p's protobuf of a key, whose length takes two bytes. */
  private static byte[] key(byte[] info) {
    byte[] key = new byte[KEY_HEAD.length + 2 + info.length];
    System.arraycopy(KEY_HEAD, 0, key, 0, KEY_HEAD.length);
    key[KEY_HEAD.length] = (byte) ((info.length & 0x7f) | 0x80);
    key[KEY_HEAD.length + 1] = (byte) (info.length >> 7);
    System.arraycopy(info, 0, key, KEY_HEAD.length + 2, info.length);
    return key;
  }
}
