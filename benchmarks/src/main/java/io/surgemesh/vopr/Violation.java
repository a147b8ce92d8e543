package io.surgemesh.vopr;

/**
 * Something that must never be, and was.
 *
 * @param checker which one found it
 * @param atNanos when, in virtual time
 * @param line what, in one line
 */
record Violation(String checker, long atNanos, String line) {
  @Override
  public String toString() {
    return String.format("%s at %s: %s", checker, History.seconds(atNanos), line);
  }
}
