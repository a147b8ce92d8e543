package io.surgemesh.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class WordTextTest {
  @Test
  void validUtf8IsReadAsSuch() {
    byte[] word = "naïve-\uD83D\uDE00".getBytes(StandardCharsets.UTF_8);
    assertThat(WordText.of(word, 0, word.length)).isEqualTo("naïve-\uD83D\uDE00");
  }

  @Test
  void bytesThatAreNotUtf8StandAsLoneSurrogatesOneEach() {
    byte[] word = {'a', (byte) 0xff, (byte) 0xc3, 'b', (byte) 0xe2, (byte) 0x82};
    assertThat(WordText.of(word, 0, word.length)).isEqualTo("a\udcff\udcc3b\udce2\udc82");
  }

  @Test
  void onlyTheNamedRangeIsRead() {
    byte[] text = "xxwordxx".getBytes(StandardCharsets.US_ASCII);
    assertThat(WordText.of(text, 2, 4)).isEqualTo("word");
  }
}
