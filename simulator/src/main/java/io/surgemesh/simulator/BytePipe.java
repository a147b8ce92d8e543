package io.surgemesh.simulator;

import java.util.Arrays;

/**
 * One end of a pair of byte pipes, as TCP gives: bytes arrive once, in order, and cut anywhere.
 *
 * <p>The seed decides the cuts, short ones as likely as long ones, whatever the writes were. Holds
 * {@value #BYTES_MAX} bytes that the other end has not taken; who writes must ask {@link
 * #isWritable} before and may pass that bound by one write.
 */
final class BytePipe {
  /** Bytes on their way, or arrived and not taken, at which the pipe takes no more. */
  static final int BYTES_MAX = 4 * 1024 * 1024;

  /** The longest segment, in bytes. */
  static final int SEGMENT_BYTES_MAX = 64 * 1024;

  /** Bytes taken of which the other end is told at once: seldom, as every telling is an event. */
  private static final int TAKEN_BYTES_TOLD = 64 * 1024;

  private static final int SEGMENT_BITS_MAX = 16;
  private static final byte[] NOTHING = {};

  private final Link link;
  private final long cutSeed;
  private long cuts;
  private byte[] segment = NOTHING;
  private int segmentFilled;
  private int segmentBytes;
  private int outstandingBytes;
  private int takenBytes;

  BytePipe(Link link, long cutSeed) {
    this.link = link;
    this.cutSeed = cutSeed;
    this.segmentBytes = nextCut();
  }

  /** Sends the first {@code length} bytes of an array, which stays the caller's. */
  void write(byte[] bytes, int length) {
    outstandingBytes += length;
    int written = 0;
    while (written < length) {
      int moved = Math.min(length - written, segmentBytes - segmentFilled);
      if (segmentFilled + moved > segment.length) {
        segment = Arrays.copyOf(segment, segmentFilled + moved);
      }
      System.arraycopy(bytes, written, segment, segmentFilled, moved);
      written += moved;
      segmentFilled += moved;
      if (segmentFilled == segmentBytes) {
        flush();
      }
    }
  }

  /** Lets go of what was written since the last cut. */
  void flush() {
    if (segmentFilled > 0) {
      link.send(Frame.segment(segment));
      segment = NOTHING;
      segmentFilled = 0;
      segmentBytes = nextCut();
    }
  }

  boolean isWritable() {
    return outstandingBytes < BYTES_MAX;
  }

  /** The other end has taken so many bytes out; more than there were count as all. */
  void onTaken(int bytes) {
    outstandingBytes = Math.max(0, outstandingBytes - bytes);
  }

  /** Tells the other end that bytes it sent were taken, once they are many. */
  void take(int bytes) {
    takenBytes += bytes;
    if (takenBytes >= TAKEN_BYTES_TOLD) {
      link.send(Frame.taken(takenBytes));
      takenBytes = 0;
    }
  }

  /** Lets go of what was written and ends both directions. */
  void close() {
    flush();
    link.send(Frame.of(TraceKind.DISCONNECT, 0));
  }

  private int nextCut() {
    long draw = Mix.mix(cutSeed, cuts++);
    int bits = 1 + (int) Mix.below(SEGMENT_BITS_MAX, draw);
    return 1 + (int) Mix.below(1L << bits, Mix.mix(draw));
  }
}
