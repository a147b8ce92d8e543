package io.surgemesh.dht;

import io.surgemesh.multiformats.Bytes;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The values on their way to those who are to hold them, and how many of these do already.
 *
 * <p>Each ends when all whom it was sent to have answered or failed. Their number is bounded by who
 * starts them.
 */
final class Puts {
  /** The ticket of a value that nobody waits for. */
  static final long CORRECTION = 0;

  /**
   * A value has reached whom it can.
   *
   * @param peers how many hold it
   */
  record Over(long ticket, int peers) {}

  private static final class Put {
    private final long ticket;
    private final Bytes value;
    private int waiting;
    private int kept;

    Put(long ticket, Bytes value, int waiting) {
      this.ticket = ticket;
      this.value = value;
      this.waiting = waiting;
    }
  }

  private final Map<Long, Put> running = new LinkedHashMap<>(0);
  private final Queue<Over> over = new ArrayDeque<>(0);
  private long numberLast = Call.PROBE;

  /**
   * A value is being sent.
   *
   * @param peers to how many; each is to be reported
   * @return the number of its calls
   */
  long start(long ticket, Bytes value, int peers) {
    long number = --numberLast;
    Put put = new Put(ticket, value, peers);
    running.put(number, put);
    endIfAllAnswered(number, put);
    return number;
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
      endIfAllAnswered(call.search(), put);
    }
    return fits;
  }

  /** A peer did not take it. */
  void onFailure(Call call) {
    Put put = running.get(call.search());
    if (put != null) {
      put.waiting--;
      endIfAllAnswered(call.search(), put);
    }
  }

  /** Ends all with what they have. */
  void stopAll() {
    running.values().forEach(put -> over.add(new Over(put.ticket, put.kept)));
    running.clear();
  }

  /** Returns the next that is over, null when there is none. */
  @Nullable Over poll() {
    return over.poll();
  }

  /** Returns how many values are on their way. */
  int size() {
    return running.size();
  }

  private void endIfAllAnswered(long number, Put put) {
    if (put.waiting == 0) {
      running.remove(number);
      over.add(new Over(put.ticket, put.kept));
    }
  }
}
