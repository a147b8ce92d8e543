package io.surgemesh.benchmarks;

/**
 * What to simulate for the figures of the DHT.
 *
 * @param peers 10 or more
 * @param seed decides all that happens
 * @param deadPercent how many of a hundred peers vanish before the lookups
 * @param lookups how many there are, of live peers by live peers
 * @param puts how many values are put after them
 * @param dialRoundTrips what a connection costs that is not there yet, in round trips
 * @param idleMinutes how long idle peers are watched for their traffic
 * @param hints whether peers tell one another who is in the mesh
 */
record DhtOptions(
    int peers,
    long seed,
    int deadPercent,
    int lookups,
    int puts,
    int dialRoundTrips,
    int idleMinutes,
    boolean hints) {
  /** Returns the case that metrics of this run name, such as {@code #10k}. */
  String caseName() {
    String size = peers % 1000 == 0 ? peers / 1000 + "k" : "" + peers;
    return "#" + size + (hints ? "-hints" : "") + (dialRoundTrips == 0 ? "" : "-dialled");
  }
}
