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
  private long frames;
  private long wireBytes;
  private long connections;
  private @Nullable Consumer<? super String> sink;

  Trace() {}

  /** Returns how many events were delivered. */
  public long events() {
    return events;
  }

  /** Returns how many of the events are frames: not connections made, nor dials that failed. */
  public long frames() {
    return frames;
  }

  /**
   * Returns how long all frames delivered were on the wire: each with 30 bytes of its own and 40
   * per packet of 1,400. What connecting takes is not in it; see {@link #connections}.
   */
  public long wireBytes() {
    return wireBytes;
  }

  /** Returns how many connections have become ready, each counted once. */
  public long connections() {
    return connections / 2;
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
    if (kind == TraceKind.CONNECT) {
      connections++;
    } else if (kind != TraceKind.DIAL_FAILED) {
      frames++;
    }
    long h = Mix.mix(hash ^ nowNanos);
    h = Mix.mix(h ^ from);
    h = Mix.mix(h ^ to);
    h = Mix.mix(h ^ kind.code());
    hash = Mix.mix(h ^ length);
    if (sink != null) {
      sink.accept(line(nowNanos, from, to, kind, length));
    }
  }

  /** Counts a frame's bytes, which its record need not tell. */
  void carried(int bytes) {
    wireBytes +=
        bytes
            + AccessLinks.FRAME_OVERHEAD_BYTES
            + (long) Retransmission.packets(bytes) * AccessLinks.PACKET_OVERHEAD_BYTES;
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
