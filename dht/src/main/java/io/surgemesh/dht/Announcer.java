package io.surgemesh.dht;

import io.surgemesh.machine.Deadlines;
import io.surgemesh.machine.Machine;
import io.surgemesh.multiformats.Bytes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Announces this peer's own keys, again and again.
 *
 * <p>The peers nearest to a key change fast while a mesh forms, so the second announcement follows
 * the first after a minute; from then on the configured interval holds. An announcement that
 * reached nobody is repeated soon.
 */
final class Announcer implements Machine<Announcer.Output> {
  /** What the announcer wants done. */
  sealed interface Output {
    /** Find the peers nearest to the key, tell them, and report with {@link #onAnnounced}. */
    record Announce(Bytes key) implements Output {}
  }

  /** The most keys announced, as many as others keep of one peer; further ones are ignored. */
  static final int KEYS_MAX = ProviderStore.KEYS_PER_PEER_MAX;

  /** The most announcements at once, so that they leave room for searches. */
  static final int RUNNING_MAX = 4;

  static final long SECOND_NANOS = Duration.ofMinutes(1).toNanos();
  static final long REPEAT_NANOS = Duration.ofSeconds(5).toNanos();

  private final long intervalNanos;
  private final RandomGenerator random;
  private final Set<Bytes> keys = new LinkedHashSet<>();

  // Lists, as most peers have none of these, and nobody many: each key once, at most KEYS_MAX.
  private final List<Bytes> announced = new ArrayList<>(0);
  private final List<Bytes> running = new ArrayList<>(0);
  private final Deadlines<Bytes> due = new Deadlines<>();
  private final Queue<Output> outputs = new ArrayDeque<>(0);

  Announcer(DhtConfig config, RandomGenerator random) {
    this.intervalNanos = config.announceInterval().toNanos();
    this.random = random;
  }

  /** Returns the keys being announced; unmodifiable, follows what happens. */
  Set<Bytes> keys() {
    return Collections.unmodifiableSet(keys);
  }

  /** Begins to announce a key; returns false when there are too many. */
  boolean announce(Bytes key, long nowNanos) {
    if (keys.contains(key)) {
      return true;
    }
    if (keys.size() == KEYS_MAX) {
      return false;
    }
    keys.add(key);
    if (!running.contains(key)) {
      due.set(key, nowNanos);
    }
    onTimeout(nowNanos);
    return true;
  }

  void withdraw(Bytes key) {
    keys.remove(key);
    announced.remove(key);
    due.remove(key);
  }

  /** This peer has met others: what reached nobody yet is announced now. */
  void onJoined(long nowNanos) {
    for (Bytes key : keys) {
      if (!announced.contains(key) && !running.contains(key)) {
        due.set(key, nowNanos);
      }
    }
    onTimeout(nowNanos);
  }

  /**
   * An announcement is over.
   *
   * @param peersTold how many peers were told
   */
  void onAnnounced(Bytes key, int peersTold, long nowNanos) {
    running.remove(key);
    if (keys.contains(key)) {
      long pause = REPEAT_NANOS;
      if (peersTold > 0) {
        boolean first = !announced.contains(key);
        pause = first ? Math.min(SECOND_NANOS, intervalNanos) : intervalNanos;
        if (first) {
          announced.add(key);
        }
      }
      due.set(key, nowNanos + Jitter.around(pause, random));
    }
    onTimeout(nowNanos);
  }

  @Override
  public void onTimeout(long nowNanos) {
    while (running.size() < RUNNING_MAX) {
      Bytes key = due.pollDue(nowNanos);
      if (key == null) {
        return;
      }
      running.add(key);
      outputs.add(new Output.Announce(key));
    }
  }

  @Override
  public long deadlineNanos() {
    return running.size() < RUNNING_MAX ? due.earliestNanos() : NEVER;
  }

  @Override
  public @Nullable Output poll() {
    return outputs.poll();
  }
}
