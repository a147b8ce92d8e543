package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.MINUTE;
import static io.surgemesh.dht.TestPeers.drain;
import static io.surgemesh.dht.TestPeers.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.Refresh.Output;
import io.surgemesh.identity.PeerId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

final class RefreshTest {
  private static final PeerId SELF = peer(0);

  private final RoutingTable table = new RoutingTable(SELF, 20, new IpGroups(2, false));
  private final Visits visits = new Visits();
  private final Refresh refresh =
      new Refresh(SELF, table, visits, DhtConfig.defaults(), new SplittableRandom(1));
  private int turns;

  @Test
  void anEmptyTableIsNotRefreshed() {
    refresh.start(0);
    refresh.onTimeout(refresh.deadlineNanos());
    assertThat(drain(refresh)).isEmpty();
  }

  @Test
  void itComesEveryTenMinutesOrSo() {
    refresh.start(0);
    long now = 0;
    for (int i = 0; i < 20; i++) {
      long next = refresh.deadlineNanos();
      assertThat(next - now).isBetween(8 * MINUTE, 12 * MINUTE);
      now = next;
      refresh.onTimeout(now);
    }
  }

  @Test
  void peersWithTablesFilledByHandGetOutOfStepFromTheSecondSearchOn() {
    Set<Long> firsts = new LinkedHashSet<>();
    List<Long> pauses = new ArrayList<>();
    int own = 0;
    for (int seed = 0; seed < 100; seed++) {
      RoutingTable met = new RoutingTable(SELF, 20, new IpGroups(2, false));
      met.onSeen(peer(1), IpGroups.NONE, 0, 0);
      Refresh assumed =
          new Refresh(SELF, met, new Visits(), DhtConfig.defaults(), new SplittableRandom(seed));
      assumed.start(0);
      assumed.onAssumed(0);
      long first = assumed.deadlineNanos();
      firsts.add(first);
      assertThat(first).isBetween(0L, 2 * MINUTE);
      assumed.onTimeout(first);
      assertThat(drain(assumed)).containsExactly(new Refresh.Output.Search(SELF.bytes()));
      assumed.onSearched();
      long second = assumed.deadlineNanos();
      pauses.add(second - first);
      assumed.onTimeout(second);
      own += drain(assumed).contains(new Refresh.Output.Search(SELF.bytes())) ? 1 : 0;
      assertThat(assumed.deadlineNanos() - second).isBetween(8 * MINUTE, 12 * MINUTE);
    }
    assertThat(firsts).hasSizeGreaterThan(95);
    assertThat(pauses).allMatch(pause -> pause < 10 * MINUTE);
    assertThat(pauses).anyMatch(pause -> pause < MINUTE).anyMatch(pause -> pause > 9 * MINUTE);
    assertThat(own).isBetween(10, 40);
  }

  @Test
  void afterJoiningTheFarBucketsAreFilledInTurn() {
    fill(0);
    assertThat(refresh.isJoining()).isFalse();
    refresh.onJoined();
    assertThat(refresh.isJoining()).isTrue();
    List<Integer> buckets = new ArrayList<>();
    for (int bucket = searched(); bucket >= 0; bucket = searched()) {
      buckets.add(bucket);
      meet(1);
      refresh.onSearched();
    }
    assertThat(table.isFull(0)).isTrue();
    assertThat(buckets)
        .hasSizeBetween(4, Refresh.SEARCHES_AT_JOINING)
        .startsWith(1, 2, 1, 2)
        .doesNotContain(0);
    assertThat(refresh.isJoining()).isFalse();
  }

  @Test
  void afterTheFarBucketsEachUpToTheNeighboursIsSearchedInUnlessItIsFull() {
    for (int i = 1; table.neighboursIndex() < 6 || !table.isFull(4); i++) {
      int index = table.indexOf(Key.of(peer(i)));
      if (index == 4 || index >= 6) {
        table.onSeen(peer(i), IpGroups.NONE, 0, 0);
      }
    }
    refresh.onJoined();
    List<Integer> buckets = searchedBuckets();
    assertThat(buckets.subList(buckets.size() - 2, buckets.size())).containsExactly(5, 3);
    assertThat(buckets.subList(0, buckets.size() - 2)).isSubsetOf(0, 1, 2);
  }

  @Test
  void aBucketBeforeTheNeighboursIsSearchedInAgainAsLongAsThatBringsSomeAndThreeTimesAtMost() {
    for (int i = 1; table.neighboursIndex() < 5; i++) {
      if (table.indexOf(Key.of(peer(i))) >= 4) {
        table.onSeen(peer(i), IpGroups.NONE, 0, 0);
      }
    }
    refresh.onJoined();
    List<Integer> buckets = new ArrayList<>();
    for (int next = searched(); next >= 0; next = searched()) {
      int bucket = next;
      buckets.add(bucket);
      meet(bucket == 4 ? 4 : 3, index -> index == bucket);
      refresh.onSearched();
    }
    assertThat(buckets.stream().filter(bucket -> bucket > 2)).containsExactly(5, 4, 4, 4, 3);
  }

