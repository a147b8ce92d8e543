package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import java.util.Arrays;

/**
 * The peers that one lookup has heard of, nearest to its target first, and how each of them does.
 *
 * <p>In sorted arrays that grow as needed; the lookup bounds them. The first word of a distance
 * stands beside its peer and finds it nearly always, so that a search stays in one array.
 */
final class Candidates {
  /** What became of a candidate. */
  enum Status {
    NEW,
    WAITING,
    /** Waiting for longer than it should. */
    SLOW,
    ANSWERED,
    SILENT
  }

  private static final int CAPACITY_FIRST = 32;

  /** Of so many of the addresses told of a candidate the groups count. */
  private static final int TOLD_MAX = 4;

  private final Key target;
  private final IpGroups ipGroups;
  private long[] firstWords = new long[CAPACITY_FIRST];
  private PeerInfo[] infos = new PeerInfo[CAPACITY_FIRST];
  private Status[] statuses = new Status[CAPACITY_FIRST];
  private long[] roundTrips = new long[CAPACITY_FIRST];
  private byte[] depths = new byte[CAPACITY_FIRST];
  private int[][] groups = new int[CAPACITY_FIRST][];
  private int[] paths = new int[CAPACITY_FIRST];
  private int count;

  Candidates(Key target, IpGroups ipGroups) {
    this.target = target;
    this.ipGroups = ipGroups;
  }

  int size() {
    return count;
  }

  PeerInfo info(int index) {
    return infos[index];
  }

  void setInfo(int index, PeerInfo info) {
    infos[index] = info;
    groups[index] = told(info);
  }

  /**
   * Returns the IP group out of which a candidate answered, or before it did those of the first few
   * addresses told of it; not to be changed.
   */
  int[] groups(int index) {
    return groups[index];
  }

  /** Takes note out of which IP group a candidate answered; ignored for an index less than 0. */
  void setGroup(int index, int group) {
    if (index >= 0) {
      groups[index] = IpGroups.only(group);
    }
  }

  private int[] told(PeerInfo info) {
    return ipGroups.of(info.withFirst(TOLD_MAX).addresses());
  }

  /** Returns whether a candidate is no farther than a distance's first word, unsigned. */
  boolean isWithin(int index, long firstWord) {
    return Long.compareUnsigned(firstWords[index], firstWord) <= 0;
  }

  Status status(int index) {
    return statuses[index];
  }

  void setStatus(int index, Status status) {
    statuses[index] = status;
  }

  /** Returns what is known of a candidate's queries, as {@link RoundTrips}. */
  long roundTrips(int index) {
    return roundTrips[index];
  }

  /** Returns the {@link Paths} on which a candidate was named, or the one that asks it. */
  int paths(int index) {
    return paths[index];
  }

  void setPaths(int index, int set) {
    paths[index] = set;
  }

  /** Returns how many answers led to a candidate, one after the other. */
  int depth(int index) {
    return depths[index];
  }

  /** Returns the depth of the nearest that has answered; -1 when nobody has. */
  int nearestDepth() {
    for (int i = 0; i < count; i++) {
      if (statuses[i] == Status.ANSWERED) {
        return depths[i];
      }
    }
    return -1;
  }

  /**
   * Returns how many leading bits a candidate shares with the target; of two that differ only
   * beyond the first word, the same.
   */
  int sharedBits(int index) {
    return Long.numberOfLeadingZeros(firstWords[index]);
  }

  /** Returns whether the nearest candidate is what the target names itself. */
  boolean isTargetKnown() {
    return count > 0 && firstWords[0] == 0 && Key.of(infos[0].peerId()).equals(target);
  }

  /** Returns whether so many of the nearest that are not silent have answered, or all of fewer. */
  boolean haveAnswered(int nearest) {
    int answered = 0;
    for (int i = 0; i < count && answered < nearest; i++) {
      if (statuses[i] == Status.ANSWERED) {
        answered++;
      } else if (statuses[i] != Status.SILENT) {
        return false;
      }
    }
    return true;
  }

  /** Returns the index of a peer; when it is none of them, minus 1 minus where it belongs. */
  int find(PeerId peer) {
    long word = firstWord(peer);
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      int order = Long.compareUnsigned(firstWords[middle], word);
      if (order == 0) {
        PeerId other = infos[middle].peerId();
        if (other.equals(peer)) {
          return middle;
        }
        order = target.distanceTo(Key.of(other)).compareTo(target.distanceTo(Key.of(peer)));
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return -1 - low;
  }

  /** Adds a new candidate where {@link #find} says that it belongs. */
  void insert(int index, PeerInfo info, long known, int depth) {
    if (count == infos.length) {
      int capacity = 2 * count;
      firstWords = Arrays.copyOf(firstWords, capacity);
      infos = Arrays.copyOf(infos, capacity);
      statuses = Arrays.copyOf(statuses, capacity);
      roundTrips = Arrays.copyOf(roundTrips, capacity);
      depths = Arrays.copyOf(depths, capacity);
      groups = Arrays.copyOf(groups, capacity);
      paths = Arrays.copyOf(paths, capacity);
    }
    move(index, index + 1, count - index);
    firstWords[index] = firstWord(info.peerId());
    infos[index] = info;
    statuses[index] = Status.NEW;
    roundTrips[index] = known;
    depths[index] = (byte) Math.min(depth, Byte.MAX_VALUE);
    groups[index] = told(info);
    paths[index] = 0;
    count++;
  }

  /**
   * Forgets the farthest new candidate, if any is new: one that was named, as long as there is one.
   * Those a lookup started with stay, or liars could put an end to the paths that begin there.
   */
  void removeFarthestNew() {
    int index = farthestNew(1);
    index = index < 0 ? farthestNew(0) : index;
    if (index >= 0) {
      count--;
      move(index + 1, index, count - index);
    }
  }

  private int farthestNew(int depthMin) {
    int index = count - 1;
    while (index >= 0 && (statuses[index] != Status.NEW || depths[index] < depthMin)) {
      index--;
    }
    return index;
  }

  private void move(int from, int to, int length) {
    System.arraycopy(firstWords, from, firstWords, to, length);
    System.arraycopy(infos, from, infos, to, length);
    System.arraycopy(statuses, from, statuses, to, length);
    System.arraycopy(roundTrips, from, roundTrips, to, length);
    System.arraycopy(depths, from, depths, to, length);
    System.arraycopy(groups, from, groups, to, length);
    System.arraycopy(paths, from, paths, to, length);
  }

  private long firstWord(PeerId peer) {
    return target.word0() ^ Key.firstWord(peer);
  }
}
