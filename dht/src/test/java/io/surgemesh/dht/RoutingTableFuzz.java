package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Takes the input for who answers and who falls silent, from which IP groups; its first byte for
 * the bounds of the table, small enough that most are met.
 */
public final class RoutingTableFuzz {
  private static final PeerId[] PEERS =
      IntStream.range(0, 32).mapToObj(TestPeers::peer).toArray(PeerId[]::new);

  private final int k;
  private final int groups;
  private final int bucketMax;
  private final IpGroups limits;
  private final RoutingTable table;
  private final int[] ofBucket = new int[Key.BITS];
  private int sizeMax;

  private RoutingTableFuzz(int mode) {
    k = 1 + (mode & 1);
    // Few groups meet the bound of a table, many that of a bucket.
    groups = 2 << (mode >>> 1 & 3);
    bucketMax = (mode & 8) == 0 ? RoutingTable.BUCKET_FACTOR * k : k;
    limits = new IpGroups((mode & 48) == 0 ? DhtConfig.IP_GROUP_PEERS_ALL : mode >>> 4 & 3, true);
    table = new RoutingTable(PEERS[0], k, limits, bucketMax);
  }

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    ByteBuffer input = ByteBuffer.wrap(data);
    if (input.hasRemaining()) {
      new RoutingTableFuzz(input.get()).play(input);
    }
  }

  private void play(ByteBuffer input) {
    long nowNanos = 0;
    while (input.remaining() > 1) {
      int what = input.get();
      PeerId peer = PEERS[input.get() & 0x1f];
      boolean wasThere = table.contains(peer);
      int sizeBefore = table.size();
      if ((what & 7) < 3) {
        table.onSilent(peer);
        require(!table.contains(peer), "keeps nobody who is silent");
        require(table.size() >= sizeBefore - 1, "loses nobody else");
      } else {
        table.onSeen(peer, 1 + (what >>> 3 & 0x1f) % groups, what & 0xff, nowNanos);
        require(!wasThere || table.contains(peer), "puts out nobody who answers");
        require(table.size() >= sizeBefore, "puts out nobody for a newcomer");
      }
      check();
      nowNanos += 1 + (what & 0xff);
    }
  }

  private void check() {
    // Others may have left since they came in.
    sizeMax = Math.max(sizeMax, table.size());
    for (int group = 1; group <= groups; group++) {
      require(table.countOf(group) <= limits.tableMax(sizeMax), "keeps groups");
    }
    require(!table.contains(PEERS[0]), "is without this peer");
    Key target = Key.of(PEERS[1]);
    List<PeerId> all = table.nearest(target, PEERS.length);
    require(all.size() == table.size(), "counts its peers");
    Arrays.fill(ofBucket, 0);
    for (int i = 0; i < all.size(); i++) {
      Key key = Key.of(all.get(i));
      require(table.contains(all.get(i)), "names its own peers");
      // As no two are equally near, nobody is named twice.
      require(
          i == 0 || target.distanceTo(Key.of(all.get(i - 1))).compareTo(target.distanceTo(key)) < 0,
          "names the nearest first, each once");
      int bucket = table.indexOf(key);
      ofBucket[bucket]++;
      require(ofBucket[bucket] <= bucketMax, "keeps the bound on each bucket");
    }
    Doubt doubt = table.likeliestGone(0, Set.of(), Long.MAX_VALUE);
    require(doubt == null ? table.size() == 0 : table.contains(doubt.peer()), "doubts its peers");
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new AssertionError("a table " + rule);
    }
  }
}
