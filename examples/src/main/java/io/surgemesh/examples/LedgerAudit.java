package io.surgemesh.examples;

import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import io.surgemesh.ledger.LedgerEntry;
import io.surgemesh.ledger.LedgerFault;
import io.surgemesh.ledger.LedgerSource;
import io.surgemesh.ledger.LedgerVerifier;
import io.surgemesh.market.SettledReceipt;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Checks several ledgers, and counts the final receipts that stand in them. */
final class LedgerAudit {
  private final Signatures signatures = Signatures.ed25519();
  private final Map<Bytes, Integer> ledgersByAgreement = new TreeMap<>();
  private int ledgers;
  private long entries;

  /**
   * Checks one ledger, and closes it.
   *
   * @throws SurgeException naming the first entry that does not hold
   */
  void check(String name, PeerId owner, LedgerSource ledger) throws MeshException, SurgeException {
    LedgerVerifier verifier = new LedgerVerifier(owner, signatures);
    try (ledger) {
      for (Optional<Bytes> next = ledger.next(); next.isPresent(); next = ledger.next()) {
        Optional<LedgerFault> fault = verifier.accept(next.get());
        if (fault.isPresent()) {
          throw new SurgeException(
              name + ": entry " + fault.get().index() + ": " + fault.get().line());
        }
        count(next.get());
      }
    }
    ledgers++;
  }

  private void count(Bytes envelope) {
    entries++;
    try {
      Optional<SettledReceipt> settled = LedgerEntry.decode(envelope).settled();
      if (settled.isPresent() && settled.get().receipt().isFinal()) {
        ledgersByAgreement.merge(settled.get().receipt().agreementId(), 1, Integer::sum);
      }
    } catch (MalformedMessageException impossible) {
      throw new AssertionError("a verified entry cannot be read", impossible);
    }
  }

  int ledgers() {
    return ledgers;
  }

  long entries() {
    return entries;
  }

  /** Returns how many agreements have a final receipt signed by both sides. */
  int receipts() {
    return ledgersByAgreement.size();
  }

  /** Returns how many of those receipts stand in two of the ledgers. */
  int inBothLedgers() {
    return (int) ledgersByAgreement.values().stream().filter(count -> count == 2).count();
  }
}
