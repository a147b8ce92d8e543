package io.surgemesh.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VarintTest {
  @ParameterizedTest
  @CsvSource({
    "0, 00",
    "1, 01",
    "127, 7f",
    "128, 8001",
    "255, ff01",
    "300, ac02",
    "16384, 808001",
    "9223372036854775807, ffffffffffffffff7f"
  })
  void valuesOfTheSpecEncodeAsItSays(long value, String hex) throws MalformedMessageException {
    byte[] encoded = Bytes.fromHex(hex).toByteArray();
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    Varint.write(value, stream);
    assertThat(Varint.encode(value)).isEqualTo(encoded);
    assertThat(stream.toByteArray()).isEqualTo(encoded);
    assertThat(Varint.encodedLength(value)).isEqualTo(encoded.length);
    assertThat(Varint.read(ByteBuffer.wrap(encoded))).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "80",
        "ffff",
        "8000",
        "808000",
        "8180808000",
        "ffffffffffffffffff01",
        "80808080808080808001",
        "ffffffffffffffffff"
      })
  void truncatedLongAndNonMinimalOnesAreRefused(String hex) {
    assertThatThrownBy(() -> Varint.read(Bytes.fromHex(hex).asReadOnlyByteBuffer()))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void negativeValuesCannotBeWritten() {
    assertThatIllegalArgumentException().isThrownBy(() -> Varint.encode(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> Varint.encodedLength(Long.MIN_VALUE));
  }

  @Test
  void readingStopsBehindTheValue() throws MalformedMessageException {
    ByteBuffer source = Bytes.fromHex("ac0205").asReadOnlyByteBuffer();
    assertThat(Varint.read(source)).isEqualTo(300);
    assertThat(source.position()).isEqualTo(2);
  }

  @Test
  void whatIsReadEncodesToTheSameBytes() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = new byte[random.nextInt(11)];
      random.nextBytes(bytes);
      ByteBuffer source = ByteBuffer.wrap(bytes);
      try {
        long value = Varint.read(source);
        byte[] again = Varint.encode(value);
        assertThat(ByteBuffer.wrap(again)).isEqualTo(source.flip());
      } catch (MalformedMessageException expected) {
        assertThat(expected.getStackTrace()).isEmpty();
      }
    }
  }
}
