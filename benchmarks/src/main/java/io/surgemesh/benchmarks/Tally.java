package io.surgemesh.benchmarks;

/** Counts what became of one kind of work. */
final class Tally {
  private final String kind;
  private int begun;
  private int done;
  private int failed;
  private String firstFailure = "";

  Tally(String kind) {
    this.kind = kind;
  }

  void begin() {
    begun++;
  }

  void done() {
    done++;
  }

  void fail(String reason) {
    if (failed++ == 0) {
      firstFailure = reason;
    }
  }

  String kind() {
    return kind;
  }

  int begunCount() {
    return begun;
  }

  int doneCount() {
    return done;
  }

  /** Returns how many were begun and not done: failed for good, or not over when asked. */
  int notDoneCount() {
    return begun - done;
  }

  boolean isSettled() {
    return begun == done + failed;
  }

  /** Returns why the first one failed; empty when none has. */
  String firstFailure() {
    return firstFailure;
  }
}
