package io.surgemesh.archive;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What waits for a thread of its own to write it, a second after the first of what it then writes
 * together.
 *
 * <p>At the bound, further keys are not kept; the newest value of a key takes the place of an older
 * one. What this peer itself wants kept has a bound of its own, so that no stranger fills its
 * place. Thread-safe.
 *
 * @param <K> of which one value waits
 * @param <V> what is written
 */
public final class WriteBehind<K, V> implements AutoCloseable {
  private static final long GATHER_MILLIS = 1_000;

  private final int waitingMax;
  private final long gatherMillis;
  private final Thread thread;
  // Guarded by itself, as is what follows.
  private final Map<K, V> waiting = new LinkedHashMap<>();
  private final Map<K, V> ownWaiting = new LinkedHashMap<>();
  private boolean closed;

  /**
   * Creates one whose thread has not started.
   *
   * @param thread its name
   * @param waitingMax the most keys that wait, and as many of this peer's own
   * @param work what the thread does: {@link #take} until there is nothing
   */
  public WriteBehind(String thread, int waitingMax, Runnable work) {
    this(thread, waitingMax, GATHER_MILLIS, work);
  }

  /**
   * Creates the same.
   *
   * @param gatherMillis how long after the first of what is written together it is written
   */
  WriteBehind(String thread, int waitingMax, long gatherMillis, Runnable work) {
    this.waitingMax = waitingMax;
    this.gatherMillis = gatherMillis;
    this.thread = new Thread(work, thread);
    this.thread.setDaemon(true);
  }

  /** Starts the thread; to be called once. */
  public void start() {
    thread.start();
  }

  /** Lets a value wait, unless there is no room or it is closed. */
  public void put(K key, V value) {
    put(waiting, key, value);
  }

  /** Lets a value of this peer's own wait, unless there is no room for such or it is closed. */
  public void putOwn(K key, V value) {
    put(ownWaiting, key, value);
  }

  private void put(Map<K, V> place, K key, V value) {
    synchronized (waiting) {
      if (closed) {
        return;
      }
      place.remove(key);
      if (place.size() < waitingMax) {
        place.put(key, value);
        waiting.notifyAll();
      }
    }
  }

  /**
   * Waits for something to write; returns nothing once it is closed and all is written. Called on
   * the thread.
   */
  public List<V> take() throws InterruptedException {
    synchronized (waiting) {
      while (waiting.isEmpty() && ownWaiting.isEmpty() && !closed) {
        waiting.wait();
      }
      // More tends to come soon. It wakes this up, and must not end it: else whoever sends without
      // a pause keeps the disk busy with one write after another. A close does end it.
      long untilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(gatherMillis);
      for (long left = untilNanos - System.nanoTime();
          left > 0 && !closed;
          left = untilNanos - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(waiting, left);
      }
      List<V> batch = new ArrayList<>(ownWaiting.values());
      batch.addAll(waiting.values());
      ownWaiting.clear();
      waiting.clear();
      return batch;
    }
  }

  /** Waits until all is written. Must not be called on the thread itself. */
  @Override
  public void close() {
    synchronized (waiting) {
      closed = true;
      waiting.notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
