package io.surgemesh.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.security.AlgorithmParameters;
import java.security.Key;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncryptedKeyTest {
  /** So few that every byte can be tried. */
  private static final int FEW = 1_000;

  private final KeyPair key = KeyPair.fromSeed(new byte[32]);
  private final byte[] sealed =
      EncryptedKey.seal(key, "correct horse".toCharArray(), FEW, new SecureRandom());

  private static Optional<KeyPair> open(byte[] content, String passphrase)
      throws MalformedMessageException {
    return EncryptedKey.open(content, passphrase.toCharArray(), FEW);
  }

  @Test
  void thePassphraseGivesTheKeyBack() throws MalformedMessageException {
    KeyPair opened = open(sealed, "correct horse").orElseThrow();
    assertThat(opened.encode()).isEqualTo(key.encode());
    assertThat(EncryptedKey.isOne(sealed)).isTrue();
    assertThat(EncryptedKey.isOne(key.encode())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"correct hors", "correct horse ", "Correct horse", "x", "\u0000"})
  void anotherPassphraseGivesNothing(String passphrase) throws MalformedMessageException {
    assertThat(open(sealed, passphrase)).isEmpty();
  }

  @Test
  void passphrasesAreUtf8() throws MalformedMessageException {
    String passphrase = "pässwörd \u2603";
    byte[] other = EncryptedKey.seal(key, passphrase.toCharArray(), FEW, new SecureRandom());
    assertThat(open(other, passphrase)).isPresent();
    assertThat(open(other, "password ?")).isEmpty();
  }

  @Test
  void noTwoFilesAreAlikeAndNoneShowsTheSeed() {
    byte[] again = EncryptedKey.seal(key, "correct horse".toCharArray(), FEW, new SecureRandom());
    assertThat(again).isNotEqualTo(sealed).hasSameSizeAs(sealed);
    assertThat(Bytes.of(sealed).toHex()).doesNotContain("00".repeat(16));
  }

  @Test
  void otherSoftwareReadsIt() throws Exception {
    EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(sealed);
    AlgorithmParameters parameters = info.getAlgParameters();
    Key derived =
        SecretKeyFactory.getInstance(parameters.toString())
            .generateSecret(new PBEKeySpec("correct horse".toCharArray()));
    Cipher cipher = Cipher.getInstance(parameters.toString());
    cipher.init(Cipher.DECRYPT_MODE, derived, parameters);
    byte[] plain = cipher.doFinal(info.getEncryptedData());
    Ed25519PrivateKeyParameters read =
        (Ed25519PrivateKeyParameters) PrivateKeyFactory.createKey(plain);
    assertThat(read.getEncoded()).isEqualTo(new byte[32]);
    assertThat(PrivateKeyInfo.getInstance(plain).getPublicKeyData().getOctets())
        .isEqualTo(key.publicKey().rawBytes());
  }

  @Test
  void noByteCanBeChangedAndNoneLeftOutOrAdded() {
    SplittableRandom random = new SplittableRandom(4);
    for (int at = 0; at < sealed.length; at++) {
      byte[] changed = sealed.clone();
      changed[at] ^= (byte) (1 << random.nextInt(8));
      assertClosed(changed);
    }
    for (int length = 0; length < sealed.length; length++) {
      assertClosed(Arrays.copyOf(sealed, length));
    }
    assertClosed(Arrays.copyOf(sealed, sealed.length + 1));
  }

  private static void assertClosed(byte[] content) {
    try {
      assertThat(open(content, "correct horse")).isEmpty();
    } catch (MalformedMessageException damaged) {
      assertThat(damaged.getMessage()).isNotEmpty();
    }
  }

  @Test
  void fewerIterationsThanAskedForAreRefused() {
    assertThatThrownBy(() -> EncryptedKey.open(sealed, "correct horse".toCharArray(), FEW + 1))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void soManyIterationsThatOpeningWouldNotEndAreRefusedAtOnce() {
    byte[] slow = sealed.clone();
    int at = Bytes.of(sealed).toHex().indexOf("020203e8") / 2;
    byte[] many = Bytes.fromHex("02047fffffff").toByteArray();
    byte[] longer = new byte[slow.length + 2];
    System.arraycopy(slow, 0, longer, 0, at);
    System.arraycopy(many, 0, longer, at, many.length);
    System.arraycopy(slow, at + 4, longer, at + many.length, slow.length - at - 4);
    // Each length around it grows too: of the whole, and of four values inside.
    for (int length : new int[] {2, 4, 17, 19, 32}) {
      longer[length] = (byte) (longer[length] + 2);
    }
    assertThatThrownBy(() -> open(longer, "correct horse"))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("31 bit");
  }
}
