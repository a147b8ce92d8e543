package io.surgemesh.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.host.ConnectionLimits.Candidate;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ConnectionTrimmerTest {
  private static final long SECOND = 1_000_000_000L;
  private static final List<PeerId> PEERS = peers(40);

  private final ConnectionTrimmer trimmer =
      new ConnectionTrimmer(new ConnectionLimits(4, 8, Duration.ofSeconds(5)));

  private static List<PeerId> peers(int count) {
    List<PeerId> peers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] seed = new byte[KeyPair.SEED_BYTES];
      seed[0] = (byte) i;
      peers.add(KeyPair.fromSeed(seed).peerId());
    }
    return peers;
  }

  private static Candidate inbound(int peer, long usedNanos, int group) {
    return new Candidate(PEERS.get(peer), usedNanos, usedNanos, 1, false, group);
  }

  private static Candidate outbound(int peer, long usedNanos, int group) {
    return new Candidate(PEERS.get(peer), usedNanos, usedNanos, 1, true, group);
  }

  /** Peer i was used at second i; those used last have been connected longest. */
  private static List<Candidate> usedInTurn(int count) {
    List<Candidate> connected = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      connected.add(new Candidate(PEERS.get(i), -i, i * SECOND, 1, false, IpGroup.NONE));
    }
    return connected;
  }

  private List<PeerId> surplus(List<Candidate> connected, long nowNanos) {
    return trimmer.surplus(connected.size(), () -> connected, nowNanos);
  }

  @Test
  void upToTheHighMarkAllStay() {
    assertThat(surplus(usedInTurn(8), 100 * SECOND)).isEmpty();
  }

  @Test
  void pastItThoseUsedLongestAgoGoUntilTheLowMarkIsLeft() {
    assertThat(surplus(usedInTurn(9), 100 * SECOND)).isEqualTo(PEERS.subList(0, 5));
  }

  @Test
  void whoIsNeededOrWasUsedLatelyStays() {
    trimmer.addGuard(peer -> peer.equals(PEERS.get(0)));
    trimmer.addGuard(peer -> peer.equals(PEERS.get(2)));
    assertThat(surplus(usedInTurn(9), 11 * SECOND)).containsExactly(PEERS.get(1), PEERS.get(3));
  }

  @Test
  void whoIsProtectedStaysUntilItsLastTagIsTakenBack() {
    trimmer.protect(PEERS.get(0), "one");
    trimmer.protect(PEERS.get(0), "two");
    trimmer.unprotect(PEERS.get(0), "one");
    trimmer.unprotect(PEERS.get(1), "never given");
    assertThat(surplus(usedInTurn(9), 100 * SECOND)).isEqualTo(PEERS.subList(1, 6));
    trimmer.unprotect(PEERS.get(0), "two");
    assertThat(surplus(usedInTurn(9), 200 * SECOND)).isEqualTo(PEERS.subList(0, 5));
  }

  @Test
  void noMoreThanTheBoundAreProtected() {
    for (int i = 0; i < ConnectionTrimmer.PROTECTIONS_MAX; i++) {
      assertThat(trimmer.protect(PEERS.get(0), "tag " + i)).isTrue();
    }
    assertThat(trimmer.protect(PEERS.get(1), "late")).isFalse();
    assertThat(trimmer.protect(PEERS.get(0), "tag 0")).isTrue();
    trimmer.unprotect(PEERS.get(0), "tag 0");
    assertThat(trimmer.protect(PEERS.get(1), "late")).isTrue();
  }

  @Test
  void aLookCostsNothingAMomentAfterTheLast() {
    assertThat(surplus(usedInTurn(9), 100 * SECOND)).isNotEmpty();
    assertThat(surplus(usedInTurn(20), 100 * SECOND + 1)).isEmpty();
    assertThat(surplus(usedInTurn(20), 101 * SECOND)).isNotEmpty();
  }

  @Test
  void theMarksHoldForAnyNumbersOfPeersAndUses() {
    SplittableRandom random = new SplittableRandom(4);
    for (int run = 0; run < 1000; run++) {
      int low = 1 + random.nextInt(10);
      int high = low + random.nextInt(10);
      ConnectionLimits limits = new ConnectionLimits(low, high, Duration.ofSeconds(5));
      List<Candidate> connected = new ArrayList<>();
      for (int i = random.nextInt(PEERS.size()); i > 0; i--) {
        connected.add(inbound(i, random.nextLong(60 * SECOND), IpGroup.NONE));
      }
      long now = 60 * SECOND;
      List<PeerId> closed = limits.surplus(connected, peer -> false, now);
      int left = connected.size() - closed.size();
      long recent = connected.stream().filter(c -> c.usedNanos() >= 55 * SECOND).count();
      long kept =
          Math.min(
              connected.size(),
              recent + (low / SparedPeers.LONGEST_PART + low / SparedPeers.OPENED_PART));
      assertThat(closed).doesNotHaveDuplicates();
      assertThat(left)
          .isEqualTo(connected.size() <= high ? connected.size() : (int) Math.max(low, kept));
    }
  }

  @Test
  void theLastEightThatWeDialledStayHoweverBusyOthersAre() {
    long now = 100 * SECOND;
    List<Candidate> connected = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      connected.add(outbound(i, i * SECOND, IpGroup.NONE));
    }
    for (int i = 10; i < 30; i++) {
      // Each from somewhere else, and all of them busy all the time.
      connected.add(inbound(i, now, 400 + i));
    }
    assertThat(surplus(connected, now)).containsExactlyInAnyOrder(PEERS.get(0), PEERS.get(1));
  }

  @Test
  void aCrowdOfOneNetworkGoesBeforeAnybodyElseHoweverBusyItIs() {
    long now = 100 * SECOND;
    int crowd = 44;
    List<Candidate> connected = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      connected.add(inbound(i, i * SECOND, 500 + i));
    }
    for (int i = 4; i < 20; i++) {
      connected.add(inbound(i, now - i, crowd));
    }
    // Down to the high mark only, as they are in use; those used longest ago first.
    List<PeerId> closed = surplus(connected, now);
    assertThat(closed).hasSize(12).isSubsetOf(PEERS.subList(4, 20));
    assertThat(closed).startsWith(PEERS.get(19), PEERS.get(18));
  }

  @Test
  void anIdleCrowdGoesFurtherAndLeavesAQuarterOfTheHighMark() {
    int crowd = 44;
    List<Candidate> connected = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      connected.add(inbound(i, i * SECOND, 500 + i));
    }
    for (int i = 5; i < 12; i++) {
      connected.add(inbound(i, i * SECOND, crowd));
    }
    assertThat(surplus(connected, 100 * SECOND)).isEqualTo(PEERS.subList(5, 10));
  }

  @Test
  void whoWeDialledIsInNoCrowd() {
    long now = 100 * SECOND;
    int crowd = 44;
    List<Candidate> connected = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      connected.add(outbound(i, now, crowd));
    }
    assertThat(surplus(connected, now)).isEmpty();
  }

  @Test
  void localAddressesAreInNoGroup() {
    assertThat(groupOf("/ip4/127.0.0.1/tcp/1")).isEqualTo(IpGroup.NONE);
    assertThat(groupOf("/ip4/10.1.2.3/tcp/1")).isEqualTo(IpGroup.NONE);
    assertThat(groupOf("/ip4/8.9.2.3/tcp/1"))
        .isEqualTo(groupOf("/ip4/8.9.4.5/tcp/1"))
        .isNotEqualTo(groupOf("/ip4/8.8.2.3/tcp/1"))
        .isNotEqualTo(IpGroup.NONE);
  }

  private static int groupOf(String address) {
    return IpGroup.ofPublic(Multiaddr.of(address));
  }

  @Test
  void marksOutOfOrderAreRefused() {
    assertThatThrownBy(() -> new ConnectionLimits(5, 4, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
