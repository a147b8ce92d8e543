package io.surgemesh.ledger;

import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.Signatures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Takes the input for an exported ledger, and verifies it. */
public final class LedgerExportFuzz {
  private static final Path FILE = emptyFile();

  private LedgerExportFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      Files.write(FILE, data);
      try (LedgerExport export = LedgerExport.open(FILE)) {
        LedgerReport report = LedgerVerifier.verify(export.owner(), Signatures.ed25519(), export);
        if (report.fault().isEmpty() && report.entries() > data.length) {
          throw new AssertionError("more entries than bytes");
        }
      }
    } catch (MeshException refused) {
      // Refusing is all that a reader may do.
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static Path emptyFile() {
    try {
      Path file = Files.createTempFile("ledger", ".fuzz");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
