package io.surgemesh.vopr;

import io.surgemesh.simulator.SimulationFailure;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What happens in one run, in order: shown to every checker at once, until one finds something
 * wrong.
 */
final class History {
  private final LongSupplier clock;
  private final List<Checker> checkers;
  private @Nullable Consumer<? super String> sink;
  private @Nullable Violation violation;
  private long count;
  private long hash;

  /**
   * Creates a history without happenings.
   *
   * @param clock virtual time in nanoseconds
   */
  History(LongSupplier clock, List<Checker> checkers) {
    this.clock = clock;
    this.checkers = List.copyOf(checkers);
  }

  static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.6f s", nanos / 1e9);
  }

  /** Hands a line of text for every further happening to {@code lines}. */
  void printTo(Consumer<? super String> lines) {
    sink = lines;
  }

  /** Adds what happens now; ignored once something was wrong. */
  void add(Happening happening) {
    if (violation != null) {
      return;
    }
    long nowNanos = note(happening);
    for (Checker checker : checkers) {
      Optional<String> wrong = checker.on(nowNanos, happening);
      if (wrong.isPresent() && violation == null) {
        violation = new Violation(checker.name(), nowNanos, wrong.get());
      }
    }
  }

  /**
   * Adds that the run was ended by what somebody threw, which is wrong whoever it was; ignored once
   * something was wrong. No checker is asked: one of them may have thrown it.
   */
  void addThrown(Throwable thrown) {
    if (violation == null) {
      Happening.Bug bug = new Happening.Bug(line(thrown));
      violation = new Violation(BugChecker.NAME, note(bug), bug.line());
    }
  }

  private static String line(Throwable thrown) {
    // Says itself where and when, and names its cause.
    return thrown instanceof SimulationFailure failure
        ? String.valueOf(failure.getMessage())
        : thrown.toString();
  }

  /** Returns when it happened. */
  private long note(Happening happening) {
    long nowNanos = clock.getAsLong();
    count++;
    if (happening.isTraced()) {
      // What exactly happened shows in the trace of the network; building lines would cost too
      // much.
      hash = 31 * (31 * hash + nowNanos) + happening.getClass().getSimpleName().hashCode();
    }
    if (sink != null) {
      sink.accept(seconds(nowNanos) + " " + happening);
    }
    return nowNanos;
  }

  /** Returns the first thing that was wrong; empty when nothing was. */
  Optional<Violation> violation() {
    return Optional.ofNullable(violation);
  }

  boolean isViolated() {
    return violation != null;
  }

  /** Returns how much has happened. */
  long count() {
    return count;
  }

  /** Returns a hash over all that happened. */
  String hashHex() {
    return String.format(Locale.ROOT, "%016x", hash);
  }
}
