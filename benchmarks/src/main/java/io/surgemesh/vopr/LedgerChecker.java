package io.surgemesh.vopr;

import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import io.surgemesh.ledger.LedgerEntry;
import io.surgemesh.ledger.LedgerFault;
import io.surgemesh.ledger.LedgerVerifier;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Every log verifies at every entry: chain, seals, signatures, amounts within caps, receipts that
 * rise; after a restart again from its first entry.
 */
final class LedgerChecker implements Checker {
  private final Signatures signatures;
  private final Map<Integer, PeerId> peers = new LinkedHashMap<>();
  private final Map<Integer, LedgerVerifier> verifiers = new LinkedHashMap<>();

  LedgerChecker(Signatures signatures) {
    this.signatures = signatures;
  }

  @Override
  public String name() {
    return "ledgers-verify";
  }

  @Override
  public Optional<String> on(long nowNanos, Happening happening) {
    if (happening instanceof Happening.Started started) {
      peers.put(started.peer(), started.id());
    } else if (happening instanceof Happening.Logged logged) {
      return verify(logged.peer(), logged.entry());
    } else if (happening instanceof Happening.Reopened reopened) {
      verifiers.remove(reopened.peer());
      for (LedgerEntry entry : reopened.entries()) {
        Optional<String> fault = verify(reopened.peer(), entry);
        if (fault.isPresent()) {
          return fault;
        }
      }
    } else if (happening instanceof Happening.Stillborn stillborn) {
      return Optional.of(
          "peer " + stillborn.peer() + " cannot start on what its disk kept: " + stillborn.why());
    }
    return Optional.empty();
  }

  private Optional<String> verify(int peer, LedgerEntry entry) {
    PeerId owner = peers.get(peer);
    if (owner == null) {
      return Optional.of("peer " + peer + " has a log and was never started");
    }
    Optional<LedgerFault> fault =
        verifiers
            .computeIfAbsent(peer, index -> new LedgerVerifier(owner, signatures))
            .accept(entry.bytes());
    return fault.map(
        found ->
            String.format(
                "log of peer %d at entry %d, %s: %s",
                peer, found.index(), found.reason(), found.line()));
  }
}
