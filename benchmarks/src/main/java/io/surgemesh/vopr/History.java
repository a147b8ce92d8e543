package io.surgemesh.vopr;

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
    long nowNanos = clock.getAsLong();
    count++;
    // What exactly happened shows in the trace of the network; building lines would cost too much.
    hash = 31 * (31 * hash + nowNanos) + happening.getClass().getSimpleName().hashCode();
    if (sink != null) {
      sink.accept(seconds(nowNanos) + " " + happening);
    }
    for (Checker checker : checkers) {
      Optional<String> wrong = checker.on(nowNanos, happening);
      if (wrong.isPresent() && violation == null) {
        violation = new Violation(checker.name(), nowNanos, wrong.get());
      }
    }
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
