package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.MINUTE;
import static io.surgemesh.dht.TestPeers.SECOND;
import static io.surgemesh.dht.TestPeers.drain;
import static io.surgemesh.dht.TestPeers.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.Announcer.Output;
import io.surgemesh.machine.Machine;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class AnnouncerTest {
  private final Announcer announcer = announcer(Key.BITS);

  private static Announcer announcer(int regionBits) {
    return new Announcer(
        DhtConfig.defaults().announceInterval(),
        Announcer.RUNNING_MAX,
        Announcer.WALK_KEYS_MAX,
        () -> regionBits,
        new SplittableRandom(1));
  }

  private static Output.Announce walk(String key) {
    return new Output.Announce(List.of(key(key)), Key.BITS);
  }

  private void announced(String key, int peersTold, long now) {
    announcer.onAnnounced(List.of(key(key)), peersTold, true, now);
  }

  @Test
  void aKeyIsAnnouncedAtOnceAgainAfterAMinuteAndThenEveryTenToFifteen() {
    announcer.announce(key("a"), 0);
    assertThat(drain(announcer)).containsExactly(walk("a"));
    announced("a", 20, 0);
    assertThat(announcer.deadlineNanos()).isBetween(MINUTE * 4 / 5, MINUTE * 6 / 5);
    for (int i = 0; i < 50; i++) {
      long now = announcer.deadlineNanos();
      announcer.onTimeout(now);
      assertThat(drain(announcer)).containsExactly(walk("a"));
      announced("a", 20, now);
      assertThat(announcer.deadlineNanos() - now).isBetween(10 * MINUTE, 15 * MINUTE);
    }
  }

  @Test
  void aKeyAnnouncedByOtherMeansIsAnnouncedWhenItIsSaidAndThenByTheInterval() {
    assertThat(announcer.announceAgain(key("a"), MINUTE)).isTrue();
    assertThat(drain(announcer)).isEmpty();
    assertThat(announcer.deadlineNanos()).isEqualTo(MINUTE);
    announcer.announceAgain(key("a"), 2 * MINUTE);
    long now = announcer.deadlineNanos();
    assertThat(now).isEqualTo(2 * MINUTE);
    announcer.onTimeout(now);
    assertThat(drain(announcer)).containsExactly(walk("a"));
    announced("a", 20, now);
    assertThat(announcer.deadlineNanos() - now).isBetween(10 * MINUTE, 15 * MINUTE);
  }

  @Test
  void aKeyAnnouncedByOtherMeansWhileItIsWalkedToIsNotWalkedToTwice() {
    announcer.announce(key("a"), 0);
    drain(announcer);
    announcer.announceAgain(key("a"), 1);
    assertThat(announcer.deadlineNanos()).isEqualTo(Machine.NEVER);
    announced("a", 20, 2);
    assertThat(announcer.deadlineNanos()).isBetween(10 * MINUTE, 15 * MINUTE + 2);
  }

  @Test
  void whatReachedNobodyIsRepeatedSoon() {
    announcer.announce(key("a"), 0);
    drain(announcer);
    announced("a", 0, 0);
    assertThat(announcer.deadlineNanos()).isLessThan(2 * Announcer.REPEAT_NANOS);
    announcer.onJoined(1);
    assertThat(drain(announcer)).containsExactly(walk("a"));
  }

  @Test
  void onlyAFewAnnouncementsRunAtOnce() {
    for (int i = 0; i < 10; i++) {
      announcer.announce(key("key " + i), 0);
    }
    assertThat(drain(announcer)).hasSize(Announcer.RUNNING_MAX);
    assertThat(announcer.deadlineNanos()).isEqualTo(Machine.NEVER);
    announced("key 1", 20, 1);
    assertThat(drain(announcer)).containsExactly(walk("key 4"));
  }

  @Test
  void aWithdrawnKeyIsNotAnnouncedAgainEvenIfItWasOnItsWay() {
    announcer.announce(key("a"), 0);
    drain(announcer);
    announcer.withdraw(key("a"));
    announced("a", 20, 1);
    assertThat(announcer.deadlineNanos()).isEqualTo(Machine.NEVER);
    assertThat(announcer.keys()).isEmpty();
  }

  @Test
  void noMoreThanAThousandKeysAreTaken() {
    for (int i = 0; i < Announcer.KEYS_MAX; i++) {
      assertThat(announcer.announce(key("key " + i), 0)).isTrue();
    }
    assertThat(announcer.announce(key("one more"), 0)).isFalse();
    assertThat(announcer.announceAgain(key("one more"), 0)).isFalse();
    assertThat(announcer.announce(key("key 3"), 0)).isTrue();
  }

  /** Reports each walk two seconds after it was begun; returns how many were begun. */
  private static int walkUntil(Announcer announcer, long untilNanos) {
    record Walking(Output.Announce walk, long endNanos) {}
    Queue<Walking> walking = new ArrayDeque<>();
    long now = 0;
    int walks = 0;
    while (now < untilNanos) {
      for (Output output : drain(announcer)) {
        Output.Announce walk = (Output.Announce) output;
        assertThat(walk.keys()).doesNotHaveDuplicates().hasSizeLessThan(65);
        walking.add(new Walking(walk, now + 2 * SECOND));
        walks++;
      }
      assertThat(walking).hasSizeLessThanOrEqualTo(Announcer.RUNNING_MAX);
      long end = walking.isEmpty() ? Machine.NEVER : walking.element().endNanos();
      if (end <= announcer.deadlineNanos()) {
        now = end;
        announcer.onAnnounced(walking.remove().walk().keys(), 20, true, now);
      } else {
        now = announcer.deadlineNanos();
        announcer.onTimeout(now);
      }
    }
    return walks;
  }

  @Test
  void theKeysOfARegionAreWalkedToTogetherAndStayTogether() {
    Announcer many = announcer(4);
    for (int i = 0; i < 500; i++) {
      many.announce(key("key " + i), 0);
    }
    // 16 regions of some 31 keys, and the first ones alone.
    assertThat(walkUntil(many, 40 * SECOND)).isLessThan(24);
    assertThat(walkUntil(many, 120 * MINUTE)).isLessThan(16 * 14);
  }

  @Test
  void keysOfOneWalkShareARegion() {
    Announcer many = announcer(3);
    for (int i = 0; i < 100; i++) {
      many.announce(key("key " + i), 0);
    }
    drain(many);
    many.onAnnounced(List.of(key("key 0")), 20, true, 1);
    Output.Announce walk = (Output.Announce) drain(many).get(0);
    assertThat(walk.regionBits()).isEqualTo(3);
    assertThat(walk.keys()).hasSizeGreaterThan(5);
    Key first = Key.of(walk.keys().get(0));
    assertThat(walk.keys())
        .allSatisfy(
            key -> assertThat(first.commonPrefixBits(Key.of(key))).isGreaterThanOrEqualTo(3));
  }

  @Test
  void theKeysOfARegionThatIsNotAsItShouldBeAreWalkedToAlone() {
    Announcer many = announcer(0);
    for (int i = 0; i < 7; i++) {
      many.announce(key("key " + i), 0);
    }
    drain(many);
    many.onAnnounced(List.of(key("key 0")), 20, true, 1);
    Output.Announce together = (Output.Announce) drain(many).get(0);
    assertThat(together.keys()).containsExactly(key("key 4"), key("key 5"), key("key 6"));
    many.onAnnounced(together.keys(), 80, false, 2);
    many.onAnnounced(List.of(key("key 1")), 20, true, 3);
    assertThat(drain(many))
        .containsExactly(
            new Output.Announce(List.of(key("key 5")), 0),
            new Output.Announce(List.of(key("key 6")), 0));
  }
}
