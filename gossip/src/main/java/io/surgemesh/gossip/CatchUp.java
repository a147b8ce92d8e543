package io.surgemesh.gossip;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Deadlines;
import io.surgemesh.machine.Machine;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a peer that joined a topic is sent what it may have missed: at once, but only so
 * often; a peer that comes back sooner is served when its time has come.
 *
 * <p>Remembers at most {@value #PLACES_MAX} pairs of peer and topic; past that the one served
 * longest ago may be served again too soon. Set reconciliation ({@code offer-sync/1.0.0}) will take
 * its place, at a cost that follows the difference.
 */
final class CatchUp implements Machine<CatchUp.Place> {
  static final int PLACES_MAX = 4096;

  /** What a peer is sent. */
  enum Share {
    /** What this peer itself offers. */
    OWN,
    /** What is held. */
    ALL
  }

  /** Send this peer that much of this topic. */
  record Place(PeerId peer, String topic, Share share) {}

  private final long intervalNanos;
  private final Map<Place, Long> servedNanos =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Long> eldest) {
          return size() > PLACES_MAX;
        }
      };
  private final Map<Place, Long> waiting = new LinkedHashMap<>();
  private final Deadlines<Place> deadlines = new Deadlines<>();
  private final Queue<Place> outputs = new ArrayDeque<>();

  CatchUp(long intervalNanos) {
    this.intervalNanos = intervalNanos;
  }

  /**
   * A peer may lack something: it joined a topic, and is to have our own offers; or it is in our
   * mesh of that topic now, and is to have all.
   */
  void onNews(PeerId peer, String topic, Share share, long nowNanos) {
    Place place = new Place(peer, topic, share);
    Long served = servedNanos.get(place);
    if (served == null || nowNanos - served >= intervalNanos) {
      serve(place, nowNanos);
    } else if (waiting.size() < PLACES_MAX) {
      waiting.put(place, served + intervalNanos);
      deadlines.set(place, served + intervalNanos);
    }
  }

  /** A peer is gone, and waits for nothing. */
  void onGone(PeerId peer, long nowNanos) {
    waiting
        .keySet()
        .removeIf(
            place -> {
              boolean gone = place.peer.equals(peer);
              if (gone) {
                deadlines.remove(place);
              }
              return gone;
            });
  }

  private void serve(Place place, long nowNanos) {
    waiting.remove(place);
    forgetEarlier(nowNanos);
    servedNanos.remove(place);
    servedNanos.put(place, nowNanos);
    outputs.add(place);
  }

  /** Forgets who may be served again anyway. */
  private void forgetEarlier(long nowNanos) {
    Iterator<Long> earliest = servedNanos.values().iterator();
    while (earliest.hasNext() && nowNanos - earliest.next() >= intervalNanos) {
      earliest.remove();
    }
  }

  @Override
  public @Nullable Place poll() {
    return outputs.poll();
  }

  @Override
  public long deadlineNanos() {
    return deadlines.earliestNanos();
  }

  @Override
  public void onTimeout(long nowNanos) {
    for (Place due = deadlines.pollDue(nowNanos); due != null; due = deadlines.pollDue(nowNanos)) {
      serve(due, nowNanos);
    }
  }
}
