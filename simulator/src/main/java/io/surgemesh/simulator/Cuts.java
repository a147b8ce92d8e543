package io.surgemesh.simulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who does not hear whom: cuts between pairs of nodes, and splits of the whole network.
 *
 * <p>A split costs one bit per node and asking whether it separates two nodes is one operation on
 * two longs, however many splits there are.
 */
final class Cuts {
  /** Splits at once; each has a bit in a long. */
  static final int SPLITS_MAX = Long.SIZE;

  private final SimulatedNetwork network;
  // By sender and receiver; bounded by the pairs of nodes.
  private final Map<Long, Cut> pairs = new LinkedHashMap<>();
  // By node, a bit for each split in whose side it is; may be shorter than there are nodes.
  private long[] sides = {};
  private final @Nullable Cut[] splits = new @Nullable Cut[SPLITS_MAX];
  private long splitsBothWays;
  private long splitsOneWay;
  private boolean present;

  Cuts(SimulatedNetwork network) {
    this.network = network;
  }

  /** Returns whether what {@code from} sends does not reach {@code to} now. */
  boolean isCut(int from, int to) {
    return present
        && (splitting(from, to) != 0 || (!pairs.isEmpty() && pairs.containsKey(pair(from, to))));
  }

  /** Takes note of a link that has begun to hold what {@link #isCut} does not let through. */
  void hold(int from, int to, Link link) {
    Cut cut = pairs.get(pair(from, to));
    long splitting = splitting(from, to);
    if (cut == null && splitting != 0) {
      cut = splits[Long.numberOfTrailingZeros(splitting)];
    }
    if (cut != null) {
      cut.hold(link);
    }
  }

  /** Cuts one direction, or both, between two nodes as far as they are not cut already. */
  void cut(int from, int to, boolean bothWays) {
    network.requireNode(from);
    network.requireNode(to);
    Cut cut = new Cut();
    boolean isNew = pairs.putIfAbsent(pair(from, to), cut) == null;
    if (bothWays) {
      isNew |= pairs.putIfAbsent(pair(to, from), cut) == null;
    }
    if (isNew) {
      present = true;
      breakLater(
          cut,
          () -> {
            breakAll(network.host(from).everyConnectionWith(to));
            breakAll(network.host(to).everyConnectionWith(from));
          });
    }
  }

  void heal(int a, int b) {
    Cut there = pairs.remove(pair(a, b));
    Cut back = pairs.remove(pair(b, a));
    updatePresent();
    if (there != null) {
      there.heal();
    }
    if (back != null) {
      back.heal();
    }
  }

  /** Returns whether what one node sends to another is cut between just these two. */
  boolean isPairCut(int from, int to) {
    return pairs.containsKey(pair(from, to));
  }

  /** Ends what is cut between two nodes in one direction; the other stays as it is. */
  void healOneWay(int from, int to) {
    Cut healing = pairs.remove(pair(from, to));
    updatePresent();
    if (healing == null) {
      return;
    }
    if (pairs.get(pair(to, from)) == healing) {
      healing.release();
    } else {
      healing.heal();
    }
  }

  /**
   * Cuts what the nodes of {@code side} send to all others, and what those send to them.
   *
   * @throws IllegalStateException when there are {@link #SPLITS_MAX} splits already
   */
  Partition split(Collection<Integer> side, boolean bothWays) {
    long used = splitsBothWays | splitsOneWay;
    long bit = Long.lowestOneBit(~used);
    if (bit == 0) {
      throw new IllegalStateException("more than " + SPLITS_MAX + " splits at once");
    }
    side.forEach(network::requireNode);
    sides = Arrays.copyOf(sides, network.hosts().size());
    for (int node : side) {
      sides[node] |= bit;
    }
    if (bothWays) {
      splitsBothWays |= bit;
    } else {
      splitsOneWay |= bit;
    }
    present = true;
    Cut cut = new Cut();
    splits[Long.numberOfTrailingZeros(bit)] = cut;
    breakLater(cut, () -> breakAcross(bit));
    return new Partition(this, cut, bit);
  }

  void healSplit(long bit) {
    for (int node = 0; node < sides.length; node++) {
      sides[node] &= ~bit;
    }
    splitsBothWays &= ~bit;
    splitsOneWay &= ~bit;
    updatePresent();
    int number = Long.numberOfTrailingZeros(bit);
    Cut cut = splits[number];
    splits[number] = null;
    if (cut != null) {
      cut.heal();
    }
  }

  void healAll() {
    List<Cut> healing = new ArrayList<>(pairs.values());
    pairs.clear();
    updatePresent();
    healing.forEach(Cut::heal);
    for (long used = splitsBothWays | splitsOneWay; used != 0; used &= used - 1) {
      healSplit(Long.lowestOneBit(used));
    }
  }

  private void updatePresent() {
    present = !pairs.isEmpty() || (splitsBothWays | splitsOneWay) != 0;
  }

  /** Returns a bit for each split that stops what {@code from} sends to {@code to}. */
  private long splitting(int from, int to) {
    long sender = sides(from);
    long receiver = sides(to);
    return ((sender ^ receiver) & splitsBothWays) | (sender & ~receiver & splitsOneWay);
  }

  private long sides(int node) {
    return node < sides.length ? sides[node] : 0;
  }

  private void breakLater(Cut cut, Runnable breaking) {
    network.at(
        network.time().nowNanos() + network.config().timeouts().silence().toNanos(),
        () -> {
          if (!cut.isHealed()) {
            breaking.run();
          }
        });
  }

  private void breakAcross(long bit) {
    for (SimulatedHost host : network.hosts()) {
      long side = sides(host.index()) & bit;
      breakAll(
          host.everyConnection().stream()
              .filter(connection -> (sides(connection.remoteIndex()) & bit) != side)
              .toList());
    }
  }

  private static void breakAll(List<ConnectionEnd> connections) {
    for (ConnectionEnd connection : connections) {
      connection.loop().execute(connection::onGone);
    }
  }

  /** Returns the key of what one node sends to another. */
  static long pair(int from, int to) {
    return ((long) from << 32) | to;
  }
}
