package io.surgemesh.dht;

import static io.surgemesh.dht.TestValues.key;
import static io.surgemesh.dht.TestValues.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.MachineMesh.Node;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values in a mesh of machines, where a test sees who holds what. */
final class ValuesTest {
  private static final int K = TestValues.CONFIG.k();

  /** How many hold a value when it is reported, unless fewer can. */
  private static final int MOST = 15;

  private static final Bytes KEY = key("a");
  private static final DhtConfig ONE_HOUR = TestValues.CONFIG.withValueExpiry(Duration.ofHours(1));

  private static MachineMesh mesh(long seed) {
    return MachineMesh.joined(seed, 100, TestValues.CONFIG);
  }

  /** Returns the nodes nearest to a key, nearest first, but one. */
  private static List<Node> nearest(MachineMesh mesh, Bytes key, int count, Node except) {
    List<PeerId> others =
        mesh.nodes().stream().filter(node -> node != except).map(Node::peer).toList();
    return TestPeers.sorted(others, Key.of(key)).stream()
        .limit(count)
        .map(peer -> mesh.nodes().stream().filter(n -> n.peer().equals(peer)).findFirst())
        .map(Optional::orElseThrow)
        .toList();
  }

  private static void settle(MachineMesh mesh) {
    mesh.runUntil(mesh.nowNanos() + 5 * TestPeers.SECOND);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aValueIsHeldByAllNearestToItsKeyAndFoundByWhoeverAsks(long seed) {
    MachineMesh mesh = mesh(seed);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 5; i++) {
      Bytes key = key("key " + i);
      Node putting = mesh.node(random.nextInt(100));
      Bytes value = value(i);
      assertThat(putting.putValue(key, value)).isGreaterThanOrEqualTo(MOST);
      settle(mesh);
      assertThat(nearest(mesh, key, K, putting))
          .filteredOn(node -> node.held(key).equals(Optional.of(value)))
          .hasSizeGreaterThanOrEqualTo(K - 1);
      for (int quorum : new int[] {1, 5, Dht.QUORUM, Dht.QUORUM_MAX}) {
        assertThat(mesh.node(random.nextInt(100)).getValue(key, quorum)).contains(value);
      }
    }
  }

  @Test
  void aValueIsReportedOnceMostHoldItAndGoesOnToTheOthers() {
    MachineMesh mesh = MachineMesh.joined(9, 300, TestValues.CONFIG);
    int early = 0;
    for (int i = 0; i < 10; i++) {
      Bytes key = key("key " + i);
      Node putting = mesh.node(20 * i);
      early += putting.putValue(key, value(1)) == MOST ? 1 : 0;
      settle(mesh);
      assertThat(nearest(mesh, key, K, putting))
          .filteredOn(node -> node.held(key).isPresent())
          .hasSizeGreaterThanOrEqualTo(K - 1);
    }
    assertThat(early).isGreaterThanOrEqualTo(5);
  }

  @Test
  void aValueOfNobodyIsNotFound() {
    MachineMesh mesh = mesh(1);
    assertThat(mesh.node(7).getValue(KEY, Dht.QUORUM)).isEmpty();
    int asked = mesh.node(7).asked();
    assertThat(mesh.node(7).getValue(TestPeers.key("no namespace"), 1)).isEmpty();
    assertThat(mesh.node(7).asked()).isEqualTo(asked);
  }

  @Test
  void theBestOfAllValuesIsFoundAndWhoeverHeldAWorseOneOrNoneIsTold() {
    MachineMesh mesh = mesh(2);
    Node putting = mesh.node(3);
    putting.putValue(KEY, value(1));
    List<Node> near = nearest(mesh, KEY, K, putting);
    near.get(4).machine().onRequest(putting.peer(), TestPeers.AT, put(value(9)), mesh.nowNanos());
    Node asking = mesh.node(50);
    assertThat(asking.getValue(KEY, Dht.QUORUM_MAX)).contains(value(9));
    settle(mesh);
    assertThat(nearest(mesh, KEY, K, asking))
        .filteredOn(node -> node.held(KEY).equals(Optional.of(value(9))))
        .hasSizeGreaterThanOrEqualTo(K - 1);
  }

  @Test
  void whoeverLacksAValueAmongTheNearestIsToldToo() {
    MachineMesh mesh = mesh(3);
    List<Node> near = nearest(mesh, KEY, K, mesh.node(50));
    near.get(0)
        .machine()
        .onRequest(TestPeers.peer(999), TestPeers.AT, put(value(1)), mesh.nowNanos());
    assertThat(near.get(5).held(KEY)).isEmpty();
    assertThat(mesh.node(50).getValue(KEY, Dht.QUORUM)).contains(value(1));
    settle(mesh);
    assertThat(near)
        .filteredOn(node -> node.held(KEY).isPresent())
        .hasSizeGreaterThanOrEqualTo(K - 1);
  }

