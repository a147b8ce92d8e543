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
    ANSWERED,
    SILENT
  }

  private static final int CAPACITY_FIRST = 32;

  private final Key target;
  private long[] firstWords = new long[CAPACITY_FIRST];
  private PeerInfo[] infos = new PeerInfo[CAPACITY_FIRST];
  private Status[] statuses = new Status[CAPACITY_FIRST];
  private int count;

  Candidates(Key target) {
    this.target = target;
  }

  int size() {
    return count;
  }

  PeerInfo info(int index) {
    return infos[index];
  }

  void setInfo(int index, PeerInfo info) {
    infos[index] = info;
  }

  Status status(int index) {
    return statuses[index];
  }

  void setStatus(int index, Status status) {
    statuses[index] = status;
  }

  /** Returns whether the nearest candidate is what the target names itself. */
  boolean isTargetKnown() {
    return count > 0 && firstWords[0] == 0 && Key.of(infos[0].peerId()).equals(target);
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
  void insert(int index, PeerInfo info) {
    if (count == infos.length) {
      int capacity = 2 * count;
      firstWords = Arrays.copyOf(firstWords, capacity);
      infos = Arrays.copyOf(infos, capacity);
      statuses = Arrays.copyOf(statuses, capacity);
    }
    move(index, index + 1, count - index);
    firstWords[index] = firstWord(info.peerId());
    infos[index] = info;
    statuses[index] = Status.NEW;
    count++;
  }

  /** Forgets the farthest new candidate, if any is new. */
  void removeFarthestNew() {
    int index = count - 1;
    while (index >= 0 && statuses[index] != Status.NEW) {
      index--;
    }
    if (index >= 0) {
      count--;
      move(index + 1, index, count - index);
    }
  }

  private void move(int from, int to, int length) {
    System.arraycopy(firstWords, from, firstWords, to, length);
    System.arraycopy(infos, from, infos, to, length);
    System.arraycopy(statuses, from, statuses, to, length);
  }

  private long firstWord(PeerId peer) {
    return target.word0() ^ Key.firstWord(peer);
  }
}
