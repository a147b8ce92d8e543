package io.surgemesh.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.ConnectionLimits.Candidate;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Peers that look busy, from networks as many as they are, beside honest ones that are idle. */
class SparedPeersTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long NOW = 1000 * SECOND;
  private static final int BUSY = 100;
  private static final ConnectionLimits LIMITS =
      new ConnectionLimits(32, 96, Duration.ofSeconds(20));

  private final List<Candidate> connected = new ArrayList<>();
  private int peers;

  private PeerId newPeer() {
    byte[] seed = new byte[KeyPair.SEED_BYTES];
    seed[0] = (byte) peers++;
    seed[1] = 1;
    return KeyPair.fromSeed(seed).peerId();
  }

  /** Adds a peer that dialled us and has been idle for long; returns it. */
  private PeerId idle(long begunSeconds, int opened, int group) {
    PeerId peer = newPeer();
    connected.add(new Candidate(peer, begunSeconds * SECOND, 500 * SECOND, opened, false, group));
    return peer;
  }

  private void addBusy() {
    for (int i = 0; i < BUSY; i++) {
      connected.add(new Candidate(newPeer(), 900 * SECOND, NOW, 1, false, 10_000 + i));
    }
  }

  private List<PeerId> gone() {
    return LIMITS.surplus(connected, peer -> false, NOW);
  }

  @Test
  void thoseConnectedLongestStayAndTheOthersGo() {
    List<PeerId> honest = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      honest.add(idle(i, 1, 100 + i));
    }
    addBusy();
    // The second reason finds all equal, and takes those used longest ago.
    assertThat(gone()).containsExactlyInAnyOrderElementsOf(honest.subList(20, 30));
  }

  @Test
  void thoseWeOpenedMostStreamsToStay() {
    List<PeerId> strangers = new ArrayList<>();
    for (int i = 0; i < 22; i++) {
      strangers.add(idle(i, 1, 100 + i));
    }
    for (int i = 0; i < 4; i++) {
      idle(400 + i, 2 + i, 200 + i);
    }
    addBusy();
    assertThat(gone()).containsExactlyInAnyOrderElementsOf(strangers.subList(16, 22));
  }

  @Test
  void ofOneNetworkOneStaysForEachReason() {
    for (int i = 0; i < 20; i++) {
      idle(i, 9, 77);
    }
    PeerId honest = idle(300, 1, 78);
    addBusy();
    List<PeerId> gone = gone();
    assertThat(gone).hasSize(18).doesNotContain(honest);
  }

  @Test
  void localPeersAreInNoNetwork() {
    for (int i = 0; i < 24; i++) {
      idle(i, 1, IpGroup.NONE);
    }
    addBusy();
    assertThat(gone()).hasSize(4);
  }

  @Test
  void whomWeDialledTakesNoPlaceOfTheirs() {
    for (int i = 0; i < 8; i++) {
      connected.add(new Candidate(newPeer(), 0, 500 * SECOND, 9, true, 300 + i));
    }
    for (int i = 0; i < 20; i++) {
      idle(10 + i, 1, 100 + i);
    }
    addBusy();
    assertThat(gone()).isEmpty();
  }

  @Test
  void theOrderInWhichPeersAreLookedAtDecidesNothingUnlessAllElseIsEqual() {
    for (int i = 0; i < 31; i++) {
      PeerId peer = newPeer();
      long used = (100 + i) * SECOND;
      connected.add(new Candidate(peer, (i * 7 % 31) * SECOND, used, i * 11 % 31, false, 100 + i));
    }
    addBusy();
    List<PeerId> first = gone();
    Collections.shuffle(connected, new Random(5));
    assertThat(gone()).isEqualTo(first).hasSize(11);
  }

  @Test
  void aPeerWithTwoConnectionsCountsThemTogether() {
    Candidate one = new Candidate(newPeer(), 5, 9, 2, false, 1);
    Candidate other = new Candidate(one.peer(), 7, 8, 3, true, 2);
    Candidate both = new Candidate(one.peer(), 5, 9, 5, true, 1);
    assertThat(one.and(other)).isEqualTo(both);
    assertThat(other.and(one)).isEqualTo(both);
  }
}
