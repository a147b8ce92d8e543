package io.surgemesh.vopr;

import io.surgemesh.multiformats.Bytes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * No capacity is sold twice: what one seller had signed away at any moment, and its handlers had
 * not yet given back, is never more than it put up; and no handler runs but under an agreement that
 * its seller signed.
 *
 * <p>Looks at what was signed and at what handlers did and not at the seller's own books, so a
 * seller that forgets to write something down is found too. An agreement holds what its terms say,
 * and what its handler takes if that is more, from the seller's signature until the handler
 * returns. It is looked at then, against all those beside it. One whose handler never returns, for
 * a crash or because the job ended before it began, never counts: when the seller has the capacity
 * back shows nowhere.
 */
final class CapacityChecker implements Checker {
  /** What was over this long ago lies beside nothing new. */
  private static final long FORGET_NANOS = 600_000_000_000L;

  private record Held(long fromNanos, long toNanos, int millicores, long memoryBytes) {}

  private record Signed(long atNanos, int millicores, long memoryBytes) {
    Held until(long nowNanos, Happening.Ran ran) {
      return new Held(
          atNanos,
          nowNanos,
          Math.max(millicores, ran.millicores()),
          Math.max(memoryBytes, ran.memoryBytes()));
    }
  }

  private static final class Seller {
    // By agreement, those of this life whose handlers have not returned.
    private final Map<Bytes, Signed> signed = new LinkedHashMap<>();
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
        seller.signed.clear();
        seller.held.clear();
      }
      seller.life = sells.life();
      seller.millicores = sells.millicores();
      seller.memoryBytes = sells.memoryBytes();
    } else if (happening instanceof Happening.Sold sold) {
      return onSold(nowNanos, sold);
    } else if (happening instanceof Happening.Ran ran) {
      return onRan(nowNanos, ran);
    }
    return Optional.empty();
  }

  private Optional<String> onSold(long nowNanos, Happening.Sold sold) {
    Seller seller = sellers.get(sold.peer());
    if (seller == null || seller.life != sold.life()) {
      return Optional.of("peer " + sold.peer() + " signed what it has not put up");
    }
    seller.signed.put(
        sold.agreementId(), new Signed(nowNanos, sold.millicores(), sold.memoryBytes()));
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
    Signed signed = seller.signed.remove(ran.agreementId());
    if (signed == null) {
      return Optional.of("peer " + ran.peer() + " ran a job without having signed an agreement");
    }
    Held latest = signed.until(nowNanos, ran);
    seller.held.addLast(latest);
    // Most is held at a moment when some agreement is signed.
    for (Held beginning : seller.held) {
      if (beginning.fromNanos >= latest.fromNanos) {
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
            " had sold %d millicores and %d bytes at %s, and put up %d and %d",
            millicores,
            memoryBytes,
            History.seconds(atNanos),
            seller.millicores,
            seller.memoryBytes));
  }
}
