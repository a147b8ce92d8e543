package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.MINUTE;
import static io.surgemesh.dht.TestPeers.drain;
import static io.surgemesh.dht.TestPeers.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.Refresh.Output;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
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
  void afterJoiningTheFarBucketsComeOneAfterTheOther() {
    fill(0);
    assertThat(refresh.isJoining()).isFalse();
    refresh.onJoined();
    assertThat(refresh.isJoining()).isTrue();
    assertThat(searchedBuckets()).containsExactly(0, 1, 2);
    assertThat(refresh.isJoining()).isFalse();
  }

  @Test
  void atEachIntervalComesOneSearchAnywhereOrForOwnIdOrIntoTheFirstBucketNotFull() {
    fill(0);
    int unfilled = table.firstUnfilledIndex();
    assertThat(unfilled).isBetween(2, 4);
    refresh.start(0);
    List<Integer> anywhere = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      refresh.onTimeout(refresh.deadlineNanos());
      anywhere.addAll(searchedBuckets());
      assertThat(anywhere).hasSize(i + 1);
      refresh.onTimeout(refresh.deadlineNanos());
      assertThat(searchedBuckets()).containsExactly(i % 2 == 0 ? Key.BITS : unfilled);
    }
    assertThat(anywhere).contains(0, 1, 2);
    assertThat(anywhere.stream().filter(bucket -> bucket == 0).count()).isBetween(12L, 28L);
  }

  @Test
  void whereAnotherSearchHasLedLatelyThereIsNone() {
    fill(0);
    refresh.start(0);
    assertThat(bucketsAt(1, Key.BITS, 4)).containsExactly();
    assertThat(bucketsAt(3, table.firstUnfilledIndex(), 4)).containsExactly();
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

  /** Ends the refresh under way, whose last search brings some peers into the table. */
  private List<Integer> bucketsAfterMeeting(int count) {
    int before = table.size();
    assertThat(refresh.poll()).isNotNull();
    for (int i = 1000; table.size() < before + count; i++) {
      table.onSeen(peer(i), IpGroups.NONE, 0, 0);
    }
    refresh.onSearched();
    return searchedBuckets();
  }

  @Test
  void aSearchThatMakesTheTableAnEighthLargerIsFollowedByMore() {
    fill(0);
    refresh.start(0);
    refresh.onTimeout(refresh.deadlineNanos());
    int many = table.size() / 8;
    assertThat(bucketsAfterMeeting(many)).containsExactly(Key.BITS, 0, 1, 2);
    refresh.onTimeout(refresh.deadlineNanos());
    assertThat(bucketsAfterMeeting(many / 2)).isEmpty();
  }

  @Test
  void afterJoiningThatIsNothingNew() {
    fill(0);
    refresh.onJoined();
    assertThat(bucketsAfterMeeting(table.size() / 4)).hasSize(2);
  }

  private void fill(long nowNanos) {
    for (int i = 1; i <= 200; i++) {
      table.onSeen(peer(i), IpGroups.NONE, 0, nowNanos);
    }
  }

  /** Runs the searches, one at a time, and returns the bucket of each. */
  private List<Integer> searchedBuckets() {
    List<Integer> buckets = new ArrayList<>();
    for (Output output = refresh.poll(); output != null; output = refresh.poll()) {
      if (output instanceof Output.Search search) {
        Bytes key = search.key();
        buckets.add(table.indexOf(Key.of(key)));
        assertThat(refresh.poll()).isNull();
        refresh.onSearched();
      }
    }
    return buckets;
  }
}
