package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.MINUTE;
import static io.surgemesh.dht.TestPeers.drain;
import static io.surgemesh.dht.TestPeers.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.Announcer.Output;
import io.surgemesh.machine.Machine;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class AnnouncerTest {
  private final Announcer announcer = new Announcer(DhtConfig.defaults(), new SplittableRandom(1));

  @Test
  void aKeyIsAnnouncedAtOnceAgainAfterAMinuteAndThenEveryTenToFifteen() {
    announcer.announce(key("a"), 0);
    assertThat(drain(announcer)).containsExactly(new Output.Announce(key("a")));
    announcer.onAnnounced(key("a"), 20, 0);
    assertThat(announcer.deadlineNanos()).isBetween(MINUTE * 4 / 5, MINUTE * 6 / 5);
    for (int i = 0; i < 50; i++) {
      long now = announcer.deadlineNanos();
      announcer.onTimeout(now);
      assertThat(drain(announcer)).containsExactly(new Output.Announce(key("a")));
      announcer.onAnnounced(key("a"), 20, now);
      assertThat(announcer.deadlineNanos() - now).isBetween(10 * MINUTE, 15 * MINUTE);
    }
  }

  @Test
  void whatReachedNobodyIsRepeatedSoon() {
    announcer.announce(key("a"), 0);
    drain(announcer);
    announcer.onAnnounced(key("a"), 0, 0);
    assertThat(announcer.deadlineNanos()).isLessThan(2 * Announcer.REPEAT_NANOS);
    announcer.onJoined(1);
    assertThat(drain(announcer)).containsExactly(new Output.Announce(key("a")));
  }

  @Test
  void onlyAFewAnnouncementsRunAtOnce() {
    for (int i = 0; i < 10; i++) {
      announcer.announce(key("key " + i), 0);
    }
    assertThat(drain(announcer)).hasSize(Announcer.RUNNING_MAX);
    assertThat(announcer.deadlineNanos()).isEqualTo(Machine.NEVER);
    announcer.onAnnounced(key("key 1"), 20, 1);
    assertThat(drain(announcer)).containsExactly(new Output.Announce(key("key 4")));
  }

  @Test
  void aWithdrawnKeyIsNotAnnouncedAgainEvenIfItWasOnItsWay() {
    announcer.announce(key("a"), 0);
    drain(announcer);
    announcer.withdraw(key("a"));
    announcer.onAnnounced(key("a"), 20, 1);
    assertThat(announcer.deadlineNanos()).isEqualTo(Machine.NEVER);
    assertThat(announcer.keys()).isEmpty();
  }

  @Test
  void noMoreKeysAreTakenThanOthersKeepOfOnePeer() {
    for (int i = 0; i < Announcer.KEYS_MAX; i++) {
      assertThat(announcer.announce(key("key " + i), 0)).isTrue();
    }
    assertThat(announcer.announce(key("one more"), 0)).isFalse();
    assertThat(announcer.announce(key("key 3"), 0)).isTrue();
  }
}
