package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.SECOND;
import static io.surgemesh.dht.TestPeers.drain;
import static io.surgemesh.dht.TestPeers.info;
import static io.surgemesh.dht.TestPeers.infos;
import static io.surgemesh.dht.TestPeers.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class LookupTest {
  private static final PeerId SELF = peer(0);
  private static final Key TARGET = Key.of(TestPeers.key("target"));
  private static final DhtConfig CONFIG = DhtConfig.defaults();

  @Test
  void withoutSeedsItFindsNobodyAtOnce() {
    Lookup lookup = lookup(List.of());
    assertThat(drain(lookup)).containsExactly(new Lookup.Output.Found(List.of()));
    assertThat(lookup.deadlineNanos()).isEqualTo(Machine.NEVER);
  }

  @Test
  void theNearestSeedsAreAskedFirstAndNoMoreThanAlpha() {
    List<PeerInfo> seeds = infos(1, 31);
    List<PeerInfo> nearest = nearest(seeds);
    assertThat(asked(drain(lookup(seeds)))).isEqualTo(nearest.subList(0, CONFIG.alpha()));
  }

  @Test
  void eachAnswerMakesRoomForTheNextQuery() {
    List<PeerInfo> nearest = nearest(infos(1, 31));
    Lookup lookup = lookup(nearest);
    drain(lookup);
    lookup.onAnswer(nearest.get(7).peerId(), List.of(), 1);
    assertThat(asked(drain(lookup))).containsExactly(nearest.get(10));
  }

  @Test
  void itEndsWhenTheNearestHaveAnswered() {
    Lookup lookup = lookup(List.of(info(1), info(2)));
    drain(lookup);
    lookup.onAnswer(peer(1), List.of(info(3), info(0)), 1);
    assertThat(asked(drain(lookup))).containsExactly(info(3));
    lookup.onFailure(peer(2), Failure.SILENT, 2);
    lookup.onAnswer(peer(3), List.of(info(1), info(2)), 3);
    assertThat(drain(lookup))
        .containsExactly(new Lookup.Output.Found(nearest(List.of(info(1), info(3)))));
  }

  @Test
  void answersOfPeersNotAskedAreIgnored() {
    Lookup lookup = lookup(List.of(info(1)));
    drain(lookup);
    lookup.onAnswer(peer(9), infos(10, 20), 1);
    assertThat(drain(lookup)).isEmpty();
    lookup.onAnswer(peer(1), List.of(), 1);
    lookup.onAnswer(peer(1), infos(10, 20), 1);
    assertThat(drain(lookup)).hasSize(1);
  }

  @Test
  void aSlowPeerIsNotWaitedForUntilItsTimeIsOver() {
    Lookup lookup = lookup(List.of(info(1), info(2)));
    drain(lookup);
    lookup.onAnswer(peer(1), List.of(), SECOND / 2);
    assertThat(lookup.deadlineNanos()).isEqualTo(SECOND);
    lookup.onTimeout(SECOND);
    assertThat(drain(lookup)).isEmpty();
    assertThat(lookup.deadlineNanos()).isEqualTo(Lookup.PATIENCE * SECOND);
    lookup.onTimeout(Lookup.PATIENCE * SECOND);
    assertThat(drain(lookup))
        .containsExactly(
            new Lookup.Output.Cancel(peer(2), Lookup.Reason.SLOW),
            new Lookup.Output.Found(List.of(info(1))));
  }

  @Test
  void aSlowPeerMakesRoomAndItsAnswerIsWelcome() {
    List<PeerInfo> nearest = nearest(infos(1, 31));
    Lookup lookup = lookup(nearest);
    drain(lookup);
    for (int i = 1; i < CONFIG.alpha(); i++) {
      lookup.onAnswer(nearest.get(i).peerId(), List.of(), 1);
    }
    drain(lookup);
    lookup.onTimeout(SECOND);
    assertThat(asked(drain(lookup))).isNotEmpty();
    assertThat(lookup.slow()).isEqualTo(1);
    PeerInfo farthest = nearest(infos(40, 200)).get(159);
    lookup.onAnswer(nearest.get(0).peerId(), List.of(farthest), SECOND + 1);
    assertThat(lookup.slow()).isZero();
    assertThat(lookup.heardOf(farthest.peerId())).isPresent();
  }

  @Test
  void scoutsAreAskedAtOnceAndHoldNobodysPlace() {
    List<PeerInfo> nearest = nearest(infos(1, 31));
    PeerInfo scout = nearest.get(29);
    LookupTerms terms =
        new LookupTerms(
            SELF,
            CONFIG,
            peer -> RoundTrips.UNKNOWN,
            RoundTrips.UNKNOWN,
            CONFIG.ipGroups(false),
            0,
            Widening.NONE,
            List.of(scout));
    List<PeerInfo> seeds = new ArrayList<>(nearest.subList(0, CONFIG.k()));
    seeds.add(scout);
    Lookup lookup = new Lookup(TARGET, seeds, terms, 0);
    List<PeerInfo> asked = asked(drain(lookup));
    assertThat(asked).hasSize(1 + CONFIG.alpha()).startsWith(scout);
    List<PeerInfo> named = nearest(infos(1000, 20_000)).subList(0, 1);
    lookup.onAnswer(scout.peerId(), named, 1);
    lookup.onAnswer(nearest.get(0).peerId(), List.of(), 1);
    assertThat(asked(drain(lookup))).isEqualTo(named);
  }

  @Test
  void nobodyWaitsForPeersThatNearerOnesHavePutOutOfTheFrontier() {
    List<PeerInfo> nearest = nearest(infos(1, 31));
    Lookup lookup = lookup(nearest);
    drain(lookup);
    List<PeerInfo> nearer = nearest(infos(1000, 20_000)).subList(0, CONFIG.k());
    lookup.onAnswer(nearest.get(3).peerId(), nearer, 1);
    assertThat(asked(drain(lookup))).isEqualTo(nearer.subList(0, CONFIG.alpha()));
    assertThat(lookup.waiting()).isEqualTo(CONFIG.alpha());
    assertThat(lookup.slow()).isEqualTo(CONFIG.alpha() - 1);
  }

  @Test
  void underPlainRulesEachPeerHasTheTimeOfAQuery() {
    DhtConfig plain = CONFIG.withRules(SearchRules.PLAIN);
    List<PeerInfo> seeds = List.of(info(1), info(2));
    Lookup lookup = new Lookup(TARGET, seeds, LookupTerms.of(SELF, plain), 0);
    drain(lookup);
    lookup.onAnswer(peer(1), List.of(), SECOND);
    assertThat(lookup.deadlineNanos()).isEqualTo(10 * SECOND);
    lookup.onTimeout(10 * SECOND);
    assertThat(drain(lookup))
        .containsExactly(
            new Lookup.Output.Cancel(peer(2), Lookup.Reason.SILENT),
            new Lookup.Output.Found(List.of(info(1))));
  }

  @Test
  void ofPeersAboutEquallyNearTheQuickestIsAskedFirst() {
    List<PeerInfo> alike =
        nearest(infos(1, 200)).stream()
            .filter(peer -> distance(peer).leadingZeros() == 2)
            .limit(8)
            .toList();
    PeerId quick = alike.get(6).peerId();
    LookupTerms terms =
        new LookupTerms(
            SELF,
            CONFIG.withAlpha(1),
            peer -> RoundTrips.after(RoundTrips.UNKNOWN, peer.equals(quick) ? 1000 : SECOND),
            RoundTrips.UNKNOWN,
            CONFIG.ipGroups(false),
            0,
            Widening.NONE,
            List.of());
    Lookup lookup = new Lookup(TARGET, alike, terms, 0);
    assertThat(asked(drain(lookup))).containsExactly(alike.get(6));
    lookup.onAnswer(quick, List.of(), 1);
    assertThat(asked(drain(lookup))).containsExactly(alike.get(0));
  }

  @Test
  void aTargetToldAtAWrongAddressIsAskedAgainAtTheRightOne() {
    List<PeerInfo> seeds = nearestTo(Key.of(peer(99)), infos(1, 31));
    Lookup lookup = toldOfItsTarget(seeds);
    drain(lookup);
    lookup.onFailure(peer(99), Failure.SILENT, 2);
    drain(lookup);
    PeerInfo right = new PeerInfo(peer(99), List.of(TestPeers.address(1000)));
    lookup.onAnswer(seeds.get(1).peerId(), List.of(info(99)), 3);
    assertThat(drain(lookup)).doesNotContain(new Lookup.Output.Query(info(99)));
    lookup.onAnswer(seeds.get(2).peerId(), List.of(right), 4);
    assertThat(asked(drain(lookup)).get(0).addresses().get(0)).isEqualTo(TestPeers.address(1000));
  }

  @Test
  void aPeerThatWasSilentDoesNotTakeAPlaceAmongTheNearest() {
    Lookup lookup = lookup(List.of(info(1)));
    drain(lookup);
    lookup.onFailure(peer(1), Failure.SILENT, 1);
    assertThat(drain(lookup)).containsExactly(new Lookup.Output.Found(List.of()));
    assertThat(lookup.heardOf(peer(1))).isEmpty();
  }

  @Test
  void theDeadlineOfTheSearchCancelsWhatIsInFlight() {
    DhtConfig hasty =
        CONFIG.withTimeouts(CONFIG.queryTimeout(), CONFIG.queryTimeout().dividedBy(20));
    Lookup lookup = new Lookup(TARGET, List.of(info(1), info(2)), LookupTerms.of(SELF, hasty), 0);
    drain(lookup);
    lookup.onAnswer(peer(1), List.of(), 1);
    lookup.onTimeout(lookup.deadlineNanos());
    assertThat(drain(lookup))
        .containsExactly(
            new Lookup.Output.Cancel(peer(2), Lookup.Reason.OVER),
            new Lookup.Output.Found(List.of(info(1))));
  }

  @Test
  void addressesHeardBeforeAPeerIsAskedAddUp() {
    List<PeerInfo> nearest = nearest(infos(1, 31));
    Lookup lookup = lookup(nearest);
    drain(lookup);
    PeerInfo next = nearest.get(10);
    Multiaddr other = TestPeers.address(999);
    PeerInfo again = new PeerInfo(next.peerId(), List.of(other));
    lookup.onAnswer(nearest.get(0).peerId(), List.of(), 1);
    drain(lookup);
    PeerInfo afterNext = nearest.get(11);
    lookup.onAnswer(
        nearest.get(1).peerId(),
        List.of(again, new PeerInfo(afterNext.peerId(), List.of(other))),
        2);
    assertThat(asked(drain(lookup)))
        .containsExactly(
            new PeerInfo(afterNext.peerId(), List.of(afterNext.addresses().get(0), other)));
  }

  /** Returns a lookup of peer 99 that has just heard of it from the first of its seeds. */
  private static Lookup toldOfItsTarget(List<PeerInfo> seeds) {
    Lookup lookup = new Lookup(Key.of(peer(99)), seeds, LookupTerms.of(SELF, CONFIG), 0);
    drain(lookup);
    lookup.onAnswer(seeds.get(0).peerId(), List.of(info(99)), SECOND / 2);
    return lookup;
  }

  @Test
  void whileTheTargetItselfIsAskedNobodyElseIs() {
    List<PeerInfo> seeds = nearestTo(Key.of(peer(99)), infos(1, 31));
    Lookup lookup = toldOfItsTarget(seeds);
    assertThat(asked(drain(lookup))).containsExactly(info(99));

    lookup.onAnswer(seeds.get(1).peerId(), infos(40, 50), SECOND / 2 + 1);
    lookup.onTimeout(SECOND);
    assertThat(drain(lookup)).isEmpty();

    assertThat(lookup.deadlineNanos()).isEqualTo(3 * SECOND / 2);
    lookup.onTimeout(3 * SECOND / 2);
    assertThat(asked(drain(lookup))).hasSize(CONFIG.alpha());
  }

  @Test
  void aTargetThatFailsHoldsNobodyUp() {
    List<PeerInfo> seeds = nearestTo(Key.of(peer(99)), infos(1, 31));
    Lookup lookup = toldOfItsTarget(seeds);
    drain(lookup);
    lookup.onFailure(peer(99), Failure.SILENT, SECOND + 1);
    assertThat(asked(drain(lookup))).containsExactly(seeds.get(CONFIG.alpha()));
  }

  @Test
  void aTargetWhoseConnectionClosesIsAskedAgainAFewTimes() {
    Lookup lookup = toldOfItsTarget(nearestTo(Key.of(peer(99)), infos(1, 31)));
    drain(lookup);
    for (int tries = 1; tries < Lookup.TARGET_TRIES_MAX; tries++) {
      lookup.onFailure(peer(99), Failure.BROKEN, SECOND + tries);
      assertThat(asked(drain(lookup))).containsExactly(info(99));
    }
    lookup.onFailure(peer(99), Failure.BROKEN, 2 * SECOND);
    assertThat(asked(drain(lookup))).isNotEmpty().doesNotContain(info(99));
  }

  @Test
  void anotherWhoseConnectionClosesIsNotAskedAgain() {
    List<PeerInfo> seeds = nearestTo(Key.of(peer(99)), infos(1, 31));
    Lookup lookup = lookup(seeds);
    List<PeerInfo> first = asked(drain(lookup));
    lookup.onFailure(first.get(0).peerId(), Failure.BROKEN, 1);
    assertThat(asked(drain(lookup))).doesNotContain(first.get(0));
  }

  @Test
  void itCountsOutOfWhichNetworkPeersAnswerWhateverIsToldOfThem() {
    List<PeerInfo> told = new ArrayList<>();
    for (PeerInfo near : nearest(infos(1, 31))) {
      // Names are in no group, and networks can be made up.
      int network = 11 + told.size();
      String address = network % 2 == 0 ? "/dns4/a.example" : "/ip4/" + network + ".0.0.1";
      told.add(new PeerInfo(near.peerId(), List.of(Multiaddr.of(address + "/tcp/1"))));
    }
    int oneNetwork = new IpGroups(2, true).of(Multiaddr.of("/ip4/9.9.0.1/tcp/1"));
    Lookup lookup = new Lookup(TARGET, told, LookupTerms.of(SELF, CONFIG), 0);
    List<Lookup.Output> outputs = drain(lookup);
    while (!(outputs.get(outputs.size() - 1) instanceof Lookup.Output.Found)) {
      for (PeerInfo peer : asked(outputs)) {
        boolean isSybil = told.indexOf(peer) < 25;
        lookup.onSeenIn(isSybil ? oneNetwork : IpGroups.NONE, peer.peerId());
        lookup.onAnswer(peer.peerId(), List.of(), 1);
      }
      outputs = drain(lookup);
    }
    List<PeerInfo> expected = new ArrayList<>(told.subList(0, 2));
    expected.addAll(told.subList(25, 30));
    assertThat(outputs).endsWith(new Lookup.Output.Found(expected));
  }

  @Test
  void aPeerIsAskedThoughALiarNamesItInACrowdedNetworkToo() {
    List<PeerInfo> told = new ArrayList<>();
    for (PeerInfo near : nearest(infos(1, 4))) {
      told.add(new PeerInfo(near.peerId(), List.of(Multiaddr.of("/ip4/9.9.0.1/tcp/1"))));
    }
    PeerId honest = told.get(2).peerId();
    List<PeerInfo> alone = asked(drain(new Lookup(TARGET, told, LookupTerms.of(SELF, CONFIG), 0)));
    assertThat(alone).extracting(PeerInfo::peerId).doesNotContain(honest);
    told.add(new PeerInfo(honest, List.of(Multiaddr.of("/ip4/8.8.0.1/tcp/1"))));
    List<PeerInfo> both = asked(drain(new Lookup(TARGET, told, LookupTerms.of(SELF, CONFIG), 0)));
    assertThat(both).extracting(PeerInfo::peerId).contains(honest);
  }

  @Test
  void endlessReferralsEndAtTheBoundOnQueries() {
    Lookup chained = lookup(List.of(info(1)));
    Set<PeerId> chain = new LinkedHashSet<>();
    // Each answer names peers nearer than all before: what a liar with many ids can do.
    List<PeerInfo> made = new ArrayList<>(infos(1, 20_000));
    made.sort(Comparator.<PeerInfo, Distance>comparing(LookupTest::distance).reversed());
    int at = 0;
    for (Lookup.Output output = chained.poll(); output != null; output = chained.poll()) {
      if (output instanceof Lookup.Output.Query query) {
        assertThat(chain.add(query.peer().peerId())).isTrue();
        chained.onAnswer(query.peer().peerId(), made.subList(at, at + 20), at);
        at += 20;
      }
    }
    assertThat(chain).hasSize(CONFIG.queriesMax());
  }

  @Test
  void itsRulesHoldAtEachStepOfRandomNetworks() {
    for (int seed = 0; seed < 150; seed++) {
      run(new SplittableRandom(seed), seed);
    }
  }

  /** Peers that know random others, some silent, some late, some liars; then checks the outcome. */
  private static void run(SplittableRandom random, int seed) {
    int count = 30 + random.nextInt(300);
    DhtConfig config = CONFIG.withAlpha(1 + random.nextInt(12));
    Widening widening = new Widening(random.nextInt(Paths.PATHS_MAX + 1), random.nextBoolean(), 0);
    LookupTerms terms = LookupTerms.of(SELF, config).withWidening(widening);
    Lookup lookup = new Lookup(TARGET, some(random, count), terms, 0);
    Set<PeerId> asked = new LinkedHashSet<>();
    Set<PeerId> answered = new LinkedHashSet<>();
    List<PeerId> inFlight = new ArrayList<>();
    List<PeerInfo> found = null;
    long now = 0;
    for (int steps = 0; found == null; steps++) {
      assertThat(steps).as("seed %d ends", seed).isLessThan(2000);
      for (Lookup.Output output : drain(lookup)) {
        assertThat(found).as("seed %d: Found is last", seed).isNull();
        if (output instanceof Lookup.Output.Query query) {
          assertThat(asked.add(query.peer().peerId())).as("seed %d asks once", seed).isTrue();
          assertThat(query.peer().peerId()).isNotEqualTo(SELF);
          inFlight.add(query.peer().peerId());
        } else if (output instanceof Lookup.Output.Cancel cancel) {
          assertThat(inFlight.remove(cancel.peer())).as("seed %d cancels", seed).isTrue();
        } else if (output instanceof Lookup.Output.Found end) {
          found = end.nearest();
        }
        assertThat(lookup.waiting()).as("seed %d: alpha", seed).isLessThanOrEqualTo(config.alpha());
        assertThat(lookup.slow()).as("seed %d: slow", seed).isLessThanOrEqualTo(config.alpha());
      }
      if (found != null) {
        break;
      }
      assertThat(lookup.waiting() + lookup.slow()).isEqualTo(inFlight.size()).isPositive();
      now += random.nextLong(2 * SECOND);
      PeerId peer = inFlight.get(random.nextInt(inFlight.size()));
      if (now >= lookup.deadlineNanos() || random.nextInt(20) == 0) {
        now = Math.max(now, lookup.deadlineNanos());
        lookup.onTimeout(now);
      } else if (random.nextInt(8) == 0) {
        inFlight.remove(peer);
        lookup.onFailure(peer, Failure.SILENT, now);
      } else {
        inFlight.remove(peer);
        answered.add(peer);
        lookup.onAnswer(peer, some(random, count), now);
      }
    }
    assertThat(asked.size()).isLessThanOrEqualTo(config.queriesMax());
    assertThat(inFlight).as("seed %d", seed).isEmpty();
    List<PeerId> expected = TestPeers.sorted(new ArrayList<>(answered), TARGET);
    assertThat(found.stream().map(PeerInfo::peerId).toList())
        .as("seed %d", seed)
        .isEqualTo(expected.subList(0, Math.min(config.k(), expected.size())));
  }

  private static List<PeerInfo> some(SplittableRandom random, int count) {
    List<PeerInfo> some = new ArrayList<>();
    for (int i = random.nextInt(21); i >= 0; i--) {
      some.add(info(random.nextInt(count)));
    }
    return some;
  }

  private static Lookup lookup(List<PeerInfo> seeds) {
    return new Lookup(TARGET, seeds, LookupTerms.of(SELF, CONFIG), 0);
  }

  private static List<PeerInfo> nearest(List<PeerInfo> peers) {
    return peers.stream().sorted(Comparator.comparing(LookupTest::distance)).toList();
  }

  private static List<PeerInfo> nearestTo(Key target, List<PeerInfo> peers) {
    return peers.stream()
        .sorted(Comparator.comparing(peer -> target.distanceTo(Key.of(peer.peerId()))))
        .toList();
  }

  private static Distance distance(PeerInfo peer) {
    return TARGET.distanceTo(Key.of(peer.peerId()));
  }

  private static List<PeerInfo> asked(List<Lookup.Output> outputs) {
    return outputs.stream().map(output -> ((Lookup.Output.Query) output).peer()).toList();
  }
}
