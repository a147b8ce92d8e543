package io.surgemesh.dht;

import io.surgemesh.machine.Deadlines;
import io.surgemesh.machine.Machine;
import io.surgemesh.machine.OrderedMap;
import io.surgemesh.multiformats.Bytes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides when this peer's own keys are announced, again and again: what it provides, or where it
 * put values.
 *
 * <p>The peers nearest to a key change fast while a mesh forms, so the second announcement follows
 * the first after a minute; from then on the configured interval holds. An announcement that
 * reached nobody is repeated soon.
 *
 * <p>The keys of one region of the key space are announced together, by one walk through its peers:
 * those that are due, and those that would be before long. So they stay together from then on, and
 * many keys cost about as many walks as there are regions. Where a region turns out to hold more or
 * fewer peers than it should, its keys are walked to one by one, until that has worked.
 */
final class Announcer implements Machine<Announcer.Output> {
  /** What the announcer wants done. */
  sealed interface Output {
    /**
     * Find the peers near some keys, tell each of those that it is to keep, and report with {@link
     * #onAnnounced}.
     *
     * @param keys all in one region; a single one is a region of its own
     * @param regionBits how many leading bits the points of a region share
     */
    record Announce(List<Bytes> keys, int regionBits) implements Output {}
  }

  /** The most keys announced; further ones are ignored. */
  static final int KEYS_MAX = 1024;

  /** The most keys of one walk for what is provided, as many as others keep of one peer. */
  static final int WALK_KEYS_MAX = ProviderStore.KEYS_PER_PEER_MAX;

  /** The most walks at once for what is provided, so that they leave room for searches. */
  static final int RUNNING_MAX = 4;

  static final long SECOND_NANOS = Duration.ofMinutes(1).toNanos();
  static final long REPEAT_NANOS = Duration.ofSeconds(5).toNanos();

  /** A key is announced early by less than this part of the interval: as far as it may be moved. */
  private static final double EARLY_PART = 0.4;

  private static final class Own {
    private final Key point;
    private long dueNanos = NEVER;
    private int announced;
    private boolean alone;
    private boolean running;

    Own(Bytes key) {
      this.point = Key.of(key);
    }
  }

  private final long intervalNanos;
  private final int runningMax;
  private final int walkKeysMax;
  private final IntSupplier regionBits;
  private final RandomGenerator random;
  private final Map<Bytes, Own> keys = new OrderedMap<>();
  private final Deadlines<Bytes> due = new Deadlines<>();
  private final Queue<Output> outputs = new ArrayDeque<>(0);
  private int walking;
  private long walks;

  /**
   * Creates an announcer of no keys.
   *
   * @param interval mean time between two announcements of a key
   * @param runningMax the most walks at once
   * @param walkKeysMax the most keys of one walk
   * @param regionBits how many leading bits the points of a region share; {@link Key#BITS} as long
   *     as every key is to be a region of its own
   */
  Announcer(
      Duration interval,
      int runningMax,
      int walkKeysMax,
      IntSupplier regionBits,
      RandomGenerator random) {
    this.intervalNanos = interval.toNanos();
    this.runningMax = runningMax;
    this.walkKeysMax = walkKeysMax;
    this.regionBits = regionBits;
    this.random = random;
  }

  /** Returns the keys being announced; unmodifiable, follows what happens. */
  Set<Bytes> keys() {
    return Collections.unmodifiableSet(keys.keySet());
  }

  /** Returns how many walks were begun. */
  long walks() {
    return walks;
  }

  /** Begins to announce a key; returns false when there are too many. */
  boolean announce(Bytes key, long nowNanos) {
    if (keys.containsKey(key)) {
      return true;
    }
    if (keys.size() == KEYS_MAX) {
      return false;
    }
    Own own = new Own(key);
    keys.put(key, own);
    setDue(key, own, nowNanos);
    onTimeout(nowNanos);
    return true;
  }

