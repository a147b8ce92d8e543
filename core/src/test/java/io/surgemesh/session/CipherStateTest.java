package io.surgemesh.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.crypto.Primitives;
import io.surgemesh.multiformats.Bytes;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CipherStateTest {
  private static final String BOTH = "io.surgemesh.crypto.BothPrimitives#all";

  private static final byte[] KEY =
      Bytes.fromHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
          .toByteArray();

  private static byte[] encrypt(CipherState state, byte[] plain) {
    byte[] target = new byte[plain.length + CipherState.TAG_BYTES];
    assertThat(state.encrypt(plain, 0, plain.length, target, 0)).isEqualTo(target.length);
    return target;
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void messagesOfEverySizeComeBackInOrder(Primitives by) {
    CipherState send = new CipherState(by, KEY);
    CipherState receive = new CipherState(by, KEY);
    for (int size : new int[] {0, 1, 15, 16, 17, 64, 1000, CipherState.PLAIN_BYTES_MAX}) {
      byte[] plain = new byte[size];
      Arrays.fill(plain, (byte) size);
      byte[] sealed = encrypt(send, plain);
      byte[] opened = new byte[size];
      assertThat(receive.decrypt(sealed, 0, sealed.length, opened, 0)).isEqualTo(size);
      assertThat(opened).isEqualTo(plain);
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void aForgedByteAnywhereFailsAndEndsTheState(Primitives by) {
    byte[] sealed = encrypt(new CipherState(by, KEY), new byte[20]);
    for (int i = 0; i < sealed.length; i++) {
      CipherState receive = new CipherState(by, KEY);
      byte[] forged = sealed.clone();
      forged[i] ^= 1;
      byte[] opened = new byte[20];
      assertThat(receive.decrypt(forged, 0, forged.length, opened, 0))
          .isEqualTo(CipherState.FAILED);
      assertThat(receive.decrypt(sealed, 0, sealed.length, opened, 0))
          .isEqualTo(CipherState.FAILED);
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void messagesShorterThanATagFail(Primitives by) {
    for (int length = 0; length < CipherState.TAG_BYTES; length++) {
      assertThat(new CipherState(by, KEY).decrypt(new byte[16], 0, length, new byte[16], 0))
          .isEqualTo(CipherState.FAILED);
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void aReplayedOrReorderedMessageFails(Primitives by) {
    CipherState send = new CipherState(by, KEY);
    byte[] first = encrypt(send, new byte[5]);
    byte[] second = encrypt(send, new byte[5]);
    assertThat(new CipherState(by, KEY).decrypt(second, 0, second.length, new byte[5], 0))
        .isEqualTo(CipherState.FAILED);
    CipherState receive = new CipherState(by, KEY);
    assertThat(receive.decrypt(first, 0, first.length, new byte[5], 0)).isEqualTo(5);
    assertThat(receive.decrypt(first, 0, first.length, new byte[5], 0))
        .isEqualTo(CipherState.FAILED);
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void theLastCounterIsNeverUsed(Primitives by) {
    CipherState send = new CipherState(by, KEY, -2L);
    byte[] sealed = encrypt(send, new byte[3]);
    assertThat(send.encrypt(new byte[3], 0, 3, new byte[19], 0)).isEqualTo(CipherState.FAILED);
    CipherState receive = new CipherState(by, KEY, -2L);
    assertThat(receive.decrypt(sealed, 0, sealed.length, new byte[3], 0)).isEqualTo(3);
    assertThat(receive.decrypt(sealed, 0, sealed.length, new byte[3], 0))
        .isEqualTo(CipherState.FAILED);
  }
}
