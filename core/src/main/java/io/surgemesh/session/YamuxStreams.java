package io.surgemesh.session;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The open streams of one session and what they add up to. */
final class YamuxStreams {
  private final YamuxIds ids;
  private final Map<Integer, YamuxStreamState> byId = new LinkedHashMap<>();

  /** Frames of one stream tend to follow each other. */
  private @Nullable YamuxStreamState lastFound;

  private int inbound;
  private int outbound;
  private int unacked;
  private long windowBytes;

  /** The largest window that a stream of this session has grown to: what the path needs. */
  private int windowBytesLearned = Yamux.WINDOW_BYTES_INITIAL;

  YamuxStreams(YamuxIds ids) {
    this.ids = ids;
  }

  @Nullable YamuxStreamState find(int streamId) {
    YamuxStreamState found = lastFound;
    if (found == null || found.id != streamId) {
      found = byId.get(streamId);
      lastFound = found;
    }
    return found;
  }

  YamuxStreamState add(int streamId, long nowNanos) {
    YamuxStreamState stream = new YamuxStreamState(streamId, nowNanos);
    byId.put(streamId, stream);
    windowBytes += stream.windowBytes;
    if (ids.isOurs(streamId)) {
      outbound++;
      unacked++;
    } else {
      inbound++;
      stream.acked = true;
    }
    return stream;
  }

  void acked(YamuxStreamState stream) {
    if (!stream.acked) {
      stream.acked = true;
      unacked--;
    }
  }

  void remove(YamuxStreamState stream) {
    byId.remove(stream.id);
    lastFound = null;
    windowBytes -= stream.windowBytes;
    acked(stream);
    if (ids.isOurs(stream.id)) {
      outbound--;
    } else {
      inbound--;
    }
  }

  void removeWhenClosed(YamuxStreamState stream) {
    if (stream.localClosed && stream.remoteClosed) {
      remove(stream);
    }
  }

  /**
   * Returns whether a stream's credit is due: when half its window is, and sooner while others have
   * shown that the path needs more, so that each stream does not find that out again.
   */
  boolean isCreditDue(YamuxStreamState stream) {
    int part = stream.windowBytes < windowBytesLearned ? 4 : 2;
    return stream.consumedBytes >= stream.windowBytes / part;
  }

  /** Lets the window of a busy stream grow within the limits; returns by how much. */
  int grow(YamuxStreamState stream, YamuxLimits limits, long withinNanos, long nowNanos) {
    int aim = Math.max(stream.windowBytes, windowBytesLearned - stream.windowBytes);
    long left =
        Math.min(
            limits.windowBytesMax() - stream.windowBytes, limits.windowBytesSum() - windowBytes);
    int more = (int) Math.min(aim, left);
    if (nowNanos - stream.windowSentNanos > withinNanos || more <= 0) {
      return 0;
    }
    stream.windowBytes += more;
    windowBytes += more;
    windowBytesLearned = Math.max(windowBytesLearned, stream.windowBytes);
    return more;
  }

  int count() {
    return byId.size();
  }

  int inbound() {
    return inbound;
  }

  /** Returns whether we may open one more. */
  boolean mayOpen(YamuxLimits limits) {
    return outbound < limits.outboundStreamsMax() && unacked < limits.unackedStreamsMax();
  }
}
