package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.multiformats.Bytes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps meeting peers of all parts of the key space, by one search at a time: every other time to
 * anywhere, which finds a part of the mesh that is not known, else for our own id and into a bucket
 * that is not full in turn, but not where another search has led lately. (libp2p kad-dht r2,
 * Bootstrap process, searches for our own id and in every bucket each time: most of what an idle
 * peer would send. The peers of full buckets need not be met, but looked after: see {@link
 * Probing}.)
 *
 * <p>A message carries the key before it is hashed, so a key of a given bucket is found by trying:
 * about 2^(index + 1) hashes, hence a bound on the index.
 */
final class Refresh implements Machine<Refresh.Output> {
  /** What refreshing wants done. */
  sealed interface Output {
    /** Search for this raw key and report with {@link #onSearched}. */
    record Search(Bytes key) implements Output {}
  }

  /** The deepest buckets refreshed; of those beyond, the search for our own id meets all peers. */
  static final int BUCKETS_MAX = 12;

  /** The widest buckets, 7/8 of the key space: after joining little is known of them. */
  static final int FAR_BUCKETS = 3;

  /** The most searches into them after joining. */
  static final int SEARCHES_AT_JOINING = 15;

  /** The most searches after joining into each bucket between these and the neighbours. */
  private static final int SEARCHES_IN_EACH = 3;

  /**
   * A table that one search makes larger by such a part has met a part of the mesh not yet known.
   */
  private static final int NEW_PART = 8;

  private static final int NEW_MIN = 4;

  private static final int RAW_KEY_BYTES = 32;

  private static final long ASSUMED_NANOS = Duration.ofMinutes(2).toNanos();

  /** Of four searches, the one for our own id, and the one into a bucket that has room. */
  private static final int OWN_TURN = 1;

  private static final int BUCKET_TURN = 3;

  private static final int TURNS = 4;

  private static final int TRIES_MAX = 1 << 14;

  private final PeerId self;
  private final RoutingTable table;
  private final Visits visits;
  private final boolean everyBucket;
  private final long intervalNanos;
  private final RandomGenerator random;
  private final Queue<Bytes> targets = new ArrayDeque<>(0);
  private final Queue<Output> outputs = new ArrayDeque<>(0);
  private boolean searching;
  private boolean joining;
  private int farSearches;

  /** After joining: the bucket being searched in, from the neighbours' down to the far ones. */
  private int middle;

  private int middleSearches;

  private int sizeBefore;
  private int turn;

  /** Whether what follows is still to come at a moment and in a turn of this peer's own. */
  private boolean inStep;

  private long nextNanos = NEVER;

  Refresh(
      PeerId self, RoutingTable table, Visits visits, DhtConfig config, RandomGenerator random) {
    this.self = self;
    this.table = table;
    this.visits = visits;
    this.everyBucket = config.rules() == SearchRules.PLAIN;
    this.intervalNanos = config.refreshInterval().toNanos();
    this.random = random;
  }

  void start(long nowNanos) {
    nextNanos = nowNanos + Jitter.around(intervalNanos, random);
  }

  /**
   * The table was filled by hand: the first search, for our own id, comes at some moment of the
   * next {@value #ASSUMED_NANOS} ns, and the second at some moment of the interval that follows,
   * with any of the turns. All that begin so would else search at once, and for the same, as no
   * mesh does that has been there for long.
   */
  void onAssumed(long nowNanos) {
    turn = OWN_TURN;
    inStep = true;
    nextNanos = nowNanos + random.nextLong(ASSUMED_NANOS);
  }

  /**
   * This peer found its neighbours: the far parts of the key space come next, until what the table
   * holds of them is full or a search brings nobody, and then each bucket between them and the
   * neighbours, until it is full or a search brings few. None of these fills by itself: who calls
   * this peer seldom stands there.
   */
  void onJoined() {
    joining = true;
    if (everyBucket) {
      aimAtBuckets(FAR_BUCKETS - 1);
    } else {
      middle = Math.min(BUCKETS_MAX, table.neighboursIndex());
      middleSearches = 0;
      farSearches = SEARCHES_AT_JOINING;
    }
    next();
  }

