package io.surgemesh.identity;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Takes the input for the content of a key file, plain or encrypted. */
public final class KeyFileFuzz {
  private static final Path FILE = emptyFile();

  /** One iteration, and what comes behind the count; more iterations would only take time. */
  private static final String CHEAP = "020101300c06082a864886f70d0209";

  private KeyFileFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      check(KeyPair.decode(data));
    } catch (MalformedMessageException refused) {
      // Refusing is all that a decoder may do.
    }
    boolean cheap = Bytes.of(data).toHex().contains(CHEAP);
    try {
      EncryptedKey.open(data, new char[] {'a'}, cheap ? 1 : EncryptedKey.ITERATIONS_MAX)
          .ifPresent(KeyFileFuzz::check);
    } catch (MalformedMessageException refused) {
      // As above.
    }
    try {
      Files.write(FILE, data);
      check(KeyFile.load(FILE));
    } catch (MeshException refused) {
      // As above.
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static void check(KeyPair pair) {
    try {
      byte[] encoded = pair.encode();
      if (!Arrays.equals(KeyPair.decode(encoded).encode(), encoded)) {
        throw new AssertionError("read back as another");
      }
    } catch (MalformedMessageException unreadable) {
      throw new AssertionError("not read back", unreadable);
    }
  }

  private static Path emptyFile() {
    try {
      Path file = Files.createTempFile("key", ".fuzz");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
