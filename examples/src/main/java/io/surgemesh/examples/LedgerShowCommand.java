package io.surgemesh.examples;

import com.google.gson.JsonObject;
import io.surgemesh.identity.PeerId;
import io.surgemesh.ledger.LedgerEntry;
import io.surgemesh.ledger.LedgerSource;
import io.surgemesh.ledger.SqliteLedgerStore;
import io.surgemesh.market.Agreement;
import io.surgemesh.market.Receipt;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints a ledger, one line an entry, without checking it. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Print a ledger, one line an entry; verify checks it.")
final class LedgerShowCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The peer's data directory.")
  Path dataDir = Path.of(".");

  @Option(names = "--json", description = "Print one JSON object a line.")
  boolean json;

  @Override
  public Integer call() throws Exception {
    PeerId owner = LedgerOwner.of(dataDir, List.of());
    JsonLines lines = new JsonLines(System.out);
    if (!json) {
      System.out.println("ledger of " + owner);
    }
    try (LedgerSource source = SqliteLedgerStore.openReadOnly(LedgerOwner.file(dataDir))) {
      for (Optional<Bytes> next = source.next(); next.isPresent(); next = source.next()) {
        LedgerEntry entry = decode(next.get());
        if (json) {
          lines.print(json(entry));
        } else {
          print(owner, entry);
        }
      }
    }
    return 0;
  }

  private static LedgerEntry decode(Bytes envelope) throws SurgeException {
    try {
      return LedgerEntry.decode(envelope);
    } catch (MalformedMessageException malformed) {
      throw new SurgeException("an entry cannot be read: " + malformed.getMessage());
    }
  }

  private static void print(PeerId owner, LedgerEntry entry) {
    Agreement agreement = entry.claim().agreement().agreement();
    Receipt receipt = entry.claim().receipt();
    boolean sold = agreement.provider().equals(owner);
    System.out.printf(
        Locale.ROOT,
        "%6d  %-7s %-6s %s  agreement %s  number %d%s  %s %s%n",
        entry.index(),
        entry.kind().name().toLowerCase(Locale.ROOT),
        sold ? "to" : "from",
        sold ? agreement.requestor() : agreement.provider(),
        receipt.agreementId().toHex().substring(0, 12),
        receipt.number(),
        receipt.isFinal() ? " final" : "",
        receipt.amount(),
        agreement.terms().price().unit());
  }

  private static JsonObject json(LedgerEntry entry) {
    Agreement agreement = entry.claim().agreement().agreement();
    Receipt receipt = entry.claim().receipt();
    JsonObject line = JsonLines.event("entry");
    line.addProperty("index", entry.index());
    line.addProperty("kind", entry.kind().name().toLowerCase(Locale.ROOT));
    line.addProperty("requestor", agreement.requestor().toString());
    line.addProperty("provider", agreement.provider().toString());
    line.addProperty("agreement", receipt.agreementId().toHex());
    line.addProperty("number", receipt.number());
    line.addProperty("final", receipt.isFinal());
    line.addProperty("amount", receipt.amount().toString());
    line.addProperty("unit", agreement.terms().price().unit());
    line.addProperty("runNanos", receipt.usage().runNanos());
    line.addProperty("hash", entry.hash().toHex());
    return line;
  }
}