  /**
   * Begins, or begins anew, with a key that was announced by other means; returns false likewise.
   *
   * @param dueNanos when it is announced next, unless it is being announced now
   */
  boolean announceAgain(Bytes key, long dueNanos) {
    Own own = keys.get(key);
    if (own == null && keys.size() == KEYS_MAX) {
      return false;
    }
    if (own == null) {
      own = new Own(key);
      keys.put(key, own);
    }
    own.announced = 1;
    if (!own.running) {
      setDue(key, own, dueNanos);
    }
    return true;
  }

  void withdraw(Bytes key) {
    keys.remove(key);
    due.remove(key);
  }

  /** This peer has met others: what reached nobody yet is announced now. */
  void onJoined(long nowNanos) {
    keys.forEach(
        (key, own) -> {
          if (own.announced == 0 && !own.running) {
            setDue(key, own, nowNanos);
          }
        });
    onTimeout(nowNanos);
  }

  /**
   * A walk is over.
   *
   * @param peersTold how many peers were told
   * @param isWhole whether they are all that should know each of the keys; else that is so for the
   *     first key alone
   */
  void onAnnounced(List<Bytes> walked, int peersTold, boolean isWhole, long nowNanos) {
    walking--;
    // The same for all of them, so that they stay together.
    long second = NEVER;
    long later = NEVER;
    for (int i = 0; i < walked.size(); i++) {
      Bytes key = walked.get(i);
      Own own = keys.get(key);
      if (own == null || !own.running) {
        continue;
      }
      own.running = false;
      own.alone = i > 0 && !isWhole;
      if (own.alone) {
        setDue(key, own, nowNanos);
      } else if (peersTold > 0 && own.announced++ > 0) {
        later = later == NEVER ? Jitter.around(intervalNanos, random) : later;
        setDue(key, own, nowNanos + later);
      } else {
        long pause = peersTold > 0 ? Math.min(SECOND_NANOS, intervalNanos) : REPEAT_NANOS;
        second = second == NEVER ? Jitter.around(pause, random) : second;
        setDue(key, own, nowNanos + second);
      }
    }
    onTimeout(nowNanos);
  }

  @Override
  public void onTimeout(long nowNanos) {
    while (walking < runningMax) {
      Bytes key = due.pollDue(nowNanos);
      if (key == null) {
        return;
      }
      int bits = regionBits.getAsInt();
      List<Bytes> walk = withNeighbours(key, bits, nowNanos);
      walk.forEach(this::begin);
      walking++;
      walks++;
      outputs.add(new Output.Announce(walk, bits));
    }
  }

  private void begin(Bytes key) {
    Own own = keys.get(key);
    if (own != null) {
      own.running = true;
      due.remove(key);
    }
  }

  /** Returns a key that is due, and those of its region that go with it. */
  private List<Bytes> withNeighbours(Bytes key, int bits, long nowNanos) {
    List<Bytes> walk = new ArrayList<>(1);
    walk.add(key);
    Own first = keys.get(key);
    if (first == null || first.alone) {
      return walk;
    }
    long earlyNanos = (long) (EARLY_PART * intervalNanos);
    keys.forEach(
        (other, own) -> {
          long untilNanos = nowNanos + (own.announced > 1 ? earlyNanos : 0);
          boolean goesAlong =
              own != first && !own.running && !own.alone && own.dueNanos <= untilNanos;
          if (goesAlong
              && walk.size() < walkKeysMax
              && first.point.commonPrefixBits(own.point) >= bits) {
            walk.add(other);
          }
        });
    return walk;
  }

  private void setDue(Bytes key, Own own, long nanos) {
    own.dueNanos = nanos;
    due.set(key, nanos);
  }

  @Override
  public long deadlineNanos() {
    return walking < runningMax ? due.earliestNanos() : NEVER;
  }

  @Override
  public @Nullable Output poll() {
    return outputs.poll();
  }
}
