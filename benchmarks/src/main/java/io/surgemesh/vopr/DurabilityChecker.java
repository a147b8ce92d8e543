package io.surgemesh.vopr;

import io.surgemesh.ledger.LedgerEntry;
import io.surgemesh.simulator.DiskFate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** No entry that was found durable is gone or changed after a restart, unless the disk was lost. */
final class DurabilityChecker implements Checker {
  private final Map<Integer, List<LedgerEntry>> durable = new LinkedHashMap<>();

  @Override
  public String name() {
    return "durable-stays";
  }

  @Override
  public Optional<String> on(long nowNanos, Happening happening) {
    if (happening instanceof Happening.Logged logged) {
      List<LedgerEntry> log = durable.computeIfAbsent(logged.peer(), peer -> new ArrayList<>());
      log.add(logged.entry());
    } else if (happening instanceof Happening.Reopened reopened) {
      List<LedgerEntry> before = durable.getOrDefault(reopened.peer(), List.of());
      List<LedgerEntry> after = reopened.entries();
      durable.put(reopened.peer(), new ArrayList<>(after));
      return reopened.disk() == DiskFate.LOST ? Optional.empty() : missing(reopened, before, after);
    }
    return Optional.empty();
  }

  private static Optional<String> missing(
      Happening.Reopened reopened, List<LedgerEntry> before, List<LedgerEntry> after) {
    for (int i = 0; i < before.size(); i++) {
      if (i >= after.size() || !after.get(i).bytes().equals(before.get(i).bytes())) {
        return Optional.of(
            String.format(
                "peer %d with its disk %s has %d entries of %d, and lacks %s",
                reopened.peer(),
                reopened.disk(),
                after.size(),
                before.size(),
                Names.describe(before.get(i))));
      }
    }
    return Optional.empty();
  }
}
