package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.crypto.Primitives;
import java.io.IOException;
import java.util.Arrays;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeCipherTest {
  private static final byte[] HEADER = {23, 3, 3, 0, 36};

  private static HandshakeCipher cipher(boolean sealing, int keyBytes) throws IOException {
    HandshakeCipher cipher = new HandshakeCipher(Primitives.java(), sealing);
    byte[] keys = new byte[keyBytes + 5];
    Arrays.fill(keys, (byte) 3);
    cipher.setKey(keys, 5, keyBytes);
    cipher.init(new byte[12], 16);
    return cipher;
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32})
  void whatIsSealedInPlaceIsOpenedInPlace(int keyBytes) throws IOException {
    byte[] record = new byte[5 + 20 + 16];
    Arrays.fill(record, 5, 25, (byte) 9);
    HandshakeCipher sealing = cipher(true, keyBytes);
    assertThat(sealing.getOutputSize(20)).isEqualTo(36);
    assertThat(sealing.doFinal(HEADER, record, 5, 20, record, 5)).isEqualTo(36);
    assertThat(Arrays.copyOfRange(record, 5, 25)).isNotEqualTo(filled(20));
    HandshakeCipher opening = cipher(false, keyBytes);
    assertThat(opening.getOutputSize(36)).isEqualTo(20);
    assertThat(opening.doFinal(HEADER, record, 5, 36, record, 5)).isEqualTo(20);
    assertThat(Arrays.copyOfRange(record, 5, 25)).isEqualTo(filled(20));
  }

  private static byte[] filled(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 9);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32})
  void aForgedRecordEndsTheHandshake(int keyBytes) throws IOException {
    byte[] record = new byte[36];
    cipher(true, keyBytes).doFinal(HEADER, record, 0, 20, record, 0);
    record[30] ^= 1;
    HandshakeCipher opening = cipher(false, keyBytes);
    assertThatThrownBy(() -> opening.doFinal(HEADER, record, 0, 36, record, 0))
        .isInstanceOfSatisfying(
            TlsFatalAlert.class,
            alert ->
                assertThat(alert.getAlertDescription()).isEqualTo(AlertDescription.bad_record_mac));
  }
}
