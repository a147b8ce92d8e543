package io.surgemesh.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BaseEncodingTest {
  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "61, 2g",
    "626262, a3gV",
    "636363, aPEr",
    "516b6fcd0f, ABnLTmg",
    "00000000000000000000, 1111111111",
    "0000287fb4cd, 11233QC4",
    "73696d706c792061206c6f6e6720737472696e67, 2cFupjhnEsSn59qHXstmK2ffpLv2"
  })
  void base58FollowsTheBitcoinVectors(String hex, String text) throws MalformedMessageException {
    assertThat(Base58.encode(Bytes.fromHex(hex).toByteArray())).isEqualTo(text);
    assertThat(Base58.decode(text)).isEqualTo(Bytes.fromHex(hex).toByteArray());
  }

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "f, my",
    "fo, mzxq",
    "foo, mzxw6",
    "foob, mzxw6yq",
    "fooba, mzxw6ytb",
    "foobar, mzxw6ytboi"
  })
  void base32FollowsTheVectorsOfRfc4648(String content, String text)
      throws MalformedMessageException {
    byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
    assertThat(Base32.encode(bytes)).isEqualTo(text);
    assertThat(Base32.decode(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "O", "I", "l", " 2g", "2g ", "2g\n", "é", "2-g", "\ud83d\ude00"})
  void base58RefusesCharactersOutsideItsAlphabet(String text) {
    assertThatThrownBy(() -> Base58.decode(text)).isInstanceOf(MalformedMessageException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"m", "mz", "mzx", "mzxw6y", "mzxr", "MY", "my======", "m1", "m8", "my é"})
  void base32RefusesWhatNoEncoderMakes(String text) {
    assertThatThrownBy(() -> Base32.decode(text)).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void textBeyondTheBoundIsRefused() {
    assertThatThrownBy(() -> Base58.decode("2".repeat(Base58.CHARACTERS_MAX + 1)))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> Base32.decode("a".repeat(Base32.CHARACTERS_MAX + 1)))
        .isInstanceOf(MalformedMessageException.class);
    assertThatIllegalArgumentException().isThrownBy(() -> Base58.encode(new byte[187]));
  }

  @Test
  void whatIsEncodedDecodesToTheSameBytes() throws MalformedMessageException {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(i % 100 == 0 ? 187 : 40)];
      random.nextBytes(bytes);
      for (int zero = random.nextInt(4); zero > 0 && bytes.length >= zero; zero--) {
        bytes[zero - 1] = 0;
      }
      assertThat(Base58.decode(Base58.encode(bytes))).isEqualTo(bytes);
      assertThat(Base32.decode(Base32.encode(bytes))).isEqualTo(bytes);
    }
  }

  @Test
  void multibaseGoesByThePrefix() throws MalformedMessageException {
    assertThat(Multibase.decode("bmzxw6")).isEqualTo("foo".getBytes(StandardCharsets.US_ASCII));
    assertThat(Multibase.decode("z2g")).isEqualTo(new byte[] {0x61});
    for (String text : new String[] {"", "Bmzxw6", "f00", "k2", "1", "mzxw6"}) {
      assertThatThrownBy(() -> Multibase.decode(text))
          .isInstanceOf(MalformedMessageException.class);
    }
  }
}
