package io.surgemesh.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.CryptoServicesRegistrar;
import org.junit.jupiter.api.Test;

/** The keys of certificates and the ways they sign, each on a certificate right in all else. */
class CertificateKeyTest {
  private static final BigInteger COMMON_EXPONENT = BigInteger.valueOf(65_537);

  private final KeyPair alice = KeyPair.fromSeed(new byte[32]);
  private final CertificateCheck check = new CertificateCheck(InstantSource.system());

  /** Counts what the thread that made it draws from it, as a search for prime factors does. */
  private static final class CountingRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private final transient Thread maker = Thread.currentThread();
    private int drawn;

    @Override
    public void nextBytes(byte[] bytes) {
      drawn += Thread.currentThread() == maker ? 1 : 0;
      super.nextBytes(bytes);
    }
  }

  private static byte[] rsaKey(BigInteger modulus, BigInteger exponent) {
    try {
      return new SubjectPublicKeyInfo(
              new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
              new RSAPublicKey(modulus, exponent))
          .getEncoded();
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static BigInteger modulus(int bits) {
    return new BigInteger(bits, new Random(bits)).setBit(bits - 1).setBit(0);
  }

  private static BigInteger power(int exponent) {
    return BigInteger.ONE.shiftLeft(exponent);
  }

  private void assertTaken(SelfSigned key) throws CertificateException {
    assertThat(check.identityOf(key.ofPeer(alice)))
        .as("%s", key.algorithm())
        .isEqualTo(alice.publicKey());
  }

  private void assertRefused(SelfSigned key) {
    byte[] certificate = key.ofPeer(alice);
    assertThatThrownBy(() -> check.identityOf(certificate))
        .as("%s", key.algorithm())
        .isInstanceOf(CertificateException.class);
  }

  private static void assertKeyRefused(byte[] key) {
    assertThatThrownBy(() -> CertificateKey.read(key))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void keysOfEveryKindThatPeersMayHaveAreTaken() throws CertificateException {
    assertTaken(SelfSigned.elliptic("Ed25519", "Ed25519"));
    assertTaken(SelfSigned.elliptic("secp256r1", "SHA256withECDSA"));
    assertTaken(SelfSigned.elliptic("secp384r1", "SHA384withECDSA"));
    assertTaken(SelfSigned.elliptic("secp521r1", "SHA512withECDSA"));
    SelfSigned rsa = SelfSigned.rsa(2048, "SHA256withRSA");
    for (String algorithm :
        List.of(
            "SHA256withRSA",
            "SHA384withRSA",
            "SHA512withRSA",
            "SHA256withRSAandMGF1",
            "SHA384withRSAandMGF1",
            "SHA512withRSAandMGF1")) {
      assertTaken(new SelfSigned(rsa.subjectKey(), rsa.privateKey(), algorithm));
    }
  }

  @Test
  void keysThatNoPeerHasAreRefused() {
    for (String curve : List.of("secp256k1", "secp224r1", "brainpoolP256r1", "sect571r1")) {
      assertRefused(SelfSigned.elliptic(curve, "SHA256withECDSA"));
    }
  }

  @Test
  void pointsAndKeysOfAnotherFormAreRefused() {
    byte[] good = SelfSigned.elliptic("secp256r1", "SHA256withECDSA").subjectKey().toByteArray();
    byte[] hybrid = good.clone();
    hybrid[good.length - 65] = 6;
    assertKeyRefused(hybrid);
    assertKeyRefused(java.util.Arrays.copyOf(good, good.length - 1));
    assertKeyRefused(java.util.Arrays.copyOf(good, good.length + 1));
    String ed25519 = "300506032b657003";
    assertKeyRefused(Bytes.fromHex("3029" + ed25519 + "2000" + "11".repeat(31)).toByteArray());
    assertKeyRefused(Bytes.fromHex("302b" + ed25519 + "2200" + "11".repeat(33)).toByteArray());
  }

  @Test
  void weakDigestsAreRefused() {
    assertRefused(SelfSigned.elliptic("secp256r1", "SHA1withECDSA"));
    SelfSigned rsa = SelfSigned.rsa(2048, "MD5withRSA");
    assertRefused(rsa);
    assertRefused(new SelfSigned(rsa.subjectKey(), rsa.privateKey(), "SHA1withRSA"));
  }

  @Test
  void anRsaModulusOfAnotherSizeOrEvenIsRefused() throws MalformedMessageException {
    CertificateKey.read(rsaKey(modulus(2048), COMMON_EXPONENT));
    CertificateKey.read(rsaKey(modulus(4096), COMMON_EXPONENT));
    for (int bits : new int[] {512, 1024, 2047, 4097, 8192, 16_384}) {
      assertKeyRefused(rsaKey(modulus(bits), COMMON_EXPONENT));
    }
    assertKeyRefused(rsaKey(modulus(2048).clearBit(0), COMMON_EXPONENT));
  }

  @Test
  void anRsaExponentThatIsLongOrEvenOrOneIsRefused() throws MalformedMessageException {
    BigInteger modulus = modulus(2048);
    CertificateKey.read(rsaKey(modulus, BigInteger.valueOf(3)));
    CertificateKey.read(rsaKey(modulus, power(31).subtract(BigInteger.ONE)));
    for (BigInteger exponent :
        List.of(
            BigInteger.ONE,
            BigInteger.TWO,
            power(16),
            power(31).setBit(0),
            power(2046).setBit(0))) {
      assertKeyRefused(rsaKey(modulus, exponent));
    }
  }

  @Test
  void anRsaKeyOf16KilobitsIsRefusedAndOneThatIsTakenIsNotSearchedForPrimeFactors()
      throws CertificateException {
    SelfSigned good = SelfSigned.rsa(2048, "SHA256withRSA");
    byte[] taken = good.ofPeer(alice);
    byte[] huge = good.withSubjectKey(rsaKey(modulus(16_384), COMMON_EXPONENT)).ofPeer(alice);
    CountingRandom random = new CountingRandom();
    CryptoServicesRegistrar.setSecureRandom(random);
    try {
      assertThat(check.identityOf(taken)).isEqualTo(alice.publicKey());
      assertThatThrownBy(() -> check.identityOf(huge)).isInstanceOf(CertificateException.class);
      assertThat(random.drawn).isZero();
    } finally {
      CryptoServicesRegistrar.setSecureRandom(new SecureRandom());
    }
  }

  @Test
  void theSignatureIsOverTheBytesThatCame() throws CertificateException {
    SelfSigned key = SelfSigned.elliptic("secp256r1", "SHA256withECDSA");
    byte[] certificate = key.certificate(key.identity(alice, true));
    assertThat(check.identityOf(certificate)).isEqualTo(alice.publicKey());
    // True in other words, which DER does not have.
    String hex = Bytes.of(certificate).toHex();
    String name = "060a2b0601040183a25a0101";
    assertThat(hex).contains(name + "0101ff");
    byte[] otherwise = Bytes.fromHex(hex.replace(name + "0101ff", name + "010101")).toByteArray();
    assertThatThrownBy(() -> check.identityOf(otherwise)).isInstanceOf(CertificateException.class);
  }

  @Test
  void bothNamesOfTheAlgorithmAreTheSame() {
    SelfSigned key = SelfSigned.elliptic("secp256r1", "SHA256withECDSA");
    String hex = Bytes.of(key.ofPeer(alice)).toHex();
    int last = hex.lastIndexOf("06082a8648ce3d040302");
    String other = hex.substring(0, last) + "06082a8648ce3d040303" + hex.substring(last + 20);
    assertThatThrownBy(() -> check.identityOf(Bytes.fromHex(other).toByteArray()))
        .isInstanceOf(CertificateException.class);
  }
}
