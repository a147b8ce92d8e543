package io.surgemesh.examples;

import com.google.gson.JsonObject;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;
import io.surgemesh.ledger.LedgerExport;
import io.surgemesh.ledger.LedgerSource;
import io.surgemesh.ledger.SqliteLedgerStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a ledger to a file that others can verify. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Write a ledger to a file that anyone can verify without the peer.",
      "It holds no secret, but names whom the peer dealt with. Without --output it goes to stdout."
    })
final class LedgerExportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The peer's data directory.")
  Path dataDir = Path.of(".");

  @Option(
      names = {"--output", "-o"},
      paramLabel = "FILE",
      description = "The file to write, instead of stdout.")
  @Nullable Path output;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Override
  public Integer call() throws Exception {
    PeerId owner = LedgerOwner.of(dataDir, List.of());
    if (output == null) {
      try (Scratch scratch = new Scratch("surge-export")) {
        Path file = scratch.directory().resolve("ledger.export");
        write(owner, file);
        Files.copy(file, System.out);
        System.out.flush();
      }
    } else {
      print(owner, output, write(owner, output));
    }
    return 0;
  }

  private long write(PeerId owner, Path file) throws MeshException {
    try (LedgerSource source = SqliteLedgerStore.openReadOnly(LedgerOwner.file(dataDir))) {
      return LedgerExport.write(file, owner, source);
    }
  }

  private void print(PeerId owner, Path file, long entries) {
    if (json) {
      JsonObject line = JsonLines.event("exported");
      line.addProperty("peerId", owner.toString());
      line.addProperty("entries", entries);
      line.addProperty("file", file.toString());
      new JsonLines(System.out).print(line);
    } else {
      System.out.println(entries + " entries of " + owner + " written to " + file);
    }
  }
}
