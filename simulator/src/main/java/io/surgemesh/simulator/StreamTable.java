package io.surgemesh.simulator;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one end of a connection, in the order in which they began.
 *
 * <p>A plain array: an end has two or three streams nearly always, and there are millions of ends.
 * The owner bounds it.
 */
final class StreamTable {
  private static final SimulatedStream[] NONE = {};

  private SimulatedStream[] streams = NONE;
  private int count;

  void add(SimulatedStream stream) {
    if (count == streams.length) {
      streams = Arrays.copyOf(streams, Math.max(2, 2 * count));
    }
    streams[count++] = stream;
  }

  @Nullable SimulatedStream find(int id) {
    // The latest first: long-lived streams say less often anything.
    for (int i = count - 1; i >= 0; i--) {
      if (streams[i].id() == id) {
        return streams[i];
      }
    }
    return null;
  }

  /** Removes a stream; returns whether it was there. */
  boolean remove(SimulatedStream stream) {
    for (int i = count - 1; i >= 0; i--) {
      if (streams[i] == stream) {
        System.arraycopy(streams, i + 1, streams, i, count - i - 1);
        streams[--count] = null;
        return true;
      }
    }
    return false;
  }

  /** Returns the streams there are now, a copy. */
  List<SimulatedStream> all() {
    return List.of(Arrays.copyOf(streams, count));
  }
}
