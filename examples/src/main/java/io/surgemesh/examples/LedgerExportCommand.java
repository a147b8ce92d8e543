package io.surgemesh.examples;

import com.google.gson.JsonObject;
import io.surgemesh.identity.PeerId;
import io.surgemesh.ledger.LedgerExport;
import io.surgemesh.ledger.LedgerSource;
import io.surgemesh.ledger.SqliteLedgerStore;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a ledger to a file that others can verify. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Write a ledger to a file that anyone can verify without the peer.",
      "It holds no secret, but names whom the peer dealt with."
    })
final class LedgerExportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The peer's data directory.")
  Path dataDir = Path.of(".");

  @Option(
      names = {"--output", "-o"},
      paramLabel = "FILE",
      required = true,
      description = "The file to write.")
  Path output = Path.of("ledger.export");

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Override
  public Integer call() throws Exception {
    PeerId owner = LedgerOwner.of(dataDir, List.of());
    long entries;
    try (LedgerSource source = SqliteLedgerStore.openReadOnly(LedgerOwner.file(dataDir))) {
      entries = LedgerExport.write(output, owner, source);
    }
    if (json) {
      JsonObject line = JsonLines.event("exported");
      line.addProperty("peerId", owner.toString());
      line.addProperty("entries", entries);
      line.addProperty("file", output.toString());
      new JsonLines(System.out).print(line);
    } else {
      System.out.println(entries + " entries of " + owner + " written to " + output);
    }
    return 0;
  }
}
