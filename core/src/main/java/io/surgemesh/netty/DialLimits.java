package io.surgemesh.netty;

import java.time.Duration;

/**
 * Bounds of one dial.
 *
 * @param stagger how long after one attempt the next begins while none has failed (RFC 8305,
 *     section 5)
 * @param parallelMax attempts at once; further ones wait
 * @param attemptsMax addresses tried in all; further ones are ignored
 * @param lookupsMax names resolved in all; further ones are ignored
 * @param depthMax how many {@code dnsaddr} may lead to one another; deeper ones are ignored
 */
record DialLimits(
    Duration stagger, int parallelMax, int attemptsMax, int lookupsMax, int depthMax) {
  /** Returns 250 ms, 8 and 32 attempts (go-libp2p's dials per peer), 16 lookups, depth 4. */
  static DialLimits defaults() {
    return new DialLimits(Duration.ofMillis(250), 8, 32, 16, 4);
  }
}
