package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.crypto.BothPrimitives;
import io.surgemesh.crypto.Primitives;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.session.TlsIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.Tls13Verifier;
import org.bouncycastle.tls.crypto.TlsAgreement;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsECConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TlsPrimitivesTest {
  private static final String BOTH = "io.surgemesh.crypto.BothPrimitives#all";

  private static TlsAgreement x25519(Primitives by) {
    return new TlsPrimitives(new SecureRandom(), by)
        .createECDomain(new TlsECConfig(NamedGroup.x25519))
        .createECDH();
  }

  private static void assertCarries(TlsRecords from, TlsRecords to) {
    byte[] plain = new byte[40_000];
    Arrays.fill(plain, (byte) 7);
    byte[] record = new byte[from.recordBytes(plain.length)];
    int length = from.encryptRecord(plain, plain.length, record);
    ByteBuffer read = to.poll(ByteBuffer.wrap(record, 0, length));
    assertThat(read).isEqualTo(ByteBuffer.wrap(plain));
  }

  @Test
  void peersWithNativeCryptoAndWithoutShakeHands() throws IOException {
    for (Primitives ofClient : BothPrimitives.all()) {
      for (Primitives ofServer : BothPrimitives.all()) {
        TlsInMemory ends = TlsInMemory.connect(ofClient, ofServer, TlsRecords.sealedBytesMax());
        assertCarries(ends.near(), ends.far());
        assertCarries(ends.far(), ends.near());
      }
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void keysThatMakeTheSecretKnownToEverybodyAreRefused(Primitives by) throws IOException {
    TlsAgreement agreement = x25519(by);
    agreement.generateEphemeral();
    agreement.receivePeerValue(new byte[32]);
    assertThatThrownBy(agreement::calculateSecret)
        .isInstanceOfSatisfying(
            TlsFatalAlert.class,
            alert ->
                assertThat(alert.getAlertDescription())
                    .isEqualTo(AlertDescription.handshake_failure));
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void keysOfOtherLengthsAreRefused(Primitives by) throws IOException {
    for (int length : new int[] {0, 31, 33}) {
      TlsAgreement agreement = x25519(by);
      agreement.generateEphemeral();
      assertThatThrownBy(() -> agreement.receivePeerValue(new byte[length]))
          .isInstanceOf(TlsFatalAlert.class);
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void onlyWhatTheOwnerOfACertificateSignedIsTaken(Primitives by) throws Exception {
    SecureRandom random = new SecureRandom();
    TlsIdentity identity = TlsIdentity.create(KeyPair.generate(random), random);
    byte[] message = {1, 2, 3};
    java.security.Signature signer = java.security.Signature.getInstance("Ed25519");
    signer.initSign(identity.privateKey());
    signer.update(message);
    byte[] signature = signer.sign();
    TlsCertificate certificate =
        new TlsPrimitives(random, by).createCertificate(identity.certificate().getEncoded());
    assertThat(holds(certificate, message, signature)).isTrue();
    assertThat(holds(certificate, new byte[] {1, 2, 4}, signature)).isFalse();
    assertThat(holds(certificate, message, Arrays.copyOf(signature, 63))).isFalse();
    assertThat(holds(certificate, message, Arrays.copyOf(signature, 65))).isFalse();
    signature[40] ^= 1;
    assertThat(holds(certificate, message, signature)).isFalse();
    assertThatThrownBy(() -> certificate.createVerifier(SignatureScheme.ecdsa_secp256r1_sha256))
        .isInstanceOf(TlsFatalAlert.class);
  }

  private static boolean holds(TlsCertificate certificate, byte[] message, byte[] signature)
      throws IOException {
    Tls13Verifier verifier =
        Objects.requireNonNull(certificate.createVerifier(SignatureScheme.ed25519));
    verifier.getOutputStream().write(message);
    return verifier.verifySignature(signature);
  }
}
