package io.surgemesh.dht;

import java.util.ArrayList;
import java.util.List;

/**
 * The latest joins and leaves that this peer believed, in the order in which it came by them, for
 * others to read on from where they stopped.
 *
 * <p>Holds {@value #EVENTS_MAX}; beyond that the oldest is dropped, and who has not read it yet
 * never will: it comes by the members of a range all the same.
 */
final class HintNews {
  static final int EVENTS_MAX = 1024;

  private final List<MemberEvent> events = new ArrayList<>(0);
  private int oldest;

  /** Positions begin at 1, so that 0 says that nothing was read. */
  private long end = 1;

  void add(MemberEvent event) {
    if (events.size() < EVENTS_MAX) {
      events.add(event);
    } else {
      events.set(oldest, event);
      oldest = (oldest + 1) % EVENTS_MAX;
    }
    end++;
  }

  /** Returns the position after the latest. */
  long end() {
    return end;
  }

  /** Returns the position from which on to read for one who stopped at {@code position}. */
  long next(long position) {
    boolean known = position > 0 && position <= end;
    return known ? Math.max(position, end - events.size()) : end;
  }

  /** Returns what is at a position between {@link #next} and {@link #end}. */
  MemberEvent get(long position) {
    int index = (int) (position - (end - events.size()));
    return events.get((oldest + index) % events.size());
  }
}
