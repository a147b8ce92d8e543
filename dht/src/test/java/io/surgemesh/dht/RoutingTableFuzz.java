package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** Takes the input for who answers and who falls silent, from which IP groups. */
public final class RoutingTableFuzz {
  private static final int K = 4;
  private static final int GROUPS = 8;
  private static final IpGroups LIMITS = new IpGroups(2, true);

  private RoutingTableFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    ByteBuffer input = ByteBuffer.wrap(data);
    RoutingTable table = new RoutingTable(TestPeers.peer(0), K, LIMITS);
    long nowNanos = 0;
    while (input.remaining() > 2) {
      int what = input.get();
      PeerId peer = TestPeers.peer(input.getShort() & 0x3ff);
      boolean wasThere = table.contains(peer);
      int sizeBefore = table.size();
      if ((what & 3) == 0) {
        table.onSilent(peer);
        require(!table.contains(peer), "keeps nobody who is silent");
      } else {
        table.onSeen(peer, 1 + (what >>> 2) % GROUPS, what & 0xff, nowNanos);
        require(!wasThere || table.contains(peer), "puts out nobody who answers");
        require(table.size() >= sizeBefore, "puts out nobody for a newcomer");
      }
      check(table);
      nowNanos += 1 + (what & 0xff);
    }
  }

  private static void check(RoutingTable table) {
    for (int group = 1; group <= GROUPS; group++) {
      // Others may have left since they came in, so that the table was larger then.
      require(table.countOf(group) <= groupMax(table), "keeps groups");
    }
    require(!table.contains(TestPeers.peer(0)), "is without this peer");
    Key target = Key.of(TestPeers.peer(1));
    List<PeerId> nearest = table.nearest(target, K);
    require(nearest.size() == Math.min(K, table.size()), "names all it can");
    require(nearest.equals(TestPeers.sorted(nearest, target)), "names the nearest first");
    Doubt doubt = table.likeliestGone(0, Set.of(), Long.MAX_VALUE);
    require(doubt == null ? table.size() == 0 : table.contains(doubt.peer()), "doubts its peers");
  }

  private static int groupMax(RoutingTable table) {
    return LIMITS.tableMax(Math.max(table.size(), 20 * K));
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new AssertionError("a table " + rule);
    }
  }
}
