package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The peers that this one asks who is in the mesh, in turn.
 *
 * <p>This peer picks them at random among those of its routing table, which answered it and of
 * which few are of one network: nobody can make himself one of them. There are {@value
 * #SOURCES_MAX}; one that fails is dropped, and the oldest makes room for another every {@value
 * #ROTATE_NANOS} ns.
 */
final class HintSources {
  /** With fewer, some peers' news would reach nobody by themselves (e^-4 is 2 % already). */
  static final int SOURCES_MAX = 4;

  static final long ROTATE_NANOS = Duration.ofMinutes(15).toNanos();

  private static final int TRIES_MAX = 8;

  /** A peer that is asked, and how far that went. */
  static final class Source {
    private final PeerId peer;

    /** How far its news are read. */
    private long after;

    /** Up to which of our own news it was told what we have. */
    private long toldUpTo;

    /** Whether it was told that we are there. */
    private boolean toldSelf;

    private Source(PeerId peer, long newsEnd) {
      this.peer = peer;
      this.toldUpTo = newsEnd;
    }

    PeerId peer() {
      return peer;
    }

    long after() {
      return after;
    }

    long toldUpTo() {
      return toldUpTo;
    }

    boolean isToldSelf() {
      return toldSelf;
    }

    /** It has answered a request that said so much. */
    void onAnswer(long next, long newsEnd, boolean selfSaid) {
      after = next;
      toldUpTo = newsEnd;
      toldSelf |= selfSaid;
    }
  }

  private final RoutingTable table;
  private final RandomGenerator random;

  // Whose turn is next comes first.
  private final List<Source> sources = new ArrayList<>(SOURCES_MAX);
  private long rotateNanos;

  HintSources(RoutingTable table, RandomGenerator random) {
    this.table = table;
    this.random = random;
  }

  /** Returns whose turn it is; null when the routing table is empty. */
  @Nullable Source next(long newsEnd, long nowNanos) {
    if (sources.size() == SOURCES_MAX && nowNanos >= rotateNanos) {
      rotateNanos = nowNanos + ROTATE_NANOS;
      sources.remove(0);
    }
    if (sources.size() < SOURCES_MAX) {
      addOne(newsEnd);
    }
    if (sources.isEmpty()) {
      return null;
    }
    Source next = sources.remove(0);
    sources.add(next);
    return next;
  }

  private void addOne(long newsEnd) {
    for (int i = 0; i < TRIES_MAX; i++) {
      Key anywhere =
          new Key(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
      for (PeerId peer : table.nearest(anywhere, 1)) {
        if (!contains(peer)) {
          sources.add(0, new Source(peer, newsEnd));
          return;
        }
      }
    }
  }

  /** A peer failed, or lied. */
  void remove(PeerId peer) {
    sources.removeIf(source -> source.peer.equals(peer));
  }

  void clear() {
    sources.clear();
  }

  boolean contains(PeerId peer) {
    for (Source source : sources) {
      if (source.peer.equals(peer)) {
        return true;
      }
    }
    return false;
  }

  /** All are to be told anew that this peer is there. */
  void onSelf() {
    sources.forEach(source -> source.toldSelf = false);
  }
}