  /**
   * A search is over. After joining each meets many new peers; one later that does has come upon a
   * part of the mesh that was not known, and is followed by some more.
   */
  void onSearched() {
    searching = false;
    int met = table.size() - sizeBefore;
    if (joining) {
      farSearches = met > 0 ? farSearches : 0;
      middleSearches = met < NEW_MIN ? 0 : middleSearches;
    } else if (targets.isEmpty()
        && farSearches == 0
        && met >= Math.max(NEW_MIN, sizeBefore / NEW_PART)) {
      targets.add(self.bytes());
      farSearches = FAR_BUCKETS;
    }
    next();
  }

  @Override
  public void onTimeout(long nowNanos) {
    if (nowNanos < nextNanos) {
      return;
    }
    nextNanos = nowNanos + Jitter.around(intervalNanos, random);
    joining = false;
    farSearches = 0;
    middle = 0;
    middleSearches = 0;
    targets.clear();
    if (table.size() > 0 && everyBucket) {
      targets.add(self.bytes());
      aimAtBuckets(Math.min(BUCKETS_MAX - 1, table.firstUnfilledIndex()));
    } else if (table.size() > 0) {
      aimAtOne(nowNanos - intervalNanos / 2);
    }
    if (inStep) {
      inStep = false;
      turn = random.nextInt(TURNS);
      nextNanos = nowNanos + random.nextLong(intervalNanos);
    }
    next();
  }

  @Override
  public long deadlineNanos() {
    return nextNanos;
  }

  @Override
  public @Nullable Output poll() {
    return outputs.poll();
  }

  /** Returns whether searches that follow on joining are under way. */
  boolean isJoining() {
    return joining && searching;
  }

  private void next() {
    if (searching) {
      return;
    }
    Bytes target = targets.isEmpty() ? joiningKey() : targets.poll();
    if (target != null) {
      sizeBefore = table.size();
      searching = true;
      outputs.add(new Output.Search(target));
    }
  }

  /** Returns a key in the next bucket that has a place, while searches are left. */
  private @Nullable Bytes joiningKey() {
    while (farSearches > 0) {
      farSearches--;
      int index = FAR_BUCKETS - 1 - farSearches % FAR_BUCKETS;
      if (!table.isFull(index)) {
        return keyInBucket(index);
      }
    }
    while (middle > FAR_BUCKETS || middleSearches > 0) {
      if (middleSearches == 0) {
        middle--;
        middleSearches = SEARCHES_IN_EACH;
      }
      middleSearches--;
      Bytes key = table.isFull(middle) ? null : keyInBucket(middle);
      if (key != null) {
        return key;
      }
    }
    return null;
  }

  private void aimAtBuckets(int last) {
    for (int index = 0; index <= last; index++) {
      aimAtBucket(index);
    }
  }

  private void aimAtOne(long sinceNanos) {
    switch (turn++ % TURNS) {
      case OWN_TURN -> {
        if (!visits.isVisitedSince(Key.BITS, sinceNanos)) {
          targets.add(self.bytes());
        }
      }
      case BUCKET_TURN -> {
        int index = longestUnvisited();
        if (index >= 0 && !visits.isVisitedSince(index, sinceNanos)) {
          aimAtBucket(index);
        }
      }
      default -> targets.add(anyKey(random));
    }
  }

  /**
   * Returns the bucket into which no search has led for longest, of those that have room and are
   * not filled by the search for our own id; less than 0 when all of them are full.
   */
  private int longestUnvisited() {
    int longest = -1;
    int end = Math.min(BUCKETS_MAX, table.neighboursIndex());
    for (int index = 0; index < end; index++) {
      if (!table.isFull(index) && (longest < 0 || visits.isBefore(index, longest))) {
        longest = index;
      }
    }
    return longest;
  }

  private void aimAtBucket(int index) {
    Bytes key = keyInBucket(index);
    if (key != null) {
      targets.add(key);
    }
  }

  /** Returns a raw key that stands anywhere. */
  static Bytes anyKey(RandomGenerator random) {
    byte[] raw = new byte[RAW_KEY_BYTES];
    random.nextBytes(raw);
    return Bytes.of(raw);
  }

  private @Nullable Bytes keyInBucket(int index) {
    for (int i = 0; i < TRIES_MAX; i++) {
      Bytes key = anyKey(random);
      if (table.indexOf(Key.of(key)) == index) {
        return key;
      }
    }
    return null;
  }
}
