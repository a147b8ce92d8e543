package io.surgemesh.vopr;

import io.surgemesh.identity.PeerId;
import io.surgemesh.ledger.LedgerEntry;
import io.surgemesh.market.Agreement;
import io.surgemesh.market.Receipt;
import io.surgemesh.multiformats.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Nothing is paid twice: in no log is a receipt counted twice, an agreement settled twice or a task
 * settled under two agreements; and no signature left before what it signs was durable.
 *
 * <p>So whenever one honest party has the other's signature, that one's log has, or before its disk
 * was lost had, the entry for it.
 */
final class SettlementChecker implements Checker {
  private record Numbered(Bytes agreementId, LedgerEntry.Kind kind, long number) {}

  /** An entry whose signature of another party must have an entry there. */
  private record Awaiting(int peer, LedgerEntry entry, int other, Numbered needed) {}

  private static final class Log {
    private final Set<Numbered> numbers = new LinkedHashSet<>();
    private final Set<Bytes> settled = new LinkedHashSet<>();
    private final Map<Bytes, Bytes> settledTasks = new LinkedHashMap<>();

    void clear() {
      numbers.clear();
      settled.clear();
      settledTasks.clear();
    }
  }

  private final Map<PeerId, Integer> honest = new LinkedHashMap<>();
  private final Map<Integer, Log> logs = new LinkedHashMap<>();
  // By party: receipts whose entry was durable there at some time, lost disks notwithstanding.
  private final Map<Integer, Set<Numbered>> everDurable = new LinkedHashMap<>();
  private final List<Awaiting> awaiting = new ArrayList<>();

  @Override
  public String name() {
    return "settled-once";
  }

  @Override
  public Optional<String> on(long nowNanos, Happening happening) {
    if (happening instanceof Happening.Started started) {
      honest.put(started.id(), started.peer());
    } else if (happening instanceof Happening.Logged logged) {
      return onEntry(logged.peer(), logged.entry());
    } else if (happening instanceof Happening.Reopened reopened) {
      logs.computeIfAbsent(reopened.peer(), peer -> new Log()).clear();
      for (LedgerEntry entry : reopened.entries()) {
        Optional<String> wrong = onEntry(reopened.peer(), entry);
        if (wrong.isPresent()) {
          return wrong;
        }
      }
    } else if (happening instanceof Happening.LogsRead) {
      return unbacked();
    }
    return Optional.empty();
  }

  private Optional<String> onEntry(int peer, LedgerEntry entry) {
    Receipt receipt = entry.claim().receipt();
    Numbered number = new Numbered(receipt.agreementId(), entry.kind(), receipt.number());
    everDurable.computeIfAbsent(peer, index -> new LinkedHashSet<>()).add(number);
    Log log = logs.computeIfAbsent(peer, index -> new Log());
    if (!log.numbers.add(number)) {
      return wrong(peer, entry, "is counted twice");
    }
    Agreement agreement = entry.claim().agreement().agreement();
    if (receipt.amount().compareTo(agreement.terms().amountMax()) > 0) {
      return wrong(peer, entry, "is above the cap");
    }
    if (entry.kind() == LedgerEntry.Kind.CLAIM) {
      return Optional.empty();
    }
    if (receipt.isFinal() && !log.settled.add(agreement.id())) {
      return wrong(peer, entry, "settles its agreement a second time");
    }
    if (receipt.isFinal() && Integer.valueOf(peer).equals(honest.get(agreement.requestor()))) {
      Bytes other = log.settledTasks.putIfAbsent(agreement.taskHash(), agreement.id());
      if (other != null) {
        return wrong(peer, entry, "pays a task that was paid under " + Names.shorten(other));
      }
    }
    awaitBacking(peer, entry, agreement);
    return Optional.empty();
  }

  /** The other party, if it is honest, must have written down what it signed before it did. */
  private void awaitBacking(int peer, LedgerEntry entry, Agreement agreement) {
    Receipt receipt = entry.claim().receipt();
    boolean provides = Integer.valueOf(peer).equals(honest.get(agreement.provider()));
    Integer other = honest.get(provides ? agreement.requestor() : agreement.provider());
    if (other != null) {
      LedgerEntry.Kind needed = provides ? LedgerEntry.Kind.RECEIPT : LedgerEntry.Kind.CLAIM;
      Numbered number = new Numbered(receipt.agreementId(), needed, receipt.number());
      awaiting.add(new Awaiting(peer, entry, other, number));
    }
  }

  private Optional<String> unbacked() {
    for (Awaiting one : awaiting) {
      if (!everDurable.getOrDefault(one.other, Set.of()).contains(one.needed)) {
        return wrong(
            one.peer,
            one.entry,
            "has a signature of peer " + one.other + " that has no " + one.needed.kind);
      }
    }
    awaiting.clear();
    return Optional.empty();
  }

  private static Optional<String> wrong(int peer, LedgerEntry entry, String what) {
    return Optional.of("log of peer " + peer + ": " + Names.describe(entry) + " " + what);
  }
}
