package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The peers that are said to be in the mesh, in the order of their keys.
 *
 * <p>In {@value #SHARDS} parts of the key space, each with at most {@value #SHARD_MAX} peers:
 * {@link #PEERS_MAX} in all, which holds a mesh of some 12,000. Where a part is full a newcomer is
 * not taken in: so nobody is put out by whoever invents the most, and a crowd near one key stays
 * small.
 *
 * <p>Of one IP group, by the addresses said, it holds at most {@value #GROUP_MIN} or a thirtieth of
 * all. Addresses can be made up, so that this limits who tells the truth about where he is; what
 * else a liar can do is limited by those who use the hints.
 */
final class HintCache {
  static final int SHARDS = 64;
  static final int SHARD_MAX = 256;
  static final int PEERS_MAX = SHARDS * SHARD_MAX;

  /** What an IP group may always have. */
  static final int GROUP_MIN = 16;

  private static final int SHARD_SHIFT = Long.SIZE - 6;
  private static final int CAPACITY_FIRST = 4;
  private static final Member[] NOBODY = {};

  private final IpGroups ipGroups;
  private final Member[][] shards = new Member[SHARDS][];
  private final short[] counts = new short[SHARDS];

  /** How many there are of each IP group; bounded by the peers. */
  private final Map<Integer, Integer> groups = new LinkedHashMap<>();

  private int size;

  HintCache(IpGroups ipGroups) {
    this.ipGroups = ipGroups;
    Arrays.fill(shards, NOBODY);
  }

  int size() {
    return size;
  }

  /** Returns how many there are of an IP group. */
  int countOf(int group) {
    return groups.getOrDefault(group, 0);
  }

  /** Returns how many there may be of one IP group. */
  int groupMax() {
    return ipGroups.isUnlimited() ? PEERS_MAX : Math.max(GROUP_MIN, size / IpGroups.TABLE_PART);
  }

  /** Returns what a peer said last, null when it is not here. */
  @Nullable Member find(PeerId peer) {
    Member found = find(Key.firstWord(peer));
    return found != null && found.peerId().equals(peer) ? found : null;
  }

  /** Returns the peer whose key has this first word, null when it is not here. */
  @Nullable Member find(long word) {
    int shard = shard(word);
    int index = indexOf(shard, word);
    return index < counts[shard] && shards[shard][index].word() == word
        ? shards[shard][index]
        : null;
  }

  /** Returns whether {@link #add} would take this in. */
  boolean wants(Member member) {
    Member known = find(member.word());
    if (known != null) {
      return known.peerId().equals(member.peerId()) && member.isNewerThan(known);
    }
    return counts[shard(member.word())] < SHARD_MAX && hasRoom(member);
  }

  private boolean hasRoom(Member member) {
    for (int group : groupsOf(member)) {
      if (countOf(group) >= groupMax()) {
        return false;
      }
    }
    return true;
  }

  /** Names can lead anywhere: peers that have nothing else are of one group. */
  private int[] groupsOf(Member member) {
    List<Multiaddr> addresses = member.info().addresses();
    int[] known = ipGroups.of(addresses);
    boolean isNamed = known.length == 0 && addresses.stream().allMatch(its -> its.ip().isEmpty());
    return isNamed ? IpGroups.only(IpGroups.UNKNOWN) : known;
  }

  /** Takes in a peer, or what it says anew; returns false when there is no room, or it is older. */
  boolean add(Member member) {
    if (!wants(member)) {
      return false;
    }
    remove(member.word());
    if (!hasRoom(member)) {
      // It moved to where there are enough.
      return false;
    }
    int shard = shard(member.word());
    int count = counts[shard];
    if (count == shards[shard].length) {
      int capacity = Math.max(CAPACITY_FIRST, Math.min(SHARD_MAX, count + count / 4 + 1));
      shards[shard] = Arrays.copyOf(shards[shard], capacity);
    }
    int index = indexOf(shard, member.word());
    System.arraycopy(shards[shard], index, shards[shard], index + 1, count - index);
    shards[shard][index] = member;
    counts[shard]++;
    size++;
    for (int group : groupsOf(member)) {
      groups.merge(group, 1, Integer::sum);
    }
    return true;
  }

  /** Forgets a peer; returns what it said, null when it was not here. */
  @Nullable Member remove(long word) {
    int shard = shard(word);
    Member[] members = shards[shard];
    int index = indexOf(shard, word);
    int count = counts[shard];
    if (index == count || members[index].word() != word) {
      return null;
    }
    Member removed = members[index];
    System.arraycopy(members, index + 1, members, index, count - index - 1);
    Arrays.fill(members, count - 1, count, null);
    counts[shard]--;
    size--;
    for (int group : groupsOf(removed)) {
      groups.computeIfPresent(group, (its, number) -> number == 1 ? null : number - 1);
    }
    return removed;
  }

  /** Forgets all that are so. */
  void removeIf(Predicate<Member> condition) {
    List<Member> removed = new ArrayList<>();
    Walk walk = walk(0, -1);
    for (Member member = walk.next(); member != null; member = walk.next()) {
      if (condition.test(member)) {
        removed.add(member);
      }
    }
    removed.forEach(member -> remove(member.word()));
  }

  /** Returns the peers nearest to a target, nearest first. */
  List<Member> nearest(Key target, int peersMax) {
    List<Member> nearest = new ArrayList<>(peersMax);
    // Whoever shares the first bits is nearer than who does not: one part after the other.
    for (int i = 0; i < SHARDS && nearest.size() < peersMax; i++) {
      int shard = shard(target.word0()) ^ i;
      Member[] members = Arrays.copyOf(shards[shard], counts[shard]);
      Arrays.sort(
          members, Comparator.comparing(member -> target.distanceTo(Key.of(member.peerId()))));
      int taken = Math.min(members.length, peersMax - nearest.size());
      nearest.addAll(Arrays.asList(members).subList(0, taken));
    }
    return nearest;
  }

  /** Returns a walk through the peers of a range, both ends included, unsigned. */
  Walk walk(long from, long to) {
    return new Walk(from, to);
  }

  /** Goes through the peers of a range in the order of their keys; the cache must not change. */
  final class Walk {
    private final long to;
    private int shard;
    private int index;

    private Walk(long from, long to) {
      this.to = to;
      this.shard = shard(from);
      this.index = indexOf(shard, from);
    }

    /** Returns the next one, null after the last. */
    @Nullable Member next() {
      while (shard < SHARDS && index >= counts[shard]) {
        shard++;
        index = 0;
      }
      if (shard == SHARDS || Long.compareUnsigned(shards[shard][index].word(), to) > 0) {
        return null;
      }
      return shards[shard][index++];
    }
  }

  private static int shard(long word) {
    return (int) (word >>> SHARD_SHIFT);
  }

  /** Returns where a word stands in its part, or belongs. */
  private int indexOf(int shard, long word) {
    Member[] members = shards[shard];
    int low = 0;
    int high = counts[shard];
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(members[middle].word(), word) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
