package io.surgemesh.benchmarks;

import java.time.Duration;

/**
 * What to simulate, and how faithfully.
 *
 * @param peers 2 or more
 * @param seed decides all that happens in virtual time
 * @param window how long the mix is counted, in virtual time
 * @param encoded whether messages are encoded and decoded on their way
 * @param ed25519 whether signatures are real, rather than a keyed stand-in
 * @param faults whether everything goes wrong that the simulator knows, hostile peers included,
 *     while the mix is counted
 * @param placed whether the peers begin with full tables, rather than join one by one
 */
record SimOptions(
    int peers,
    long seed,
    Duration window,
    boolean encoded,
    boolean ed25519,
    boolean faults,
    boolean placed) {
  /** Returns what sets the figures apart from those of a mesh that has joined, behind their id. */
  String variant() {
    return faults ? "#faults" : placed ? "#placed" : "";
  }

  /** Returns how messages and signatures were made, for whoever reads the figures. */
  String stated() {
    return (encoded ? "messages encoded and decoded" : "messages as objects")
        + ", "
        + (ed25519 ? "Ed25519" : "signatures a keyed stand-in")
        + (placed ? ", peers began with full tables" : "");
  }
}
