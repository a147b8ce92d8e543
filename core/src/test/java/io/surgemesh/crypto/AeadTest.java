package io.surgemesh.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.wycheproof.VectorFile;
import io.surgemesh.wycheproof.VectorFile.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every cipher, chosen on this Java or not, as arrays go in and out. */
class AeadTest {
  private static final byte[] NOTHING = {};

  private static List<Aead> both(Aead.Algorithm algorithm, byte[] key) {
    List<Aead> all = new ArrayList<>();
    all.add(new JdkAead(algorithm, key));
    BothPrimitives.nativeOnes().ifPresent(found -> all.add(found.direct(algorithm, key)));
    return all;
  }

  private static byte[] join(byte[]... parts) {
    byte[] joined = new byte[0];
    for (byte[] part : parts) {
      int at = joined.length;
      joined = Arrays.copyOf(joined, at + part.length);
      System.arraycopy(part, 0, joined, at, part.length);
    }
    return joined;
  }

  private static byte[] random(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  @Test
  void vectorsOfWycheproofHoldForChaCha20Poly1305() {
    List<Row> rows = VectorFile.rows("chacha20-poly1305.txt");
    rows.forEach(row -> check(row, Aead.Algorithm.CHACHA20_POLY1305));
    assertThat(rows).hasSize(325);
  }

  @Test
  void vectorsOfWycheproofHoldForAesGcm() {
    List<Row> rows = VectorFile.rows("aes-gcm.txt");
    for (Row row : rows) {
      boolean isShort = row.bytes(2).length == Aead.Algorithm.AES_128_GCM.keyBytes();
      check(row, isShort ? Aead.Algorithm.AES_128_GCM : Aead.Algorithm.AES_256_GCM);
    }
    assertThat(rows).hasSize(133);
  }

  private static void check(Row row, Aead.Algorithm algorithm) {
    byte[] sealed = join(row.bytes(6), row.bytes(7));
    byte[] plain = row.bytes(5);
    for (Aead aead : both(algorithm, row.bytes(2))) {
      byte[] opened = new byte[Math.max(0, sealed.length - Aead.TAG_BYTES)];
      aead.begin(row.bytes(3), row.bytes(4), 0, row.bytes(4).length);
      int length = aead.open(sealed, 0, sealed.length, opened, 0);
      if (row.result().equals("valid")) {
        assertThat(length).as("%s", row).isEqualTo(plain.length);
        assertThat(opened).as("%s", row).isEqualTo(plain);
      } else {
        assertThat(length).as("%s", row).isEqualTo(Aead.FAILED);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Aead.Algorithm.class)
  void bothSealTheSameAndOpenWhatTheOtherSealed(Aead.Algorithm algorithm) {
    SplittableRandom random = new SplittableRandom(1);
    byte[] key = random(random, algorithm.keyBytes());
    List<Aead> all = both(algorithm, key);
    for (int round = 0; round < 60; round++) {
      byte[] nonce = random(random, Aead.NONCE_BYTES);
      byte[] plain = random(random, random.nextInt(round % 3 == 0 ? 20_000 : 70));
      byte[] tail = random(random, random.nextInt(2));
      byte[] associated = random(random, random.nextInt(20));
      int offset = random.nextInt(5);
      byte[] shifted = join(new byte[offset], plain, new byte[3]);
      byte[] expected = null;
      for (Aead aead : all) {
        byte[] target = new byte[7 + plain.length + tail.length + Aead.TAG_BYTES + 2];
        aead.begin(nonce, join(new byte[2], associated), 2, associated.length);
        int sealed = aead.seal(shifted, offset, plain.length, tail, target, 7);
        assertThat(sealed).isEqualTo(plain.length + tail.length + Aead.TAG_BYTES);
        assertThat(Arrays.copyOf(target, 7)).containsOnly(0);
        assertThat(Arrays.copyOfRange(target, 7 + sealed, target.length)).containsOnly(0);
        assertThat(target).isEqualTo(expected == null ? target : expected);
        expected = target;
      }
      // The JDK takes no nonce twice in a row, not even to decrypt.
      for (Aead aead : both(algorithm, key)) {
        byte[] opened = new byte[plain.length + tail.length + 1];
        aead.begin(nonce, associated, 0, associated.length);
        int length = plain.length + tail.length + Aead.TAG_BYTES;
        assertThat(aead.open(expected, 7, length, opened, 1)).isEqualTo(plain.length + tail.length);
        assertThat(opened).isEqualTo(join(new byte[1], plain, tail));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Aead.Algorithm.class)
  void whateverIsForgedFailsAndTheNextMessageOpens(Aead.Algorithm algorithm) {
    byte[] key = new byte[algorithm.keyBytes()];
    byte[] associated = {1, 2, 3};
    byte[] nonce = new byte[Aead.NONCE_BYTES];
    byte[] sealed = new byte[20 + Aead.TAG_BYTES];
    Aead sender = new JdkAead(algorithm, key);
    sender.begin(nonce, associated, 0, 3);
    assertThat(sender.seal(new byte[20], 0, 20, NOTHING, sealed, 0)).isEqualTo(sealed.length);
    BothPrimitives.nativeOnes()
        .ifPresent(
            found -> {
              Aead receiver = found.direct(algorithm, key);
              for (int i = 0; i < sealed.length; i++) {
                byte[] forged = sealed.clone();
                forged[i] ^= 1;
                receiver.begin(nonce, associated, 0, 3);
                assertThat(receiver.open(forged, 0, forged.length, new byte[20], 0))
                    .isEqualTo(Aead.FAILED);
              }
              receiver.begin(nonce, associated, 0, 2);
              assertThat(receiver.open(sealed, 0, sealed.length, new byte[20], 0))
                  .isEqualTo(Aead.FAILED);
              receiver.begin(nonce, associated, 0, 3);
              assertThat(receiver.open(sealed, 0, Aead.TAG_BYTES, new byte[20], 0))
                  .isEqualTo(Aead.FAILED);
              receiver.begin(nonce, associated, 0, 3);
              assertThat(receiver.open(sealed, 0, sealed.length, new byte[20], 0)).isEqualTo(20);
            });
  }

  @Test
  void theLongestRecordOfNoiseFitsTheRoomOutsideTheHeap() {
    byte[] plain = new byte[DirectAead.MESSAGE_BYTES_MAX - Aead.TAG_BYTES];
    for (Aead aead : both(Aead.Algorithm.CHACHA20_POLY1305, new byte[32])) {
      byte[] sealed = new byte[DirectAead.MESSAGE_BYTES_MAX];
      byte[] nonce = new byte[Aead.NONCE_BYTES];
      aead.begin(nonce, NOTHING, 0, 0);
      assertThat(aead.seal(plain, 0, plain.length, NOTHING, sealed, 0)).isEqualTo(sealed.length);
      nonce[0] = 1;
      aead.begin(nonce, NOTHING, 0, 0);
      assertThat(aead.open(sealed, 0, sealed.length, plain, 0)).isEqualTo(Aead.FAILED);
      nonce[0] = 0;
      aead.begin(nonce, NOTHING, 0, 0);
      assertThat(aead.open(sealed, 0, sealed.length, plain, 0)).isEqualTo(plain.length);
    }
  }
}
