package io.surgemesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.surgemesh.multiformats.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeenCacheTest {
  private static final long TTL = 100;

  /** What the cache must do, said in the plainest way. */
  private static final class Oracle {
    private record Seen(MessageKey key, long untilNanos) {}

    private final List<Seen> seen = new ArrayList<>();
    private final int countMax;

    Oracle(int countMax) {
      this.countMax = countMax;
    }

    boolean contains(MessageKey key, long now) {
      return seen.stream().anyMatch(one -> one.key.equals(key) && one.untilNanos > now);
    }

    void add(MessageKey key, long now) {
      forget(key);
      seen.add(new Seen(key, now + TTL));
      if (seen.size() > countMax) {
        seen.remove(0);
      }
    }

    void forget(MessageKey key) {
      seen.removeIf(one -> one.key.equals(key));
    }

    void expire(long now) {
      seen.removeIf(one -> one.untilNanos <= now);
    }
  }

  private static MessageKey key(int number) {
    return new MessageKey("t" + number % 2, Bytes.of(new byte[] {(byte) (number / 2), 1}));
  }

  @Test
  void aMessageIsSeenUntilItsTimeIsOver() {
    SeenCache cache = new SeenCache(10, TTL);
    cache.add(key(1), 5);
    assertTrue(cache.contains(key(1), 5 + TTL - 1));
    assertFalse(cache.contains(key(1), 5 + TTL));
    assertFalse(cache.contains(key(2), 5));
  }

  @Test
  void atTheBoundTheOldestIsForgotten() {
    SeenCache cache = new SeenCache(40, TTL);
    for (int i = 0; i < 41; i++) {
      cache.add(key(i), i);
    }
    assertEquals(40, cache.size());
    assertFalse(cache.contains(key(0), 41));
    assertTrue(cache.contains(key(1), 41));
  }

  @Test
  void roomThatABurstTookIsGivenBackWhenItIsForgotten() {
    SeenCache cache = new SeenCache(1000, TTL);
    for (int i = 0; i < 500; i++) {
      cache.add(key(i), i < 480 ? 0 : 50);
    }
    assertEquals(512, cache.places());
    cache.expire(TTL);
    assertEquals(20, cache.size());
    assertEquals(64, cache.places());
    for (int i = 480; i < 500; i++) {
      assertTrue(cache.contains(key(i), TTL));
    }
    cache.expire(50 + TTL);
    assertEquals(16, cache.places());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whateverIsDoneItHoldsWhatAPlainListWould(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int countMax = 1 + random.nextInt(70);
    SeenCache cache = new SeenCache(countMax, TTL);
    Oracle oracle = new Oracle(countMax);
    long now = 0;
    for (int step = 0; step < 4000; step++) {
      // Now and then so long that most of it, or all, is over at once.
      now += random.nextInt(200) == 0 ? 50 + random.nextInt(100) : random.nextInt(3);
      MessageKey one = key(random.nextInt(200));
      switch (random.nextInt(8)) {
        case 0 -> {
          cache.forget(one);
          oracle.forget(one);
        }
        case 1 -> {
          cache.expire(now);
          oracle.expire(now);
        }
        default -> {
          cache.add(one, now);
          oracle.add(one, now);
        }
      }
      assertEquals(oracle.seen.size(), cache.size(), "seed " + seed + " step " + step);
      for (int i = 0; i < 200; i++) {
        assertEquals(oracle.contains(key(i), now), cache.contains(key(i), now), "seed " + seed);
      }
    }
  }
}
