package io.surgemesh.simulator;

import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;

/** Regions like continents, with nothing stored per node or pair: all of it grows from the seed. */
final class RegionalTopology implements Topology {
  static final int REGIONS = 10;

  private static final int PERMILLE = 1000;
  private static final long MILLI_NANOS = 1_000_000L;
  private static final Duration JITTER_MAX = Duration.ofMillis(2);

  /** Of a thousand nodes, how many are in each region. */
  private static final int[] NODES = {170, 110, 70, 230, 100, 30, 70, 60, 130, 30};

  /**
   * Round trips in milliseconds between the core networks of two regions, and within one: round
   * numbers of the size that cloud providers publish for their regions, measured by nobody here.
   */
  private static final int[][] ROUND_TRIP_MILLIS = {
    {20}, // North America, east
    {65, 20}, // North America, west
    {120, 180, 30}, // South America
    {80, 140, 190, 18}, // Western Europe
    {110, 165, 215, 35, 20}, // Eastern Europe
    {225, 285, 340, 155, 185, 25}, // Southern Africa
    {195, 225, 305, 125, 135, 270, 30}, // South Asia
    {220, 170, 325, 170, 185, 320, 60, 25}, // South-East Asia
    {155, 105, 260, 225, 235, 360, 125, 70, 25}, // East Asia
    {200, 145, 315, 260, 285, 410, 150, 95, 110, 25}, // Oceania
  };

  // One block of a region for hosted nodes, seven for others, and as many again per half million.
  private static final int BLOCK_BITS = 3;
  private static final int HOST_BITS = 16;
  private static final int HOSTED_BLOCK = 0;

  // Odd, so no two of a block get the same number; near 2^16 / phi, which spreads them evenly.
  private static final int HOST_STEP = 40_503;

  private static final int FIRST_OCTET = 240;

  private final long regionSeed;
  private final long accessSeed;
  private final long pairSeed;
  private final long blockSeed;

  RegionalTopology(long seed) {
    this.regionSeed = Mix.mix(seed, 1);
    this.accessSeed = Mix.mix(seed, 2);
    this.pairSeed = Mix.mix(seed, 3);
    this.blockSeed = Mix.mix(seed, 4);
  }

  @Override
  public int regions() {
    return REGIONS;
  }

  @Override
  public int region(int node) {
    int place = (int) Mix.below(PERMILLE, Mix.mix(regionSeed, node));
    int region = 0;
    while (place >= NODES[region]) {
      place -= NODES[region++];
    }
    return region;
  }

  @Override
  public Multiaddr address(int node) {
    int number = node >> BLOCK_BITS;
    int host = number & ((1 << HOST_BITS) - 1);
    int block = block(node);
    if (block != HOSTED_BLOCK) {
      host = (host * HOST_STEP) & ((1 << HOST_BITS) - 1);
    }
    int second = (number >> HOST_BITS) << BLOCK_BITS | block;
    int first = FIRST_OCTET + region(node);
    return Multiaddr.of("/ip4/" + first + "." + second + "." + (host >> 8) + "." + (host & 255));
  }

  @Override
  public LatencyModel latency() {
    LatencyModel still = (from, to, draw) -> oneWayNanos(from, to);
    return still.withJitter(JITTER_MAX);
  }

  /** Returns which of a region's blocks a node is in: of eight nodes in a row one in each. */
  private int block(int node) {
    int turn = (int) Mix.mix(blockSeed, node >> BLOCK_BITS);
    return (node ^ turn) & ((1 << BLOCK_BITS) - 1);
  }

  private long oneWayNanos(int from, int to) {
    int low = Math.min(from, to);
    int high = Math.max(from, to);
    long bits = Mix.mix(pairSeed, ((long) low << 32) | high);
    long roundTripNanos = roundTripNanos(low, high, bits);
    // One way takes 45 to 55 % of both.
    long upNanos = roundTripNanos * (450 + Mix.below(101, bits >>> 40)) / PERMILLE;
    return from == low ? upNanos : roundTripNanos - upNanos;
  }

  private long roundTripNanos(int low, int high, long bits) {
    int one = region(low);
    int other = region(high);
    long coreMillis = ROUND_TRIP_MILLIS[Math.max(one, other)][Math.min(one, other)];
    return coreMillis * MILLI_NANOS * detourPermille(bits) / PERMILLE
        + accessNanos(low)
        + accessNanos(high);
  }

  /** Returns how long the way of a pair is: most are near the shortest, some are far from it. */
  private static long detourPermille(long bits) {
    long kind = Mix.below(100, bits & 0xffff);
    long part = Mix.below(PERMILLE, (bits >>> 16) & 0xffff);
    if (kind < 75) {
      return 925 + part * 3 / 20;
    }
    return kind < 93 ? 1075 + part / 2 : 1575 + part;
  }

  /** Returns what a node's own access adds to a round trip. */
  private long accessNanos(int node) {
    long bits = Mix.mix(accessSeed, node);
    long part = Mix.below(MILLI_NANOS, bits >>> 16);
    if (block(node) == HOSTED_BLOCK) {
      return part;
    }
    long kind = Mix.below(100, bits & 0xffff);
    if (kind < 60) {
      return 2 * MILLI_NANOS + 8 * part;
    }
    return kind < 90 ? 10 * MILLI_NANOS + 15 * part : 25 * MILLI_NANOS + 35 * part;
  }
}