  @Test
  void aSearchThatMeetsNobodyIsTheLastAfterJoining() {
    refresh.onJoined();
    assertThat(searchedBuckets()).containsExactly(0);
    assertThat(refresh.isJoining()).isFalse();
  }

  @Test
  void atEachIntervalComesOneSearchAnywhereOrForOwnIdOrIntoTheNextBucketThatHasRoom() {
    fill(0);
    assertThat(table.isFull(0)).isTrue();
    assertThat(table.neighboursIndex()).isEqualTo(3);
    refresh.start(0);
    List<Integer> anywhere = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      refresh.onTimeout(refresh.deadlineNanos());
      anywhere.addAll(searchedBuckets());
      assertThat(anywhere).hasSize(i + 1);
      refresh.onTimeout(refresh.deadlineNanos());
      int bucket = i % 4 == 1 ? 1 : 2;
      assertThat(searchedBuckets()).containsExactly(i % 2 == 0 ? Key.BITS : bucket);
      if (i % 2 == 1) {
        visits.onSearch(bucket, i);
      }
    }
    assertThat(anywhere).contains(0, 1, 2);
    assertThat(anywhere.stream().filter(bucket -> bucket == 0).count()).isBetween(12L, 28L);
  }

  @Test
  void whereAnotherSearchHasLedLatelyThereIsNone() {
    fill(0);
    refresh.start(0);
    assertThat(bucketsAt(1, Key.BITS, 4)).containsExactly();
    visits.onSearch(1, 60 * MINUTE);
    assertThat(bucketsAt(3, 2, 4)).containsExactly();
    assertThat(bucketsAt(5, Key.BITS, 9)).containsExactly(Key.BITS);
  }

  /** Returns where a later refresh leads, some minutes before which a search led into a bucket. */
  private List<Integer> bucketsAt(int turn, int visited, int minutesAgo) {
    while (turns < turn) {
      turns++;
      refresh.onTimeout(refresh.deadlineNanos());
      searchedBuckets();
    }
    turns++;
    visits.onSearch(visited, refresh.deadlineNanos() - minutesAgo * MINUTE);
    refresh.onTimeout(refresh.deadlineNanos());
    return searchedBuckets();
  }

  /** Lets some peers more come into the table. */
  private void meet(int count) {
    meet(count, bucket -> true);
  }

  private void meet(int count, IntPredicate bucket) {
    int before = table.size();
    for (int i = 1000; table.size() < before + count; i++) {
      if (bucket.test(table.indexOf(Key.of(peer(i))))) {
        table.onSeen(peer(i), IpGroups.NONE, 0, 0);
      }
    }
  }

  /** Ends the refresh under way, whose last search brings some peers into the table. */
  private List<Integer> bucketsAfterMeeting(int count) {
    assertThat(refresh.poll()).isNotNull();
    meet(count);
    refresh.onSearched();
    return searchedBuckets();
  }

  @Test
  void aSearchThatMakesTheTableAnEighthLargerIsFollowedByMore() {
    fill(0);
    refresh.start(0);
    refresh.onTimeout(refresh.deadlineNanos());
    int many = table.size() / 8;
    assertThat(bucketsAfterMeeting(many)).containsExactly(Key.BITS, 1, 2);
    refresh.onTimeout(refresh.deadlineNanos());
    assertThat(bucketsAfterMeeting(many / 2)).isEmpty();
  }

  @Test
  void afterJoiningThatIsNothingNew() {
    fill(0);
    refresh.onJoined();
    assertThat(bucketsAfterMeeting(table.size() / 4)).doesNotContain(Key.BITS);
  }

  private void fill(long nowNanos) {
    for (int i = 1; i <= 200; i++) {
      table.onSeen(peer(i), IpGroups.NONE, 0, nowNanos);
    }
  }

  /** Returns the bucket of the search that is wanted now; -1 when there is none. */
  private int searched() {
    Output output = refresh.poll();
    assertThat(refresh.poll()).isNull();
    return output instanceof Output.Search search ? table.indexOf(Key.of(search.key())) : -1;
  }

  /** Runs the searches, one at a time, that meet nobody, and returns the bucket of each. */
  private List<Integer> searchedBuckets() {
    List<Integer> buckets = new ArrayList<>();
    for (int bucket = searched(); bucket >= 0; bucket = searched()) {
      buckets.add(bucket);
      refresh.onSearched();
    }
    return buckets;
  }
}
