package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.drain;
import static io.surgemesh.dht.TestPeers.info;
import static io.surgemesh.dht.TestPeers.infos;
import static io.surgemesh.dht.TestPeers.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.Candidates.Status;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PathsTest {
  private static final PeerId SELF = peer(0);
  private static final PeerId WANTED = peer(1);
  private static final Key TARGET = Key.of(WANTED);
  private static final DhtConfig CONFIG = DhtConfig.defaults();
  private static final IpGroups GROUPS = new IpGroups(2, false);

  /** Nearest first. */
  private final List<PeerInfo> crowd =
      infos(2, 600).stream()
          .sorted(Comparator.comparing(info -> TARGET.distanceTo(Key.of(info.peerId()))))
          .toList();

  /** Those nearest to the target, who name one another. */
  private final List<PeerInfo> colluders = crowd.subList(0, 40);

  private final PeerInfo neighbour = crowd.get(100);
  private final List<PeerInfo> seeds = crowd.subList(400, 420);

  @Test
  void eachPathAsksOnlyWhoIsOnItAndNobodyIsAskedByTwo() {
    for (int seed = 0; seed < 100; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int count = 1 + random.nextInt(Paths.PATHS_MAX);
      Candidates candidates = new Candidates(TARGET, GROUPS);
      for (PeerInfo info : infos(2, 2 + random.nextInt(120))) {
        int index = -1 - candidates.find(info.peerId());
        candidates.insert(index, info, RoundTrips.UNKNOWN, 0);
        candidates.setPaths(index, random.nextInt() & (int) ((1L << count) - 1));
      }
      Paths paths = new Paths(count, 2);
      int[] steps = new int[count];
      for (int total = 0; ; total++) {
        int waiting = random.nextInt();
        List<Integer> sets = sets(candidates);
        int index = paths.next(candidates, waiting);
        if (index < 0 && waiting == 0) {
          break;
        }
        if (index >= 0) {
          assertThat(candidates.status(index)).isEqualTo(Status.NEW);
          int path = Integer.numberOfTrailingZeros(candidates.paths(index));
          assertThat(candidates.paths(index)).as("seed %d: one", seed).isEqualTo(1 << path);
          assertThat(waiting >>> path & 1).as("seed %d: waits", seed).isZero();
          assertThat(sets.get(index) >>> path & 1).as("seed %d: its own", seed).isOne();
          assertThat(++steps[path]).as("seed %d", seed).isLessThanOrEqualTo(Paths.LENGTH);
          candidates.setStatus(index, Status.WAITING);
        }
        if (total > 1000) {
          assertThat(paths.next(candidates, 0)).isNegative();
          break;
        }
      }
    }
  }

  private static List<Integer> sets(Candidates candidates) {
    List<Integer> sets = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      sets.add(candidates.paths(i));
    }
    return sets;
  }

  @Test
  void thoseNamedOnSeveralPathsAreSharedOutEvenly() {
    Paths paths = new Paths(3, 2);
    int asked = 0;
    for (int i = 0; i < 9; i++) {
      asked += paths.toAsk(0b111);
    }
    assertThat(asked).isEqualTo(3 * 0b111);
    assertThat(paths.toAsk(0b100)).isEqualTo(0b100);
    assertThat(paths.toAsk(0b101)).isEqualTo(0b001);
    assertThat(paths.toAsk(0)).isZero();
  }

  @Test
  void aPathAsksOnlySomePeersOfOneNetwork() {
    Candidates candidates = new Candidates(TARGET, new IpGroups(2, true));
    for (PeerInfo info : infos(2, 9)) {
      int index = -1 - candidates.find(info.peerId());
      candidates.insert(index, info, RoundTrips.UNKNOWN, 0);
      candidates.setPaths(index, 1);
    }
    Paths paths = new Paths(1, 2);
    for (int i = 0; i < 2; i++) {
      candidates.setStatus(paths.next(candidates, 0), Status.ANSWERED);
    }
    assertThat(paths.next(candidates, 0)).isNegative();
  }

  @Test
  void colludersNearerThanAllThatHonestPeersKnowDoNotHideAPeer() {
    assertThat(isFound(Widening.NONE)).isFalse();
    assertThat(isFound(new Widening(8, true, 0))).isTrue();
  }

  /** Of the seeds one in two colludes; only a neighbour that honest ones name knows the target. */
  private boolean isFound(Widening widening) {
    LookupTerms terms = LookupTerms.of(SELF, CONFIG).withWidening(widening);
    Lookup lookup = new Lookup(TARGET, seeds, terms, 0);
    int asked = 0;
    for (Lookup.Output output = lookup.poll(); output != null; output = lookup.poll()) {
      if (output instanceof Lookup.Output.Query query) {
        asked++;
        PeerId to = query.peer().peerId();
        if (to.equals(WANTED)) {
          return true;
        }
        lookup.onAnswer(to, answer(to), 1);
      }
    }
    assertThat(asked).isLessThanOrEqualTo(CONFIG.queriesMax());
    return false;
  }

  private List<PeerInfo> answer(PeerId from) {
    if (from.equals(neighbour.peerId())) {
      return List.of(info(1));
    }
    boolean colludes =
        colluders.stream().anyMatch(other -> other.peerId().equals(from))
            || seeds.stream().limit(10).anyMatch(other -> other.peerId().equals(from));
    return colludes ? colluders.subList(0, 20) : List.of(neighbour);
  }

  @Test
  void aSearchThatFoundNothingCostsNoMoreThanItsPaths() {
    LookupTerms terms = LookupTerms.of(SELF, CONFIG).withWidening(new Widening(4, true, 0));
    Lookup lookup = new Lookup(TARGET, crowd.subList(0, 60), terms, 0);
    drain(lookup).forEach(output -> answerNothing(lookup, output));
    for (List<Lookup.Output> more = drain(lookup); !more.isEmpty(); more = drain(lookup)) {
      more.forEach(output -> answerNothing(lookup, output));
    }
    assertThat(lookup.asked()).isEqualTo(CONFIG.k() + 4 * Paths.LENGTH);
  }

  private static void answerNothing(Lookup lookup, Lookup.Output output) {
    if (output instanceof Lookup.Output.Query query) {
      lookup.onAnswer(query.peer().peerId(), List.of(), 1);
    }
  }
}
