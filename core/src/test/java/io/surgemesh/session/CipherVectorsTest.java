package io.surgemesh.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.crypto.Primitives;
import io.surgemesh.wycheproof.VectorFile;
import io.surgemesh.wycheproof.VectorFile.Row;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Wycheproof's vectors for Noise's use of its cipher; all of them are put to the ciphers. */
class CipherVectorsTest {
  @ParameterizedTest
  @MethodSource("io.surgemesh.crypto.BothPrimitives#all")
  void cipherStatesHoldWhereTheNonceIsOneOfNoise(Primitives by) {
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
          new CipherState(by, row.bytes(2), counter).decryptWithAd(row.bytes(4), sealed, opened);
      if (row.result().equals("valid")) {
        assertThat(length).as("%s", row).isEqualTo(plain.length);
        assertThat(opened).isEqualTo(plain);
        byte[] again = new byte[sealed.length];
        new CipherState(by, row.bytes(2), counter).encryptWithAd(row.bytes(4), plain, again);
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
