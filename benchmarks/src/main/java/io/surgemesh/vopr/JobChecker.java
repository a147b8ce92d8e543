package io.surgemesh.vopr;

import io.surgemesh.ledger.LedgerEntry;
import io.surgemesh.market.Agreement;
import io.surgemesh.multiformats.Bytes;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every job of a buyer that lives ends in time: with the right output and a settled receipt in the
 * buyer's log, or with a failure that has a type and nothing paid for good.
 */
final class JobChecker implements Checker {
  private record Job(int number, int buyer, int life, Bytes taskHash) {}

  /** What a peer has paid, or has not: a task, or an agreement. */
  private record Paid(int peer, Bytes what) {}

  private final Map<Integer, Job> open = new LinkedHashMap<>();
  private final Map<Integer, Integer> lives = new LinkedHashMap<>();
  private final Map<Paid, Job> failed = new LinkedHashMap<>();
  private final Map<Paid, Job> unpaid = new LinkedHashMap<>();
  private final Set<Paid> paidTasks = new LinkedHashSet<>();
  private final Set<Paid> paidAgreements = new LinkedHashSet<>();

  @Override
  public String name() {
    return "jobs-end";
  }

  @Override
  public Optional<String> on(long nowNanos, Happening happening) {
    if (happening instanceof Happening.Started started) {
      lives.put(started.peer(), started.life());
    } else if (happening instanceof Happening.Crashed crashed) {
      onGone(crashed.peer());
    } else if (happening instanceof Happening.Left left) {
      onGone(left.peer());
    } else if (happening instanceof Happening.Submitted job) {
      open.put(job.job(), new Job(job.job(), job.buyer(), job.life(), job.taskHash()));
    } else if (happening instanceof Happening.Ended ended) {
      return onEnded(ended);
    } else if (happening instanceof Happening.Logged logged) {
      return onLogged(logged);
    } else if (happening instanceof Happening.JobsDue) {
      return onDue();
    }
    return Optional.empty();
  }

  private void onGone(int peer) {
    open.values().removeIf(job -> job.buyer == peer);
    unpaid.values().removeIf(job -> job.buyer == peer);
    lives.remove(peer);
  }

  private Optional<String> onEnded(Happening.Ended ended) {
    Job job = open.remove(ended.job());
    if (job == null) {
      return Optional.of("job " + ended.job() + " ended twice, or was never submitted");
    }
    return switch (ended.ending()) {
      case WRONG_OUTPUT, UNTYPED ->
          Optional.of(
              "job " + ended.job() + " ended with " + ended.ending() + ", " + ended.detail());
      case FAILED -> {
        Paid task = new Paid(job.buyer, job.taskHash);
        failed.put(task, job);
        yield paidTasks.contains(task) ? Optional.of(failedAndPaid(job)) : Optional.empty();
      }
      case CANCELLED -> Optional.empty();
      case DONE -> onDone(job, ended.agreementId());
    };
  }

  private Optional<String> onDone(Job job, @Nullable Bytes agreementId) {
    if (agreementId == null) {
      return Optional.of("job " + job.number + " is done without a receipt");
    }
    Paid agreement = new Paid(job.buyer, agreementId);
    if (!paidAgreements.contains(agreement)) {
      unpaid.put(agreement, job);
    }
    return Optional.empty();
  }

  private Optional<String> onLogged(Happening.Logged logged) {
    LedgerEntry entry = logged.entry();
    if (entry.kind() != LedgerEntry.Kind.RECEIPT || !entry.claim().receipt().isFinal()) {
      return Optional.empty();
    }
    Agreement agreement = entry.claim().agreement().agreement();
    unpaid.remove(new Paid(logged.peer(), agreement.id()));
    paidAgreements.add(new Paid(logged.peer(), agreement.id()));
    Paid task = new Paid(logged.peer(), agreement.taskHash());
    paidTasks.add(task);
    Job job = failed.get(task);
    return job == null ? Optional.empty() : Optional.of(failedAndPaid(job));
  }

  private static String failedAndPaid(Job job) {
    return "job " + job.number + " failed for peer " + job.buyer + ", which paid for it";
  }

  private Optional<String> onDue() {
    for (Job job : open.values()) {
      if (Integer.valueOf(job.life).equals(lives.get(job.buyer))) {
        return Optional.of("job " + job.number + " of peer " + job.buyer + " has not ended");
      }
    }
    return unpaid.values().stream()
        .findFirst()
        .map(
            job ->
                "job " + job.number + " is done and peer " + job.buyer + " has logged no receipt");
  }
}
