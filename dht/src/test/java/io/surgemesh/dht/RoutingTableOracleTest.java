package io.surgemesh.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.PeerId;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.tuweni.kademlia.KademliaRoutingTable;
import org.apache.tuweni.kademlia.KademliaRoutingTableKt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Our table beside Tuweni's, which is plain Kademlia: buckets of k by the distance to its owner,
 * and as many replacements each. So is ours without larger buckets and limits of IP groups.
 *
 * <p>Tuweni's keeps a replacement that falls silent; so only live peers do here.
 */
final class RoutingTableOracleTest {
  private static final PeerId SELF = TestPeers.peer(0);
  private static final byte[] SELF_KEY = key(SELF);
  private static final int STEPS = 3000;
  private static final MethodHandle ADD = add();
  private static final List<PeerId> PEERS =
      IntStream.rangeClosed(1, 1500).mapToObj(TestPeers::peer).toList();

  private final List<PeerId> seen = new ArrayList<>();

  /**
   * Offers a peer to Tuweni's table. From Java its method cannot be called by name: it has two that
   * differ in what they return alone.
   */
  private static void offer(KademliaRoutingTable<PeerId> oracle, PeerId peer) throws Throwable {
    // What it returns is whom to look after first, which in ours others decide.
    Object unused = ADD.invoke(oracle, peer);
  }

  private static MethodHandle add() {
    try {
      return MethodHandles.publicLookup()
          .findVirtual(
              KademliaRoutingTable.class, "add", MethodType.methodType(Object.class, Object.class));
    } catch (ReflectiveOperationException gone) {
      throw new LinkageError("Tuweni's table is another one", gone);
    }
  }

  private static byte[] key(PeerId peer) {
    return bytes(Key.of(peer));
  }

  private static byte[] bytes(Key key) {
    return ByteBuffer.allocate(Key.BITS / Byte.SIZE)
        .putLong(key.word0())
        .putLong(key.word1())
        .putLong(key.word2())
        .putLong(key.word3())
        .array();
  }

  private static KademliaRoutingTable<PeerId> oracle(int k) {
    return KademliaRoutingTable.create(
        SELF_KEY,
        k,
        k,
        RoutingTableOracleTest::key,
        peer -> KademliaRoutingTableKt.xorDist(key(peer), SELF_KEY));
  }

  @ParameterizedTest
  @CsvSource({"1, 20", "2, 20", "3, 8", "4, 8", "5, 3", "6, 1"})
  void bucketsAndTheNearestAreThoseOfPlainKademlia(long seed, int k) throws Throwable {
    SplittableRandom random = new SplittableRandom(seed);
    KademliaRoutingTable<PeerId> oracle = oracle(k);
    RoutingTable table =
        new RoutingTable(SELF, k, new IpGroups(DhtConfig.IP_GROUP_PEERS_ALL, false), k);
    for (int step = 0; step < STEPS; step++) {
      PeerId peer = PEERS.get(random.nextInt(PEERS.size()));
      if (oracle.contains(peer) && random.nextBoolean()) {
        oracle.evict(peer);
        table.onSilent(peer);
      } else {
        seen.add(peer);
        offer(oracle, peer);
        table.onSeen(peer, 1 + random.nextInt(3), 0, step);
      }
      assertThat(table.contains(peer)).as("step %d", step).isEqualTo(oracle.contains(peer));
      assertThat(table.size()).as("step %d", step).isEqualTo(oracle.size());
      if (step % 50 == 0) {
        assertSameBuckets(table, oracle);
        assertSameNearest(table, oracle, random);
      }
    }
    assertThat(table.isFull(0)).isTrue();
  }

  private static void assertSameBuckets(RoutingTable table, KademliaRoutingTable<PeerId> oracle) {
    List<List<PeerId>> buckets = new ArrayList<>();
    for (int i = 0; i <= Key.BITS; i++) {
      buckets.add(new ArrayList<>());
    }
    for (PeerId peer : table.nearest(Key.of(SELF), PEERS.size())) {
      buckets.get(table.indexOf(Key.of(peer))).add(peer);
    }
    for (int i = 0; i <= Key.BITS; i++) {
      assertThat(buckets.get(i))
          .as("those that share %d bits", i)
          .containsExactlyInAnyOrderElementsOf(oracle.peersOfDistance(Key.BITS - i));
    }
  }

  private void assertSameNearest(
      RoutingTable table, KademliaRoutingTable<PeerId> oracle, SplittableRandom random) {
    List<Key> targets =
        List.of(
            Key.of(SELF),
            Key.of(seen.get(random.nextInt(seen.size()))),
            new Key(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()));
    for (Key target : targets) {
      int count = 1 + random.nextInt(40);
      assertThat(table.nearest(target, count)).isEqualTo(oracle.nearest(bytes(target), count));
    }
  }
}
