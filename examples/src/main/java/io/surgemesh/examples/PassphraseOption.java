package io.surgemesh.examples;

import io.surgemesh.identity.KeyFile;
import io.surgemesh.mesh.MeshBuilder;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the passphrase of the key file comes from: a file, an environment variable, or nowhere. */
final class PassphraseOption {
  /** The environment variable that holds it when no file is named. */
  static final String VARIABLE = "SURGE_PASSPHRASE";

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = {
        "Encrypt the key file under the passphrase in the first line of FILE. Without, that in the",
        "environment variable " + VARIABLE + " is taken; without either, the key is not encrypted."
      })
  @Nullable Path file;

  /** Gives a builder the passphrase, if there is one. */
  MeshBuilder applyTo(MeshBuilder builder) throws SurgeException {
    String set = System.getenv(VARIABLE);
    if (file != null) {
      builder.passphrase(firstLine(file));
    } else if (set != null) {
      requireLength(set.length(), VARIABLE);
      builder.passphrase(set.toCharArray());
    }
    return builder;
  }

  private static char[] firstLine(Path source) throws SurgeException {
    // One more than a passphrase may have, and the end of its line.
    char[] read = new char[KeyFile.PASSPHRASE_CHARACTERS_MAX + 3];
    try (Reader reader = Files.newBufferedReader(source, StandardCharsets.UTF_8)) {
      int length = 0;
      for (int more = 0; more >= 0 && length < read.length; length += Math.max(more, 0)) {
        more = reader.read(read, length, read.length - length);
      }
      int end = 0;
      while (end < length && read[end] != '\n' && read[end] != '\r') {
        end++;
      }
      requireLength(end, source.toString());
      return Arrays.copyOf(read, end);
    } catch (IOException failure) {
      throw new SurgeException("cannot read the passphrase file " + source);
    } finally {
      Arrays.fill(read, '\0');
    }
  }

  private static void requireLength(int characters, String source) throws SurgeException {
    if (characters == 0 || characters > KeyFile.PASSPHRASE_CHARACTERS_MAX) {
      throw new SurgeException(
          "the passphrase in "
              + source
              + " must have 1 to "
              + KeyFile.PASSPHRASE_CHARACTERS_MAX
              + " characters");
    }
  }
}
