package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The values on their way to those who are to hold them, and how many of these do already.
 *
 * <p>Each is sent to ever more peers until it is complete, and reported once as many as are enough
 * hold it, or all have answered or failed. It ends with the last of these. Their number is bounded
 * by who starts them.
 */
final class Puts {
  /** The ticket of a value that nobody waits for. */
  static final long CORRECTION = 0;

  /**
   * A value has reached enough peers, or whom it can.
   *
   * @param peers how many hold it
   */
  record Over(long ticket, int peers) {}

  private static final class Put {
    private final long ticket;
    private final Bytes value;
    private final int enough;
    private final Set<PeerId> sent = new LinkedHashSet<>(0);
    private boolean complete;
    private boolean reported;
    private int waiting;
    private int kept;

    Put(long ticket, Bytes value, int enough) {
      this.ticket = ticket;
      this.value = value;
      this.enough = enough;
    }
  }

  private final Map<Long, Put> running = new LinkedHashMap<>(0);
  private final Queue<Over> over = new ArrayDeque<>(0);
  private long numberLast = Call.PROBE;
  private int reported;

  /**
   * A value is to be sent to peers yet to be found.
   *
   * @param enough how many must hold it to be reported before it is complete
   * @return the number of its calls
   */
  long start(long ticket, Bytes value, int enough) {
    long number = --numberLast;
    running.put(number, new Put(ticket, value, enough));
    return number;
  }

  /** A value is to be sent to one more peer; returns false when it was already, or has ended. */
  boolean add(long number, PeerId peer) {
    Put put = running.get(number);
    if (put == null || put.complete || !put.sent.add(peer)) {
      return false;
    }
    put.waiting++;
    return true;
  }

  /** A value is on its way to all who are to hold it. */
  void complete(long number) {
    Put put = running.get(number);
    if (put != null) {
      put.complete = true;
      report(number, put);
    }
  }

  /** Takes an answer; returns false when it is none to what was asked. */
  boolean onAnswer(Call call, KadMessage answer) {
    Put put = running.get(call.search());
    boolean fits = answer.type() == KadMessage.Type.PUT_VALUE;
    if (put != null) {
      put.waiting--;
      // Whoever holds a better one answers with that.
      boolean echoes = answer.record().filter(r -> r.value().equals(put.value)).isPresent();
      put.kept += fits && echoes ? 1 : 0;
      report(call.search(), put);
    }
    return fits;
  }

  /** A peer did not take it. */
  void onFailure(Call call) {
    Put put = running.get(call.search());
    if (put != null) {
      put.waiting--;
      report(call.search(), put);
    }
  }

  /** Ends all with what they have. */
  void stopAll() {
    for (Put put : running.values()) {
      if (!put.reported) {
        over.add(new Over(put.ticket, put.kept));
      }
    }
    running.clear();
    reported = 0;
  }

  /** Returns the next to report, null when there is none. */
  @Nullable Over poll() {
    return over.poll();
  }

  /** Returns how many values are on their way. */
  int size() {
    return running.size();
  }

  /** Returns how many of these were reported and go on. */
  int goingOn() {
    return reported;
  }

  private void report(long number, Put put) {
    boolean ended = put.complete && put.waiting == 0;
    if (!put.reported && (ended || put.kept >= put.enough)) {
      put.reported = true;
      reported++;
      over.add(new Over(put.ticket, put.kept));
    }
    if (ended) {
      running.remove(number);
      reported--;
    }
  }
}
