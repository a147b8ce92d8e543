package io.surgemesh.simulator;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Latencies measured between some places, from a file.
 *
 * <p>The file is text with one line per place, which holds the milliseconds from there to every
 * place in turn: as many numbers as there are lines, such as {@code 0 12.5 103}. Numbers are
 * separated by commas, spaces or tabs. They have digits, at most one point and six decimals, and
 * are at most {@value #MILLIS_MAX}. What follows {@code #} is a comment; lines without a number do
 * not count. The two directions of a pair may differ.
 *
 * <p>Immutable; takes 8 bytes per number.
 */
public final class LatencyMatrix {
  /** The most places. */
  public static final int PLACES_MAX = 4096;

  /** The longest latency in a file, in milliseconds. */
  public static final int MILLIS_MAX = 60_000;

  private final long[][] oneWayNanos;

  private LatencyMatrix(long[][] oneWayNanos) {
    this.oneWayNanos = oneWayNanos;
  }

  /**
   * Reads a file whose numbers say how long bytes take from one place to another.
   *
   * @throws IOException when the file cannot be read or is not of the form above; the message names
   *     the file and the line
   */
  public static LatencyMatrix readOneWay(Path file) throws IOException {
    return new LatencyMatrix(MatrixFile.read(file));
  }

  /**
   * Reads a file whose numbers are round trips; each way takes half of one, in whole nanoseconds.
   *
   * @throws IOException when the file cannot be read or is not of the form above; the message names
   *     the file and the line
   */
  public static LatencyMatrix readRoundTrips(Path file) throws IOException {
    long[][] nanos = MatrixFile.read(file);
    for (long[] row : nanos) {
      Arrays.setAll(row, column -> row[column] / 2);
    }
    return new LatencyMatrix(nanos);
  }

  /** Returns how many places there are; 1 or more. */
  public int places() {
    return oneWayNanos.length;
  }

  /** Returns the one-way latency from one place to another, both counted from 0. */
  public long oneWayNanos(int from, int to) {
    return oneWayNanos[from][to];
  }

  /**
   * Returns a model without jitter in which every node is at one of the places.
   *
   * <p>The first nodes are each at a place of its own; when all are taken, further nodes join them
   * in the same order. Nodes that share a place have the latency that the file gives from there to
   * itself; where that is 0, the shortest from there to another place.
   *
   * @param seed decides which node is where
   */
  public LatencyModel model(long seed) {
    int[] places = shuffledPlaces(seed);
    long[] withinNanos = new long[places.length];
    Arrays.setAll(withinNanos, this::withinNanos);
    return (from, to, draw) -> {
      int there = places[from % places.length];
      int here = places[to % places.length];
      return there == here ? withinNanos[there] : oneWayNanos[there][here];
    };
  }

  private long withinNanos(int place) {
    long[] row = oneWayNanos[place];
    return row[place] > 0
        ? row[place]
        : Arrays.stream(row).filter(nanos -> nanos > 0).min().orElse(0);
  }

  private int[] shuffledPlaces(long seed) {
    int[] shuffled = new int[places()];
    for (int place = 0; place < shuffled.length; place++) {
      int slot = (int) Mix.below(place + 1L, Mix.mix(seed, place));
      shuffled[place] = shuffled[slot];
      shuffled[slot] = place;
    }
    return shuffled;
  }
}
