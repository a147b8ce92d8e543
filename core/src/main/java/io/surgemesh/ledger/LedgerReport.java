package io.surgemesh.ledger;

import io.surgemesh.identity.PeerId;
import io.surgemesh.market.Amount;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the verification of a log found; all counts are of the entries before the first fault.
 *
 * @param owner whose log it is said to be
 * @param entries that hold
 * @param claims among them
 * @param receipts among them, signed by both sides
 * @param finalReceipts among those
 * @param earned by unit of account, what the last receipt of each agreement grants to the owner; a
 *     sum above {@link Amount#MAX} stays there
 * @param spent by unit of account, what the last receipt of each agreement costs the owner
 * @param fault the first thing that does not hold; empty when everything does
 */
public record LedgerReport(
    PeerId owner,
    long entries,
    long claims,
    long receipts,
    long finalReceipts,
    Map<String, Amount> earned,
    Map<String, Amount> spent,
    Optional<LedgerFault> fault) {
  /** Copies the maps. */
  public LedgerReport {
    earned = Collections.unmodifiableMap(new TreeMap<>(earned));
    spent = Collections.unmodifiableMap(new TreeMap<>(spent));
  }

  /** Returns whether every entry holds. */
  public boolean holds() {
    return fault.isEmpty();
  }
}
