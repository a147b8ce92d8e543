package io.surgemesh.ledger;

import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import io.surgemesh.ledger.LedgerFault.Reason;
import io.surgemesh.market.Agreement;
import io.surgemesh.market.Amount;
import io.surgemesh.market.Claim;
import io.surgemesh.market.Receipt;
import io.surgemesh.market.SignedAgreement;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.PeerText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a log from its envelopes and its owner's id, with nothing else to trust.
 *
 * <p>Checked are the chain, the owner's signature of each entry, both signatures of each agreement
 * and receipt, that the owner is a party, and that the receipts of one agreement rise, stay below
 * its cap and end with the final one. That a tail was cut off cannot be seen from the log alone.
 *
 * <p>Slow, some 0.2 ms per entry; confined to one thread at a time. Keeps less than 1 KiB for each
 * agreement in the log.
 */
public final class LedgerVerifier {
  private static final int LINE_CHARACTERS_MAX = 200;

  /** One agreement's history, and the signatures already found to hold for it. */
  private static final class Known {
    private final AgreementHistory history = new AgreementHistory();
    private @Nullable Bytes requestorSignature;
    private @Nullable Bytes providerSignature;
  }

  /** Ends the checks of one entry. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    Refused(Reason reason) {
      super(reason.name(), null, false, false);
      this.reason = reason;
    }
  }

  private final PeerId owner;
  private final Signatures signatures;
  private final Map<Bytes, Known> agreements = new LinkedHashMap<>();
  private final Map<String, Amount> earned = new TreeMap<>();
  private final Map<String, Amount> spent = new TreeMap<>();
  private Bytes lastHash = LedgerEntry.NO_HASH;
  private long entries;
  private long claims;
  private long receipts;
  private long finalReceipts;
  private @Nullable LedgerFault fault;

  /** Creates a verifier of the log of {@code owner}, before its first entry. */
  public LedgerVerifier(PeerId owner, Signatures signatures) {
    this.owner = owner;
    this.signatures = signatures;
  }

  /**
   * Verifies all of a log, up to its first fault.
   *
   * @throws MeshException when the storage cannot be read; what is wrong with the log itself is in
   *     the report
   */
  public static LedgerReport verify(PeerId owner, Signatures signatures, LedgerSource source)
      throws MeshException {
    LedgerVerifier verifier = new LedgerVerifier(owner, signatures);
    try {
      Optional<Bytes> next = source.next();
      while (next.isPresent() && verifier.accept(next.get()).isEmpty()) {
        next = source.next();
      }
    } catch (MeshException.LedgerCorrupt corrupt) {
      boolean gap = corrupt.reason() == MeshException.LedgerCorrupt.Reason.GAP;
      verifier.refuse(gap ? Reason.INDEX : Reason.MALFORMED, String.valueOf(corrupt.getMessage()));
    }
    return verifier.report();
  }

  /** Verifies the next entry; once one is at fault, every call returns that fault. */
  public Optional<LedgerFault> accept(Bytes envelope) {
    if (fault == null) {
      try {
        check(LedgerEntry.decode(envelope));
      } catch (MalformedMessageException malformed) {
        refuse(Reason.MALFORMED, String.valueOf(malformed.getMessage()));
      } catch (Refused refused) {
        refuse(refused.reason, describe(refused.reason));
      }
    }
    return Optional.ofNullable(fault);
  }

  /** Returns what was found so far. */
  public LedgerReport report() {
    return new LedgerReport(
        owner, entries, claims, receipts, finalReceipts, earned, spent, Optional.ofNullable(fault));
  }

  private void check(LedgerEntry entry) throws Refused {
    require(entry.owner().equals(owner), Reason.OWNER);
    require(entry.index() == entries, Reason.INDEX);
    require(entry.previousHash().equals(lastHash), Reason.PREVIOUS_HASH);
    require(entry.verifyOwner(signatures), Reason.ENTRY_SIGNATURE);
    Agreement agreement = entry.claim().agreement().agreement();
    boolean provides = agreement.provider().equals(owner);
    require(provides || agreement.requestor().equals(owner), Reason.NOT_A_PARTY);
    Known known = agreements.getOrDefault(agreement.id(), new Known());
    checkClaim(entry, known);
    Optional<Reason> refusal = known.history.refusal(entry.kind(), entry.claim().receipt());
    if (refusal.isPresent()) {
      throw new Refused(refusal.get());
    }
    agreements.put(agreement.id(), known);
    count(entry, known, provides ? earned : spent);
  }

  private void checkClaim(LedgerEntry entry, Known known) throws Refused {
    Claim claim = entry.claim();
    SignedAgreement signed = claim.agreement();
    Agreement agreement = signed.agreement();
    Receipt receipt = claim.receipt();
    require(receipt.agreementId().equals(agreement.id()), Reason.OTHER_AGREEMENT);
    require(receipt.amount().compareTo(agreement.terms().amountMax()) <= 0, Reason.ABOVE_CAP);
    boolean seen =
        Objects.equals(signed.requestorSignature(), known.requestorSignature)
            && Objects.equals(signed.providerSignature(), known.providerSignature);
    require(seen || signed.verify(signatures), Reason.AGREEMENT_SIGNATURE);
    known.requestorSignature = signed.requestorSignature();
    known.providerSignature = signed.providerSignature();
    require(
        receipt.verify(agreement.provider(), signatures, claim.providerSignature()),
        Reason.RECEIPT_SIGNATURE);
    if (entry.kind() == LedgerEntry.Kind.RECEIPT) {
      require(
          receipt.verify(agreement.requestor(), signatures, entry.requestorSignature()),
          Reason.RECEIPT_SIGNATURE);
    }
  }

  private void count(LedgerEntry entry, Known known, Map<String, Amount> sums) {
    Receipt receipt = entry.claim().receipt();
    if (entry.kind() == LedgerEntry.Kind.RECEIPT) {
      Amount more = receipt.amount().minus(known.history.settled()).orElse(Amount.ZERO);
      String unit = entry.claim().agreement().agreement().terms().price().unit();
      sums.merge(unit, more, Amount::plusOrMax);
      receipts++;
      finalReceipts += receipt.isFinal() ? 1 : 0;
    } else {
      claims++;
    }
    known.history.add(entry.kind(), receipt);
    entries++;
    lastHash = entry.hash();
  }

  private void refuse(Reason reason, String line) {
    fault = new LedgerFault(entries, reason, PeerText.escape(line, LINE_CHARACTERS_MAX));
  }

  private static void require(boolean holds, Reason reason) throws Refused {
    if (!holds) {
      throw new Refused(reason);
    }
  }

  private static String describe(Reason reason) {
    return switch (reason) {
      case MALFORMED -> "the entry cannot be read";
      case OWNER -> "another peer than the owner sealed the entry";
      case INDEX -> "the index is not the next one";
      case PREVIOUS_HASH -> "the entry does not bind the one before";
      case ENTRY_SIGNATURE -> "the owner's signature does not hold";
      case NOT_A_PARTY -> "the owner is not a party of the agreement";
      case AGREEMENT_SIGNATURE -> "a signature over the agreement does not hold";
      case RECEIPT_SIGNATURE -> "a signature over the receipt does not hold";
      case OTHER_AGREEMENT -> "the receipt is one of another agreement";
      case ABOVE_CAP -> "the receipt claims more than the agreement's cap";
      case NUMBER -> "the receipt's number does not rise";
      case USAGE -> "some usage is less than in an earlier receipt";
      case AMOUNT -> "the amount is less than in an earlier receipt";
      case AFTER_FINAL -> "the agreement had ended with a final receipt";
    };
  }
}
