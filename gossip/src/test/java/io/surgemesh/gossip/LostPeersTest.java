package io.surgemesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.gossip.LostPeers.Outcome;
import io.surgemesh.identity.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LostPeersTest {
  private static final long SECOND = 1_000_000_000L;
  private static final PeerId A = Peers.id(1);

  private final LostPeers lost = new LostPeers(4, new SplittableRandom(7));
  private long now;

  /** Lets time pass in tenths of a second; returns at which seconds somebody was dialled. */
  private List<Double> dials(long seconds, Outcome outcome) {
    List<Double> at = new ArrayList<>();
    for (long end = now + seconds * SECOND; now < end; now += SECOND / 10) {
      lost.onTimeout(now);
      for (PeerId peer = lost.poll(); peer != null; peer = lost.poll()) {
        at.add(now / 1e9);
        lost.onDialled(peer, outcome, now);
      }
    }
    return at;
  }

  @Test
  void aLostPeerIsDialledAtGrowingIntervalsForAQuarterOfAnHour() {
    lost.onLost(A, now);
    List<Double> at = dials(1000, Outcome.SILENT);
    assertThat(at.get(0)).isBetween(0.5, 1.6);
    assertThat(at.get(1) - at.get(0)).isBetween(1.0, 3.1);
    assertThat(at.get(2) - at.get(1)).isBetween(2.0, 6.1);
    for (int i = 7; i < at.size(); i++) {
      assertThat(at.get(i) - at.get(i - 1)).isBetween(16.0, 48.1);
    }
    assertThat(at.get(at.size() - 1)).isBetween(900.0, 950.0);
    assertThat(lost.deadlineNanos()).isEqualTo(LostPeers.NEVER);
  }

  @Test
  void onceConnectedItIsForgotten() {
    lost.onLost(A, now);
    assertThat(dials(100, Outcome.CONNECTED)).hasSize(1);
    assertThat(lost.deadlineNanos()).isEqualTo(LostPeers.NEVER);
  }

  @Test
  void onceItIsBackByItselfItIsForgotten() {
    lost.onLost(A, now);
    lost.onBack(A, now);
    assertThat(dials(100, Outcome.SILENT)).isEmpty();
  }

  @Test
  void oneThatRefusesHasLeftAndIsForgottenSoon() {
    lost.onLost(A, now);
    assertThat(dials(1000, Outcome.REFUSED)).hasSize(LostPeers.REFUSALS_MAX);
    assertThat(lost.deadlineNanos()).isEqualTo(LostPeers.NEVER);
  }

  @Test
  void whileFewPeersAreLeftItIsDialledEveryFewSeconds() {
    lost.onLost(A, now);
    dials(200, Outcome.SILENT);
    lost.onLonely(now);
    List<Double> at = dials(3, Outcome.SILENT);
    assertThat(at).isNotEmpty();
    lost.onLonely(now);
    assertThat(dials(4, Outcome.SILENT)).isNotEmpty();
  }

  @Test
  void oneThatRefusesIsNotDialledMoreOftenWhenFewPeersAreLeft() {
    lost.onLost(A, now);
    List<Double> at = new ArrayList<>();
    for (int second = 0; second < 20; second++) {
      lost.onLonely(now);
      at.addAll(dials(1, Outcome.REFUSED));
    }
    assertThat(at).hasSizeBetween(3, 4);
  }

  @Test
  void dialsBeginASecondApartUntilOneSucceeds() {
    for (int i = 1; i <= 10; i++) {
      lost.onLost(Peers.id(i), now);
    }
    now = 10 * SECOND;
    lost.onTimeout(now);
    List<PeerId> dialled = drain();
    assertThat(dialled).hasSize(1);
    assertThat(lost.deadlineNanos()).isEqualTo(now + LostPeers.APART_NANOS);

    lost.onDialled(dialled.get(0), Outcome.CONNECTED, now);
    assertThat(drain()).hasSize(1).doesNotContainAnyElementsOf(dialled);
  }

  @Test
  void fourAreDialledAtATimeAndTheOthersWait() {
    for (int i = 1; i <= 10; i++) {
      lost.onLost(Peers.id(i), now);
    }
    List<PeerId> dialled = new ArrayList<>();
    for (now = 10 * SECOND; now < 20 * SECOND; now += SECOND) {
      lost.onTimeout(now);
      dialled.addAll(drain());
    }
    assertThat(dialled).hasSize(4).doesNotHaveDuplicates();
    assertThat(lost.deadlineNanos()).isEqualTo(LostPeers.NEVER);
    lost.onDialled(dialled.get(0), Outcome.SILENT, now);
    assertThat(drain()).hasSize(1).doesNotContainAnyElementsOf(dialled);
  }

  @Test
  void atTheBoundTheOneLostFirstIsForgotten() {
    for (int i = 0; i <= LostPeers.PEERS_MAX; i++) {
      lost.onLost(Peers.id(i), now);
    }
    List<PeerId> dialled = new ArrayList<>();
    now = 10 * SECOND;
    for (int i = 0; i < LostPeers.PEERS_MAX; i++) {
      lost.onTimeout(now);
      for (PeerId peer : drain()) {
        dialled.add(peer);
        lost.onDialled(peer, Outcome.CONNECTED, now);
      }
    }
    assertThat(dialled).hasSize(LostPeers.PEERS_MAX).doesNotContain(Peers.id(0));
  }

  private List<PeerId> drain() {
    List<PeerId> peers = new ArrayList<>();
    for (PeerId peer = lost.poll(); peer != null; peer = lost.poll()) {
      peers.add(peer);
    }
    return peers;
  }
}
