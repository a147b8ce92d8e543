package io.surgemesh.session;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The open streams of one session and what they add up to. */
final class YamuxStreams {
  private static final int RECENTLY_RESET_MAX = 64;

  private final boolean dialer;
  private final Map<Integer, YamuxStreamState> byId = new LinkedHashMap<>();
  private final int[] recentlyReset = new int[RECENTLY_RESET_MAX];
  private int recentlyResetNext;

  /** Frames of one stream tend to follow each other. */
  private @Nullable YamuxStreamState lastFound;

  private int inbound;
  private int outbound;
  private int unacked;
  private long windowBytes;

  /** The largest window that a stream of this session has grown to: what the path needs. */
  private int windowBytesLearned = Yamux.WINDOW_BYTES_INITIAL;

  YamuxStreams(boolean dialer) {
    this.dialer = dialer;
  }

  boolean isOurs(int streamId) {
    return (streamId & 1) == (dialer ? 1 : 0);
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
    if (isOurs(streamId)) {
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
    if (isOurs(stream.id)) {
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

  /** Forgives what is still under way to a stream that we have reset. */
  void rememberReset(int streamId) {
    recentlyReset[recentlyResetNext] = streamId;
    recentlyResetNext = (recentlyResetNext + 1) % RECENTLY_RESET_MAX;
  }

  boolean wasReset(int streamId) {
    for (int reset : recentlyReset) {
      if (reset == streamId) {
        return true;
      }
    }
    return false;
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

  int outbound() {
    return outbound;
  }

  int unacked() {
    return unacked;
  }
}
