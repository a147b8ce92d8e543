package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One search through the peers of a region for all those that are to keep some keys in it.
 *
 * <p>Each peer is asked for the key that is nearest to it, so that together they tell of all peers
 * near any of the keys. As those of one part of the region may name only one another, they are
 * asked for a key in another quarter once that has been asked for much less. As soon as the region
 * holds k peers or more, those nearest to a point in it are all in the region.
 */
final class Walk {
  private static final int QUARTERS = 4;
  private static final int ANY_QUARTER = -1;

  /** How many times as often one quarter is asked for as another. */
  private static final int NEGLECT_FACTOR = 2;

  private final List<Bytes> keys;
  private final int regionBits;
  private final int[] asked = new int[QUARTERS];
  private final List<KadMessage> requests = new ArrayList<>();
  private final long regionWord;
  private final long ownRegionWord;

  // Bounded by the queries of the walk.
  private final Set<PeerId> toldEarly = new LinkedHashSet<>(0);

  /**
   * Creates a walk.
   *
   * @param keys at least one, the first of which is walked to; a single one is a region of its own
   * @param regionBits how many leading bits the points of the region share
   * @param ownRegionWord how far around a key all peers are told, as the first word of a distance
   */
  Walk(List<Bytes> keys, int regionBits, long ownRegionWord) {
    this.keys = keys;
    this.regionBits = regionBits;
    keys.forEach(key -> requests.add(KadMessage.of(KadMessage.Type.FIND_NODE, key)));
    this.regionWord = keys.size() == 1 ? ownRegionWord : word(regionBits);
    this.ownRegionWord = ownRegionWord;
  }

  /** Returns the largest first word of a distance between two points that share some bits. */
  private static long word(int bits) {
    return bits >= Long.SIZE ? 0 : -1L >>> bits;
  }

  List<Bytes> keys() {
    return keys;
  }

  /** Returns within which distance from the first key all peers are asked, as its first word. */
  long regionWord() {
    return regionWord;
  }

  /** Returns what to ask one more peer. */
  KadMessage requestFor(PeerId peer) {
    Key point = Key.of(peer);
    KadMessage nearest = nearest(point, ANY_QUARTER);
    int neglected = neglected();
    int quarter = quarter(nearest);
    if (asked[quarter] >= NEGLECT_FACTOR * (1 + asked[neglected])) {
      quarter = neglected;
      nearest = nearest(point, neglected);
    }
    asked[quarter]++;
    return nearest;
  }

  private KadMessage nearest(Key point, int quarter) {
    KadMessage nearest = requests.get(0);
    Distance least = null;
    for (KadMessage request : requests) {
      Distance distance = request.target().distanceTo(point);
      boolean fits = quarter == ANY_QUARTER || quarter(request) == quarter;
      if (fits && (least == null || distance.compareTo(least) < 0)) {
        nearest = request;
        least = distance;
      }
    }
    return nearest;
  }

  /** Returns the quarter with keys in it that was asked for least. */
  private int neglected() {
    int neglected = quarter(requests.get(0));
    for (KadMessage request : requests) {
      int quarter = quarter(request);
      neglected = asked[quarter] < asked[neglected] ? quarter : neglected;
    }
    return neglected;
  }

  private int quarter(KadMessage request) {
    return requests.size() == 1 ? 0 : (int) (request.target().word0() << regionBits >>> 62);
  }

  /**
   * Returns whether the peers found are all that each key needs: as many as it should be told to,
   * and not so many that some were passed over.
   */
  boolean isWhole(List<PeerInfo> found, int k) {
    if (keys.size() == 1) {
      return true;
    }
    boolean isAll = regionWord == -1L;
    long inRegion = found.stream().filter(this::isInRegion).count();
    return (isAll || inRegion >= k) && inRegion < Lookup.REGION_MAX;
  }

  private boolean isInRegion(PeerInfo peer) {
    return requests.get(0).target().isWithin(regionWord, peer.peerId());
  }

  /**
   * Returns which keys to tell to a peer that is being asked, without waiting for the end: those so
   * near that it will most likely be told of them anyway. Each peer counts once.
   */
  List<Bytes> earlyKeys(PeerId peer) {
    List<Bytes> near = new ArrayList<>(0);
    for (KadMessage request : requests) {
      if (isNear(request.target(), peer)) {
        near.add(request.key());
      }
    }
    return !near.isEmpty() && toldEarly.add(peer) ? near : List.of();
  }

  /**
   * Returns which keys to tell to whom at the end: each to the k nearest found, and to whoever else
   * is in its own region; to all found when there is one key only. Without what was told early.
   */
  Map<PeerId, List<Bytes>> tellings(List<PeerInfo> found, int k) {
    Map<PeerId, List<Bytes>> tellings = new LinkedHashMap<>();
    for (KadMessage request : requests) {
      Key target = request.target();
      List<PeerInfo> nearest = new ArrayList<>(found);
      nearest.sort(Comparator.comparing(peer -> target.distanceTo(Key.of(peer.peerId()))));
      for (int i = 0; i < nearest.size(); i++) {
        PeerId peer = nearest.get(i).peerId();
        boolean near = isNear(target, peer);
        boolean early = near && toldEarly.contains(peer);
        if (!early && (keys.size() == 1 || i < k || near)) {
          tellings.computeIfAbsent(peer, p -> new ArrayList<>(1)).add(request.key());
        }
      }
    }
    return tellings;
  }

  private boolean isNear(Key target, PeerId peer) {
    return target.isWithin(ownRegionWord, peer);
  }
}
