package io.surgemesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PeerTextTest {
  @Test
  void printableAsciiStays() {
    assertThat(PeerText.escape("go-libp2p/0.38 (linux) ~\"'<>", 100))
        .isEqualTo("go-libp2p/0.38 (linux) ~\"'<>");
  }

  @Test
  void whatCouldForgeALogOrATerminalIsEscaped() {
    assertThat(PeerText.escape("a\nINFO b\r\t\u001b[31m\u0000\u007f\u009b", 100))
        .isEqualTo("a\\u000aINFO b\\u000d\\u0009\\u001b[31m\\u0000\\u007f\\u009b");
    assertThat(PeerText.escape("\u202e\u2028\u00e9\ud83d\ude00\ud800", 100))
        .isEqualTo("\\u202e\\u2028\\u00e9\\ud83d\\ude00\\ud800");
    assertThat(PeerText.escape("\\u000a", 100)).isEqualTo("\\\\u000a");
  }

  @Test
  void longTextIsCutAtAWholeCharacter() {
    assertThat(PeerText.escape("abcdef", 6)).isEqualTo("abcdef");
    assertThat(PeerText.escape("abcdefg", 6)).isEqualTo("abc...");
    assertThat(PeerText.escape("ab\ncd", 8)).isEqualTo("ab...");
    assertThat(PeerText.escape("ab\n", 8)).isEqualTo("ab\\u000a");
    assertThat(PeerText.escape("abcd", 3)).isEqualTo("...");
    assertThatIllegalArgumentException().isThrownBy(() -> PeerText.escape("a", 2));
  }

  @Test
  void bytesThatAreNotTextAreEscapedToo() {
    assertThat(PeerText.escape("caf\u00e9".getBytes(StandardCharsets.UTF_8), 100))
        .isEqualTo("caf\\u00e9");
    assertThat(PeerText.escape(new byte[] {'a', -1}, 100)).isEqualTo("a\\ufffd");
    assertThat(PeerText.escape(new byte[1 << 20], 20)).isEqualTo("\\u0000\\u0000...");
  }

  @Test
  void anyTextBecomesPrintableAndBounded() {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      int charactersMax = random.nextInt(3, 80);
      assertThat(PeerText.escape(bytes, charactersMax))
          .matches("[ -~]*")
          .hasSizeLessThanOrEqualTo(charactersMax);
    }
  }
}
