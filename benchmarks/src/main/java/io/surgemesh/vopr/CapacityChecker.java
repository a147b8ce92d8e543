package io.surgemesh.vopr;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * No capacity is sold twice: what the handlers of one seller held at any moment is never more than
 * it put up.
 *
 * <p>Looks at what handlers did and not at the seller's own books, so a seller that forgets to
 * write something down is found too. A handler is looked at when it returns, against all those it
 * ran beside; one that a crash cuts short never counts.
 */
final class CapacityChecker implements Checker {
  /** What ran this long ago runs beside nothing new. */
  private static final long FORGET_NANOS = 600_000_000_000L;

  private record Held(long fromNanos, long toNanos, int millicores, long memoryBytes) {}

  private static final class Seller {
    private final Deque<Held> held = new ArrayDeque<>();
    private int life;
    private int millicores;
    private long memoryBytes;
  }

  private final Map<Integer, Seller> sellers = new LinkedHashMap<>();

  @Override
  public String name() {
    return "capacity-sold-once";
  }

  @Override
  public Optional<String> on(long nowNanos, Happening happening) {
    if (happening instanceof Happening.Sells sells) {
      Seller seller = sellers.computeIfAbsent(sells.peer(), peer -> new Seller());
      if (seller.life != sells.life()) {
        seller.held.clear();
      }
      seller.life = sells.life();
      seller.millicores = sells.millicores();
      seller.memoryBytes = sells.memoryBytes();
    } else if (happening instanceof Happening.Ran ran) {
      return onRan(nowNanos, ran);
    }
    return Optional.empty();
  }

  private Optional<String> onRan(long nowNanos, Happening.Ran ran) {
    Seller seller = sellers.get(ran.peer());
    if (seller == null) {
      return Optional.of("peer " + ran.peer() + " ran a job and sells nothing");
    }
    if (seller.life != ran.life()) {
      return Optional.of("peer " + ran.peer() + " ran a job of an earlier life");
    }
    while (!seller.held.isEmpty() && seller.held.getFirst().toNanos < nowNanos - FORGET_NANOS) {
      seller.held.removeFirst();
    }
    seller.held.addLast(new Held(ran.fromNanos(), nowNanos, ran.millicores(), ran.memoryBytes()));
    // Most is held at a moment when some handler begins.
    for (Held beginning : seller.held) {
      if (beginning.fromNanos >= ran.fromNanos()) {
        Optional<String> oversold = oversoldAt(seller, beginning.fromNanos);
        if (oversold.isPresent()) {
          return oversold.map(line -> "peer " + ran.peer() + line);
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> oversoldAt(Seller seller, long atNanos) {
    long millicores = 0;
    long memoryBytes = 0;
    for (Held held : seller.held) {
      // One that ends at this very moment has given back what another takes.
      if (held.fromNanos <= atNanos && atNanos < held.toNanos) {
        millicores += held.millicores;
        memoryBytes += held.memoryBytes;
      }
    }
    if (millicores <= seller.millicores && memoryBytes <= seller.memoryBytes) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            " had %d millicores and %d bytes at work at %s, and sells %d and %d",
            millicores,
            memoryBytes,
            History.seconds(atNanos),
            seller.millicores,
            seller.memoryBytes));
  }
}
