package io.surgemesh.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;

class BytesTest {
  @Test
  void arraysGoInAndOutAsCopies() {
    byte[] source = {1, 2, 3};
    Bytes bytes = Bytes.of(source);
    source[0] = 9;
    bytes.toByteArray()[1] = 9;
    assertThat(bytes.toHex()).isEqualTo("010203");
    assertThatExceptionOfType(ReadOnlyBufferException.class)
        .isThrownBy(() -> bytes.asReadOnlyByteBuffer().put((byte) 1));
  }

  @Test
  void equalContentIsEqualAndHashesAlike() {
    assertThat(Bytes.fromHex("00ff")).isEqualTo(Bytes.of(new byte[] {0, -1}));
    assertThat(Bytes.fromHex("00ff")).hasSameHashCodeAs(Bytes.of(new byte[] {0, -1}));
    assertThat(Bytes.fromHex("00ff")).isNotEqualTo(Bytes.fromHex("00fe"));
    assertThat(Bytes.of(new byte[0])).isSameAs(Bytes.EMPTY);
  }

  @Test
  void orderIsThatOfUnsignedBytes() {
    assertThat(Bytes.fromHex("7f")).isLessThan(Bytes.fromHex("80"));
    assertThat(Bytes.fromHex("80")).isLessThan(Bytes.fromHex("8000"));
    assertThat(Bytes.EMPTY).isLessThan(Bytes.fromHex("00"));
  }

  @Test
  void slicesAndPrefixesAreExact() {
    Bytes bytes = Bytes.fromHex("01020304");
    assertThat(bytes.slice(1, 3)).isEqualTo(Bytes.fromHex("0203"));
    assertThat(bytes.slice(4, 4)).isEqualTo(Bytes.EMPTY);
    assertThat(Bytes.of(new byte[] {1, 2, 3}, 1, 2)).isEqualTo(Bytes.fromHex("0203"));
    assertThat(bytes.startsWith(Bytes.fromHex("0102"))).isTrue();
    assertThat(bytes.startsWith(Bytes.EMPTY)).isTrue();
    assertThat(bytes.startsWith(Bytes.fromHex("02"))).isFalse();
    assertThat(Bytes.EMPTY.startsWith(bytes)).isFalse();
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> bytes.slice(3, 2));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> bytes.get(4));
  }

  @Test
  void hexadecimalLiteralsAreChecked() {
    assertThat(Bytes.fromHex("aBCd")).isEqualTo(Bytes.fromHex("abcd"));
    assertThatIllegalArgumentException().isThrownBy(() -> Bytes.fromHex("abc"));
    assertThatIllegalArgumentException().isThrownBy(() -> Bytes.fromHex("0g"));
    // Character.digit takes digits of other scripts for digits.
    assertThatIllegalArgumentException().isThrownBy(() -> Bytes.fromHex("\u0661\u0661"));
  }

  @Test
  void textForLogsIsBounded() {
    assertThat(Bytes.fromHex("00ff")).hasToString("00ff");
    assertThat(Bytes.of(new byte[100_000]).toString()).hasSizeLessThan(160).contains("100000");
  }
}
