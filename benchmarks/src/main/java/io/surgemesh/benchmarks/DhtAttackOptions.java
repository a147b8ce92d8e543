package io.surgemesh.benchmarks;

/**
 * What a DHT under attack is made of.
 *
 * @param peers honest ones, or, where peers turn hostile, all
 * @param seed decides all that happens
 * @param searches how many there are of each kind
 * @param identities how many an attacker of a key or a peer has, where an attack says no number
 * @param hours for how long a peer is crowded
 * @param placed whether peers begin with tables of such as have met, and do not join one by one
 */
record DhtAttackOptions(
    int peers, long seed, int searches, int identities, int hours, boolean placed) {
  /** Returns a metric of this run, whose id ends with the size of the network. */
  Metric metric(String name, double value, String against, double target, boolean atMost) {
    return new Metric(name + caseName(), value, "of 1", against, target, atMost);
  }

  /** Returns the case that metrics of this run name, such as {@code #10k}. */
  String caseName() {
    return "#" + DhtOptions.sizeName(peers) + (placed ? "-placed" : "");
  }
}
