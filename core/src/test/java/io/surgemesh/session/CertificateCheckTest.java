package io.surgemesh.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.identity.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class CertificateCheckTest {
  /** The beginning of all vectors of the libp2p tls spec but for their lengths. */
  private static final String NAMES_AND_KEY =
      "a0030201020204499602d2300a06082a8648ce3d040302302031123010060355040a13096c69627032702e696f31"
          + "0a300806035504051301313020170d3735303130313133303030305a180f34303936303130313133303030"
          + "305a302031123010060355040a13096c69627032702e696f310a300806035504051301313059301306072a"
          + "8648ce3d020106082a8648ce3d030107034200040c901d423c831ca85e27c73c263ba132721bb9d7a84c4f"
          + "0380b2a6756fd601331c8870234dec878504c174144fa4b14b66a651691606d8173e55bd37e381569ea3";

  private static final String OF_ED25519 =
      "308201ae30820156"
          + NAMES_AND_KEY
          + "7c307a3078060a2b0601040183a25a0101046a3068042408011220a77f1d92fedb59dddaea5a1c4abd1ac2"
          + "fbde7d7b879ed364501809923d7c11b90440d90d2769db992d5e6195dbb08e706b6651e024fda6cfb8846694"
          + "a435519941cac215a8207792e42849cccc6cd8136c6e4bde92a58c5e08cfd4206eb5fe0bf909300a06082a86"
          + "48ce3d0403020346003043021f50f6b6c52711a881778718238f650c9fb48943ae6ee6d28427dc6071ae55e7"
          + "02203625f116a7a454db9c56986c82a25682f7248ea1cb764d322ea983ed36a31b77";

  private static final String OF_ECDSA =
      "308201f63082019d"
          + NAMES_AND_KEY
          + "81c23081bf3081bc060a2b0601040183a25a01010481ad3081aa045f0803125b3059301306072a8648ce3d"
          + "020106082a8648ce3d03010703420004bf30511f909414ebdd3242178fd290f093a551cf75c973155de0bb5a"
          + "96fedf6cb5d52da7563e794b512f66e60c7f55ba8a3acf3dd72a801980d205e8a1ad29f2044730450220064e"
          + "a8124774caf8f50e57f436aa62350ce652418c019df5d98a3ac666c9386a022100aa59d704a931b5f72fb922"
          + "2cb6cc51f954d04a4e2e5450f8805fe8918f71eaae300a06082a8648ce3d04030203470030440220799395b0"
          + "b6c1e940a7e4484705f610ab51ed376f19ff9d7c16757cfbf61b8d4302206205c03fbb0f95205c779be86581"
          + "d3e31c01871ad5d1f3435bcf375cb0e5088a";

  private static final String OF_SECP256K1 =
      "308201ba3082015f"
          + NAMES_AND_KEY
          + "8184308181307f060a2b0601040183a25a01010471306f0425080212210206dc6968726765b820f050263ece"
          + "cf7f71e4955892776c0970542efd689d2382044630440220145e15a991961f0d08cd15425bb95ec93f6ffa03"
          + "c5a385eedc34ecf464c7a8ab022026b3109b8a3f40ef833169777eb2aa337cfb6282f188de0666d1bcec2a46"
          + "90dd300a06082a8648ce3d0403020349003046022100e1a217eeef9ec9204b3f774a08b70849646b6a1e6b8b"
          + "27f93dc00ed58545d9fe022100b00dafa549d0f03547878338c7b15e7502888f6d45db387e5ae6b5d46899ce"
          + "f0";

  private static final String OF_ANOTHER_SIGNER =
      "308201f73082019d"
          + NAMES_AND_KEY
          + "81c23081bf3081bc060a2b0601040183a25a01010481ad3081aa045f0803125b3059301306072a8648ce3d"
          + "020106082a8648ce3d03010703420004bf30511f909414ebdd3242178fd290f093a551cf75c973155de0bb5a"
          + "96fedf6cb5d52da7563e794b512f66e60c7f55ba8a3acf3dd72a801980d205e8a1ad29f204473045022100bb"
          + "6e03577b7cc7a3cd1558df0da2b117dfdcc0399bc2504ebe7de6f65cade72802206de96e2a5be9b6202adba2"
          + "4ee0362e490641ac45c240db71fe955f2c5cf8df6e300a06082a8648ce3d0403020348003045022100e847f2"
          + "67f43717358f850355bdcabbefb2cfbf8a3c043b203a14788a092fe8db022027c1d04a2d41fd6b57a7e8b398"
          + "9e470325de4406e52e084e34a3fd56eef0d0df";

  private final CertificateCheck check = new CertificateCheck(InstantSource.system());
  private final KeyPair alice = KeyPair.fromSeed(new byte[32]);

  private static byte[] der(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private byte[] fresh() throws CertificateException {
    return TlsIdentity.create(alice, new SecureRandom()).certificate().getEncoded();
  }

  @Test
  void theVectorOfAnEd25519PeerIsTaken() throws CertificateException {
    assertThat(check.identityOf(der(OF_ED25519)).toPeerId())
        .hasToString("12D3KooWM6CgA9iBFZmcYAHA6A2qvbAxqfkmrYiRQuz3XEsk4Ksv");
  }

  @Test
  void theVectorsOfOtherKeysAreTaken() throws CertificateException {
    assertThat(check.identityOf(der(OF_ECDSA)).toPeerId())
        .hasToString("QmfXbAwNjJLXfesgztEHe8HwgVDCMMpZ9Eax1HYq6hn9uE");
    assertThat(check.identityOf(der(OF_SECP256K1)).toPeerId())
        .hasToString("16Uiu2HAkutTMoTzDw1tCvSRtu6YoixJwS46S1ZFxW8hSx9fWHiPs");
  }

  @Test
  void theVectorThatAnotherPeerSignedIsRefused() {
    byte[] certificate = der(OF_ANOTHER_SIGNER);
    assertThatThrownBy(() -> check.identityOf(certificate))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void aFreshCertificateProvesItsOwner() throws CertificateException {
    byte[] certificate = fresh();
    assertThat(check.identityOf(certificate)).isEqualTo(alice.publicKey());
    assertThat(check.identityOf(certificate)).isEqualTo(alice.publicKey());
  }

  @Test
  void exactlyOneCertificateIsTaken() throws CertificateException {
    byte[] certificate = fresh();
    assertThatThrownBy(check::identityOf).isInstanceOf(CertificateException.class);
    assertThatThrownBy(() -> check.identityOf(certificate, certificate))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void aCertificateIsTakenWhileItIsValidOnly() throws CertificateException {
    X509Certificate certificate = TlsIdentity.create(alice, new SecureRandom()).certificate();
    byte[] encoded = certificate.getEncoded();
    check.identityOf(encoded);
    Instant begin = certificate.getNotBefore().toInstant();
    Instant end = certificate.getNotAfter().toInstant();
    InstantSource early = InstantSource.fixed(begin.minusSeconds(1));
    InstantSource late = InstantSource.fixed(end.plus(Duration.ofDays(1)));
    assertThatThrownBy(() -> new CertificateCheck(early).identityOf(encoded))
        .isInstanceOf(CertificateException.class);
    assertThatThrownBy(() -> new CertificateCheck(late).identityOf(encoded))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void noFlippedBitIsTaken() {
    byte[] good = HexFormat.of().parseHex(OF_ED25519);
    for (int bit = 0; bit < 8 * good.length; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatThrownBy(() -> check.identityOf(bad))
          .as("bit %d", bit)
          .isInstanceOf(CertificateException.class);
    }
  }
}
