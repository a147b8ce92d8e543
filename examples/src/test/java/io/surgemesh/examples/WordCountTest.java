package io.surgemesh.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordCountTest {
  private static final Pattern SEPARATORS = Pattern.compile("[ \t-\r]+");

  @TempDir Path directory;

  @Test
  void aWordIsWhatStandsBetweenTheSixSeparators() throws IOException {
    String text = "\t\na b\u000bb\fc\rc c\u0000\u001fc d";
    assertThat(counts(text.getBytes(StandardCharsets.ISO_8859_1)))
        .containsEntry("a", 1L)
        .containsEntry("b", 2L)
        .containsEntry("c", 2L)
        .containsEntry("c\u0000\u001fc", 1L)
        .containsEntry("d", 1L)
        .hasSize(5);
  }

  @Test
  void anyNumberOfChunksGivesTheSameCountsAsOne() throws IOException {
    for (long seed = 0; seed < 30; seed++) {
      byte[] text = randomText(seed);
      Path file = Files.write(directory.resolve("text-" + seed), text);
      for (int chunks : new int[] {1, 2, 3, 7, 50, 1000}) {
        WordTable merged = new WordTable();
        long covered = 0;
        for (WordCount.Chunk chunk : WordCount.split(file, chunks)) {
          assertThat(chunk.offset()).isEqualTo(covered);
          assertThat(chunk.bytes()).isPositive();
          covered += chunk.bytes();
          byte[] piece =
              Arrays.copyOfRange(
                  text, (int) chunk.offset(), (int) (chunk.offset() + chunk.bytes()));
          byte[] output = output(piece);
          assertThat(output.length)
              .isLessThanOrEqualTo((int) WordCount.outputBytesMax(piece.length));
          WordCount.merge(new ByteArrayInputStream(output), output.length, merged);
        }
        assertThat(covered).isEqualTo(text.length);
        assertThat(asMap(merged)).as("seed %d, %d chunks", seed, chunks).isEqualTo(counts(text));
      }
    }
  }

  @Test
  void countsAgreeWithAPlainSplitOfTheText() throws IOException {
    for (long seed = 100; seed < 130; seed++) {
      byte[] text = randomText(seed);
      Map<String, Long> expected = new TreeMap<>();
      for (String word :
          SEPARATORS.splitAsStream(new String(text, StandardCharsets.ISO_8859_1)).toList()) {
        if (!word.isEmpty()) {
          expected.merge(word, 1L, Long::sum);
        }
      }
      assertThat(counts(text)).as("seed %d", seed).isEqualTo(expected);
    }
  }

  @Test
  void anEmptyFileHasNoChunksAndNoWords() throws IOException {
    Path file = Files.write(directory.resolve("empty"), new byte[0]);
    assertThat(WordCount.split(file, 4)).isEmpty();
    assertThat(counts(new byte[0])).isEmpty();
  }

  @Test
  void aWordLongerThanAChunkIsNotCut() throws IOException {
    byte[] text = ("x".repeat(200_000) + " y").getBytes(StandardCharsets.US_ASCII);
    Path file = Files.write(directory.resolve("long"), text);
    List<WordCount.Chunk> chunks = WordCount.split(file, 10);
    assertThat(chunks).hasSize(2);
    assertThat(counts(text)).containsEntry("y", 1L).hasSize(2);
  }

  @Test
  void aBrokenOutputIsRefused() throws IOException {
    byte[] whole = output("one two two".getBytes(StandardCharsets.US_ASCII));
    for (int cut = 0; cut < whole.length; cut++) {
      byte[] part = Arrays.copyOf(whole, cut);
      assertThatThrownBy(
              () -> WordCount.merge(new ByteArrayInputStream(part), part.length, new WordTable()))
          .isInstanceOf(IOException.class);
    }
    byte[] longer = Arrays.copyOf(whole, whole.length + 1);
    assertThatThrownBy(
            () -> WordCount.merge(new ByteArrayInputStream(longer), longer.length, new WordTable()))
        .isInstanceOf(IOException.class);
  }

  private static byte[] output(byte[] text) throws IOException {
    WordTable words = new WordTable();
    WordCount.count(new ByteArrayInputStream(text), words, read -> {});
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    words.writeTo(new DataOutputStream(out));
    return out.toByteArray();
  }

  private static Map<String, Long> counts(byte[] text) throws IOException {
    WordTable words = new WordTable();
    try (InputStream in = new ByteArrayInputStream(text)) {
      WordCount.count(in, words, read -> {});
    }
    return asMap(words);
  }

  private static Map<String, Long> asMap(WordTable words) {
    Map<String, Long> map = new TreeMap<>();
    words.<RuntimeException>forEach(
        (bytes, offset, length, count) ->
            map.put(new String(bytes, offset, length, StandardCharsets.ISO_8859_1), count));
    return map;
  }

  private static byte[] randomText(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] text = new byte[random.nextInt(3000)];
    for (int i = 0; i < text.length; i++) {
      int kind = random.nextInt(10);
      text[i] =
          (byte)
              (kind < 3
                  ? " \t\n\u000b\f\r".charAt(random.nextInt(6))
                  : kind < 9 ? 'a' + random.nextInt(3) : random.nextInt(256));
    }
    return text;
  }
}
