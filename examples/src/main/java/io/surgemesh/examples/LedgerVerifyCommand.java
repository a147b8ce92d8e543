package io.surgemesh.examples;

import com.google.gson.JsonObject;
import io.surgemesh.identity.PeerId;
import io.surgemesh.ledger.LedgerExport;
import io.surgemesh.ledger.SqliteLedgerStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks ledgers: of a data directory, or exported ones given only the peers' ids. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Check every entry of a ledger: the chain, the owner's signatures, and both sides'"
          + " signatures",
      "on each agreement and receipt.",
      "",
      "Give a data directory, or exports with the ids of their owners. Given the ledgers of both",
      "sides, it also counts the receipts that stand in both. Exit code 1 when anything is wrong.",
      "A cut tail cannot be seen from one ledger alone."
    })
final class LedgerVerifyCommand implements Callable<Integer> {
  @Parameters(arity = "0..1", paramLabel = "DIR", description = "A peer's data directory.")
  @Nullable Path dataDir;

  @Option(
      names = "--export",
      paramLabel = "FILE",
      arity = "1..*",
      description = "Exported ledgers.")
  List<Path> exports = new ArrayList<>();

  @Option(
      names = "--peer",
      paramLabel = "PEERID",
      arity = "1..*",
      converter = PeerIds.class,
      description = "Ids of the exports' owners; for DIR, its owner when the key is not there.")
  List<PeerId> peers = new ArrayList<>();

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Override
  public Integer call() throws Exception {
    LedgerAudit audit = new LedgerAudit();
    if (dataDir != null && exports.isEmpty()) {
      PeerId owner = LedgerOwner.of(dataDir, peers);
      audit.check(
          dataDir.toString(), owner, SqliteLedgerStore.openReadOnly(LedgerOwner.file(dataDir)));
    } else if (dataDir == null && !exports.isEmpty()) {
      for (Path export : exports) {
        checkExport(audit, export);
      }
    } else {
      throw new SurgeException("give either DIR or --export FILE --peer PEERID");
    }
    print(audit);
    return 0;
  }

  private void checkExport(LedgerAudit audit, Path export) throws Exception {
    LedgerExport opened = LedgerExport.open(export);
    PeerId owner = opened.owner();
    if (!peers.contains(owner)) {
      opened.close();
      throw new SurgeException(
          export + " is said to be of " + owner + ", which --peer does not name");
    }
    audit.check(export.toString(), owner, opened);
  }

  private void print(LedgerAudit audit) {
    if (json) {
      JsonObject line = JsonLines.event("verified");
      line.addProperty("ledgers", audit.ledgers());
      line.addProperty("entries", audit.entries());
      line.addProperty("receipts", audit.receipts());
      line.addProperty("inBothLedgers", audit.inBothLedgers());
      new JsonLines(System.out).print(line);
    } else {
      System.out.println(
          audit.ledgers()
              + (audit.ledgers() == 1 ? " ledger, " : " ledgers, ")
              + audit.entries()
              + " entries: all hold; "
              + audit.receipts()
              + " jobs settled by both sides"
              + (audit.ledgers() == 1 ? "" : ", " + audit.inBothLedgers() + " in both ledgers"));
    }
  }
}
