package io.surgemesh.job;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.market.Offer;
import io.surgemesh.market.Requirements;
import java.util.Map;
import java.util.TreeMap;

/**
 * What this requestor has placed at each provider, and whom to leave alone for a while.
 *
 * <p>One entry per provider in use or left alone; past {@value #ENTRIES_MAX} those of the latter
 * whose time has come are dropped. Confined to the mesh loop.
 */
final class ProviderBook {
  private static final int ENTRIES_MAX = 4096;
  private static final long BACKOFF_NANOS = 1_000_000_000L;
  private static final int BACKOFF_DOUBLINGS_MAX = 5;
  private static final long RETRY_NANOS_MIN = 100_000_000L;
  private static final long RETRY_NANOS_MAX = 30_000_000_000L;
  private static final long NANOS_PER_MILLI = 1_000_000L;

  private static final class Entry {
    private long millicores;
    private long memoryBytes;
    private long notBeforeNanos;
    private int silences;

    boolean isIdle() {
      return millicores == 0 && memoryBytes == 0;
    }
  }

  private final Map<PeerId, Entry> entries = new TreeMap<>();

  /** Returns whether the offer has room for one more job of ours, and may be asked. */
  boolean hasRoom(Offer offer, Requirements need, long nowNanos) {
    Entry entry = entries.get(offer.provider());
    long millicores = entry == null ? 0 : entry.millicores;
    long memoryBytes = entry == null ? 0 : entry.memoryBytes;
    return millicores + need.cpuMillicoresMin() <= offer.resources().cpuMillicores()
        && memoryBytes + need.memoryBytesMin() <= offer.resources().memoryBytes()
        && (entry == null || entry.notBeforeNanos <= nowNanos);
  }

  /** A job is being placed there. */
  void take(PeerId provider, Requirements need) {
    Entry entry = entries.computeIfAbsent(provider, p -> new Entry());
    entry.millicores += need.cpuMillicoresMin();
    entry.memoryBytes += need.memoryBytesMin();
  }

  /** The job there is over. */
  void give(PeerId provider, Requirements need) {
    Entry entry = entries.get(provider);
    if (entry != null) {
      entry.millicores -= need.cpuMillicoresMin();
      entry.memoryBytes -= need.memoryBytesMin();
      if (entry.isIdle() && entry.silences == 0 && entry.notBeforeNanos == 0) {
        entries.remove(provider);
      }
    }
  }

  /** A job ended well there: whoever is left alone may be asked again, what it used is free. */
  void onFinished(PeerId provider) {
    Entry entry = entries.get(provider);
    if (entry != null) {
      entry.silences = 0;
      entry.notBeforeNanos = 0;
    }
  }

  /** The provider refused for now. */
  void onRefused(PeerId provider, int retryAfterMillis, long nowNanos) {
    long nanos = Integer.toUnsignedLong(retryAfterMillis) * NANOS_PER_MILLI;
    leaveAlone(provider, nowNanos + Math.max(RETRY_NANOS_MIN, Math.min(RETRY_NANOS_MAX, nanos)));
  }

  /** The provider did not answer, or went away. */
  void onSilent(PeerId provider, long nowNanos) {
    Entry entry = entries.computeIfAbsent(provider, p -> new Entry());
    long nanos = BACKOFF_NANOS << Math.min(entry.silences, BACKOFF_DOUBLINGS_MAX);
    entry.silences++;
    leaveAlone(provider, nowNanos + nanos);
  }

  private void leaveAlone(PeerId provider, long untilNanos) {
    Entry entry = entries.computeIfAbsent(provider, p -> new Entry());
    entry.notBeforeNanos = Math.max(entry.notBeforeNanos, untilNanos);
  }

  /**
   * Returns when the next provider left alone may be asked again; {@link Machine#NEVER} if none.
   */
  long retryNanos(long nowNanos) {
    long earliest = Machine.NEVER;
    for (Entry entry : entries.values()) {
      if (entry.notBeforeNanos > nowNanos) {
        earliest = Math.min(earliest, entry.notBeforeNanos);
      }
    }
    if (entries.size() > ENTRIES_MAX) {
      entries.values().removeIf(entry -> entry.isIdle() && entry.notBeforeNanos <= nowNanos);
    }
    return earliest;
  }
}