  @Test
  void aReaderThatHoldsAWorseValueItselfKeepsTheBest() {
    MachineMesh mesh = mesh(5);
    Node reader = mesh.node(50);
    mesh.node(3).putValue(KEY, value(5));
    reader.machine().onRequest(TestPeers.peer(999), TestPeers.AT, put(value(1)), mesh.nowNanos());
    reader.getValue(KEY, Dht.QUORUM);
    assertThat(reader.held(KEY)).contains(value(5));
  }

  @Test
  void anOldValueReachesNobodyWhoHoldsABetterOne() {
    MachineMesh mesh = mesh(6);
    mesh.node(3).putValue(KEY, value(5));
    assertThat(mesh.node(4).putValue(KEY, value(4))).isLessThan(2);
    assertThat(mesh.node(50).getValue(KEY, Dht.QUORUM_MAX)).contains(value(5));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void liarsNearTheKeyNeitherMakeAValueUpNorHideOne(long seed) {
    MachineMesh mesh = mesh(seed);
    Node putting = mesh.node(3);
    putting.putValue(KEY, value(5));
    List<Node> near = nearest(mesh, KEY, K, putting);
    SplittableRandom random = new SplittableRandom(seed);
    for (Node liar : near) {
      if (random.nextInt(4) > 0) {
        lie(liar, random.nextInt(4));
      }
    }
    assertThat(nearest(mesh, KEY, 60, putting).get(59).getValue(KEY, Dht.QUORUM))
        .contains(value(5));
  }

  private static void lie(Node liar, int how) {
    liar.lie(
        request ->
            switch (how) {
              case 0 -> answer(request, ValueRecord.of(KEY, TestValues.INVALID));
              case 1 -> answer(request, ValueRecord.of(key("another"), value(9)));
              case 2 -> answer(request, ValueRecord.of(KEY, value(1)));
              default -> null;
            });
  }

  private static KadMessage answer(KadMessage request, ValueRecord record) {
    return new KadMessage(request.type(), request.key(), List.of(), List.of(), Optional.of(record));
  }

  @Test
  void whoeverRefusesAValueStaysInTheTable() {
    MachineMesh mesh = mesh(7);
    Node putting = mesh.node(3);
    List<Node> near = nearest(mesh, KEY, K, putting);
    Node full = near.stream().filter(n -> knows(putting, n)).findFirst().orElseThrow();
    for (int i = 0; i < ValueStore.RECORDS_PER_PEER_MAX; i++) {
      KadMessage request = KadMessage.put(ValueRecord.of(key("key " + i), value(1)));
      full.machine().onRequest(putting.peer(), TestPeers.AT, request, mesh.nowNanos());
    }
    assertThat(putting.putValue(KEY, value(1))).isGreaterThanOrEqualTo(MOST);
    assertThat(full.held(KEY)).isEmpty();
    assertThat(knows(putting, full)).isTrue();
  }

  private static boolean knows(Node node, Node other) {
    return node.machine().table().contains(other.peer());
  }

  @Test
  void valuesAreGoneAfterTheirTimeUnlessPutAgain() {
    MachineMesh mesh = MachineMesh.joined(8, 60, ONE_HOUR);
    for (String name : List.of("a", "b")) {
      mesh.node(3).putValue(key(name), value(1));
      mesh.node(3).machine().withdrawValue(key(name));
    }
    mesh.runUntil(mesh.nowNanos() + 55 * TestPeers.MINUTE);
    mesh.node(3).putValue(key("b"), value(1));
    mesh.runUntil(mesh.nowNanos() + 6 * TestPeers.MINUTE);
    assertThat(mesh.node(50).getValue(KEY, Dht.QUORUM)).isEmpty();
    assertThat(mesh.node(50).getValue(key("b"), Dht.QUORUM)).contains(value(1));
  }

  @Test
  void closingEndsWhatIsOnItsWay() {
    MachineMesh mesh = mesh(9);
    Kademlia machine = mesh.node(3).machine();
    machine.putValue(1001, KEY, value(1), mesh.nowNanos());
    machine.findValue(1002, KEY, Dht.QUORUM_MAX, mesh.nowNanos());
    machine.close(mesh.nowNanos());
    assertThat(TestPeers.drain(machine))
        .contains(
            new KademliaOutput.ValuePut(1001, 0),
            new KademliaOutput.ValueFound(1002, Optional.of(value(1))));
    machine.putValue(1003, KEY, value(1), mesh.nowNanos());
    machine.findValue(1004, key("b"), 1, mesh.nowNanos());
    assertThat(TestPeers.drain(machine))
        .containsExactly(
            new KademliaOutput.ValuePut(1003, 0),
            new KademliaOutput.ValueFound(1004, Optional.empty()));
  }

  private static KadMessage put(Bytes value) {
    return KadMessage.put(ValueRecord.of(KEY, value));
  }
}
