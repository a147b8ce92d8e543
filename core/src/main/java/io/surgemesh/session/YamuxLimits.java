package io.surgemesh.session;

import java.time.Duration;

/**
 * What one yamux session may hold and bear.
 *
 * @param inboundStreamsMax streams the peer may have open; further ones are reset
 * @param unackedStreamsMax streams of ours the peer may leave unacknowledged; further opens are
 *     refused (the backlog of hashicorp/yamux and rust-yamux)
 * @param outboundStreamsMax streams of ours that may be open; further opens are refused
 * @param windowBytesMax to which the receive window of a busy stream grows from {@link
 *     Yamux#WINDOW_BYTES_INITIAL}
 * @param windowBytesSum to which all receive windows of the session together may grow
 * @param growWithinNanos a window used up faster than this doubles while the round-trip time is not
 *     known
 * @param growWithinRtts the same in round trips, once it is
 * @param growWithinNanosMin the least that these come to: on fast paths the time to take bytes up
 *     counts for more
 * @param framesQueuedMax control frames that may wait to be sent; beyond, the session ends
 * @param pingRepliesMax of these, answers to pings
 * @param unknownFramesPerSecond data frames for streams that are not open; beyond, the session ends
 * @param resetsPerSecond streams reset by the peer or refused by us, in the long run
 * @param resetsBurst the same, at once; beyond, the session ends
 * @param keepAliveNanos time without a word of the peer after which who dialled pings it; who was
 *     dialled waits a third longer
 * @param keepAlivesMissed unanswered pings after which the peer is taken for gone: on both sides so
 *     many intervals, and one more, after its last word
 */
public record YamuxLimits(
    int inboundStreamsMax,
    int unackedStreamsMax,
    int outboundStreamsMax,
    int windowBytesMax,
    long windowBytesSum,
    long growWithinNanos,
    int growWithinRtts,
    long growWithinNanosMin,
    int framesQueuedMax,
    int pingRepliesMax,
    int unknownFramesPerSecond,
    int resetsPerSecond,
    int resetsBurst,
    long keepAliveNanos,
    int keepAlivesMissed) {
  /** Returns the limits that hosts use. */
  public static YamuxLimits defaults() {
    return new YamuxLimits(
        256,
        256,
        4096,
        16 << 20,
        32 << 20,
        Duration.ofMillis(200).toNanos(),
        2,
        Duration.ofMillis(2).toNanos(),
        256,
        8,
        1000,
        100,
        200,
        Duration.ofSeconds(15).toNanos(),
        2);
  }

  /** Returns these limits with windows that grow to no more than {@code bytes} together. */
  public YamuxLimits withWindowBytesSumAtMost(long bytes) {
    return with(inboundStreamsMax, Math.min(windowBytesSum, bytes), resetsPerSecond, resetsBurst);
  }

  /** Returns these limits with another bound on streams opened by the peer. */
  public YamuxLimits withInboundStreamsMax(int other) {
    return with(other, windowBytesSum, resetsPerSecond, resetsBurst);
  }

  /** Returns these limits with others on how many streams are reset: per second, and at once. */
  public YamuxLimits withResets(int perSecond, int burst) {
    return with(inboundStreamsMax, windowBytesSum, perSecond, burst);
  }

  private YamuxLimits with(
      int otherInboundStreamsMax, long otherSum, int otherPerSecond, int otherBurst) {
    return new YamuxLimits(
        otherInboundStreamsMax,
        unackedStreamsMax,
        outboundStreamsMax,
        windowBytesMax,
        otherSum,
        growWithinNanos,
        growWithinRtts,
        growWithinNanosMin,
        framesQueuedMax,
        pingRepliesMax,
        unknownFramesPerSecond,
        otherPerSecond,
        otherBurst,
        keepAliveNanos,
        keepAlivesMissed);
  }
}
