package io.surgemesh.simulator;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What was delivered in a simulated network: time, from, to, kind and length of each event.
 *
 * <p>Keeps no lines, only their number and a running 64-bit hash {@code h}, which starts at 0 and
 * becomes {@code mix(h ^ field)} for time, from, to, kind's code and length of each event in turn,
 * where {@code mix} is SplitMix64's step: equal runs have equal hashes on every machine.
 */
public final class Trace {
  private long hash;
  private long events;
  private @Nullable Consumer<? super String> sink;

  Trace() {}

  /** Returns how many events were delivered. */
  public long events() {
    return events;
  }

  /** Returns the hash over every event so far, 16 hexadecimal digits. */
  public String hashHex() {
    String digits = Long.toHexString(hash);
    return "0".repeat(16 - digits.length()) + digits;
  }

  /**
   * Hands every further event to {@code lines} as text, such as {@code 1.000000250 3>7 DATA 128}:
   * seconds, sender, receiver, kind, length. A second call replaces the first.
   */
  public void printTo(Consumer<? super String> lines) {
    sink = lines;
  }

  void record(long nowNanos, int from, int to, TraceKind kind, int length) {
    events++;
    long h = Mix.mix(hash ^ nowNanos);
    h = Mix.mix(h ^ from);
    h = Mix.mix(h ^ to);
    h = Mix.mix(h ^ kind.code());
    hash = Mix.mix(h ^ length);
    if (sink != null) {
      sink.accept(line(nowNanos, from, to, kind, length));
    }
  }

  private static String line(long nowNanos, int from, int to, TraceKind kind, int length) {
    String nanos = Long.toString(nowNanos % 1_000_000_000L);
    return nowNanos / 1_000_000_000L
        + "."
        + "0".repeat(9 - nanos.length())
        + nanos
        + " "
        + from
        + ">"
        + to
        + " "
        + kind
        + " "
        + length;
  }
}
