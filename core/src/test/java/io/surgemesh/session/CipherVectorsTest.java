package io.surgemesh.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.wycheproof.VectorFile;
import io.surgemesh.wycheproof.VectorFile.Row;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.api.Test;

/** Wycheproof's vectors for what Noise is built of. */
class CipherVectorsTest {
  @Test
  void x25519AgreesAndRefusesSecretsThatEverybodyKnows() {
    int refused = 0;
    int agreed = 0;
    for (Row row : VectorFile.rows("x25519.txt")) {
      byte[] secret = new byte[32];
      boolean agrees = X25519.calculateAgreement(row.bytes(3), 0, row.bytes(2), 0, secret, 0);
      assertThat(agrees).as("%s", row).isNotEqualTo(row.fields().get(5).contains("ZeroShared"));
      assertThat(secret).as("%s", row).isEqualTo(row.bytes(4));
      refused += agrees ? 0 : 1;
      agreed += agrees ? 1 : 0;
    }
    assertThat(refused).isEqualTo(31);
    assertThat(agreed).isEqualTo(487);
  }

  @Test
  void chaCha20Poly1305OfThisJavaHolds() {
    int rows = 0;
    for (Row row : VectorFile.rows("chacha20-poly1305.txt")) {
      byte[] sealed = join(row.bytes(6), row.bytes(7));
      byte[] opened = open(row.bytes(2), row.bytes(3), row.bytes(4), sealed);
      byte[] expected = row.result().equals("valid") ? row.bytes(5) : null;
      assertThat(opened).as("%s", row).isEqualTo(expected);
      rows++;
    }
    assertThat(rows).isEqualTo(325);
  }

  private static byte[] open(byte[] key, byte[] nonce, byte[] associated, byte[] sealed) {
    try {
      Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
      cipher.init(
          Cipher.DECRYPT_MODE, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(nonce));
      cipher.updateAAD(associated);
      return cipher.doFinal(sealed);
    } catch (GeneralSecurityException refused) {
      return null;
    }
  }

  @Test
  void cipherStatesHoldWhereTheNonceIsOneOfNoise() {
    int rows = 0;
    for (Row row : VectorFile.rows("chacha20-poly1305.txt")) {
      byte[] nonce = row.bytes(3);
      if (nonce.length != 12 || ByteBuffer.wrap(nonce).getInt() != 0) {
        continue;
      }
      long counter = ByteBuffer.wrap(nonce).order(ByteOrder.LITTLE_ENDIAN).getLong(4);
      byte[] plain = row.bytes(5);
      byte[] sealed = join(row.bytes(6), row.bytes(7));
      byte[] opened = new byte[plain.length];
      int length =
          new CipherState(row.bytes(2), counter).decryptWithAd(row.bytes(4), sealed, opened);
      if (row.result().equals("valid")) {
        assertThat(length).as("%s", row).isEqualTo(plain.length);
        assertThat(opened).isEqualTo(plain);
        byte[] again = new byte[sealed.length];
        new CipherState(row.bytes(2), counter).encryptWithAd(row.bytes(4), plain, again);
        assertThat(again).as("%s", row).isEqualTo(sealed);
      } else {
        assertThat(length).as("%s", row).isEqualTo(CipherState.FAILED);
      }
      rows++;
    }
    assertThat(rows).isEqualTo(10);
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }
}
