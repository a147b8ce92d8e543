package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.MINUTE;
import static io.surgemesh.dht.TestPeers.peer;
import static io.surgemesh.dht.TestValues.key;
import static io.surgemesh.dht.TestValues.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.MachineMesh.Node;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer put is there until it takes it back, in a mesh of machines. */
final class OwnValuesTest {
  /** Values live for one hour here, and are put again after some 27 minutes. */
  private static final DhtConfig CONFIG = TestValues.CONFIG.withValueExpiry(Duration.ofHours(1));

  private static final int K = CONFIG.k();
  private static final Bytes KEY = key("a");

  private static void run(MachineMesh mesh, long minutes) {
    mesh.runUntil(mesh.nowNanos() + minutes * MINUTE);
  }

  /** Returns how many of the k nodes nearest to a key hold a value of it. */
  private static long holders(MachineMesh mesh, Node except, Bytes key, Bytes value) {
    List<PeerId> others =
        mesh.nodes().stream().filter(node -> node != except).map(Node::peer).toList();
    List<PeerId> nearest = TestPeers.sorted(others, Key.of(key)).subList(0, K);
    return mesh.nodes().stream()
        .filter(node -> nearest.contains(node.peer()))
        .filter(node -> node.held(key).equals(Optional.of(value)))
        .count();
  }

  @ParameterizedTest
  @ValueSource(longs = 1)
  void aValueOutlivesItsTimeUntilItIsWithdrawn(long seed) {
    MachineMesh mesh = MachineMesh.joined(seed, 100, CONFIG);
    Node putting = mesh.node(3);
    putting.putValue(KEY, value(1));
    for (int hours = 0; hours < 4; hours++) {
      run(mesh, 60);
      assertThat(holders(mesh, putting, KEY, value(1))).isGreaterThanOrEqualTo(K - 1);
      assertThat(putting.held(KEY)).contains(value(1));
    }
    putting.machine().withdrawValue(KEY);
    run(mesh, 61);
    assertThat(holders(mesh, putting, KEY, value(1))).isZero();
    assertThat(putting.held(KEY)).isEmpty();
    assertThat(mesh.node(50).getValue(KEY, Dht.QUORUM)).isEmpty();
  }

  @Test
  void aValueMovesToThoseWhoAreNearestNow() {
    MachineMesh mesh = MachineMesh.joined(3, 100, CONFIG);
    Node putting = mesh.node(3);
    putting.putValue(KEY, value(1));
    run(mesh, 2);
    List<PeerId> others =
        mesh.nodes().stream().filter(node -> node != putting).map(Node::peer).toList();
    List<PeerId> gone = TestPeers.sorted(others, Key.of(KEY)).subList(0, K);
    mesh.nodes().stream().filter(node -> gone.contains(node.peer())).forEach(Node::crash);
    run(mesh, 60);
    List<PeerId> left = TestPeers.sorted(others, Key.of(KEY)).subList(K, 2 * K);
    assertThat(mesh.nodes())
        .filteredOn(node -> left.contains(node.peer()))
        .filteredOn(node -> node.held(KEY).isPresent())
        .hasSizeGreaterThanOrEqualTo(K - 2);
  }

  @Test
  void aBetterValueOfAnotherIsNotPutAgainstForEver() {
    MachineMesh mesh = MachineMesh.joined(4, 60, CONFIG);
    Node first = mesh.node(3);
    first.putValue(KEY, value(1));
    mesh.node(4).putValue(KEY, value(2));
    run(mesh, 3);
    // By then it has come to those who hold the other.
    long walks = first.machine().upkeep().walks();
    assertThat(walks).isLessThanOrEqualTo(1);
    run(mesh, 180);
    assertThat(first.machine().upkeep().walks()).isEqualTo(walks);
    assertThat(mesh.node(50).getValue(KEY, Dht.QUORUM_MAX)).contains(value(2));
  }

  @Test
  void anEchoWithABetterValueEndsItAndOneWithAWorseOrForgedOneDoesNot() {
    Outbox outbox = new Outbox(peer(0), new Calls());
    ValueStore store = new ValueStore(peer(0), CONFIG, () -> Instant.EPOCH);
    SplittableRandom random = new SplittableRandom(1);
    OwnValues own =
        new OwnValues(peer(0), CONFIG, store, new Puts(), outbox, () -> Key.BITS, random);
    own.add(KEY, value(5), 0);
    assertThat(outbox.poll()).isEqualTo(new KademliaOutput.KeepOwn(KEY, Optional.of(value(5))));
    for (Bytes echo : List.of(value(5), value(4), TestValues.INVALID, Bytes.EMPTY)) {
      own.onEcho(KadMessage.put(ValueRecord.of(KEY, echo)));
      own.onEcho(KadMessage.put(ValueRecord.of(key("another"), value(9))));
      own.onEcho(KadMessage.of(KadMessage.Type.PUT_VALUE, KEY));
      assertThat(outbox.poll()).isNull();
    }
    own.onEcho(KadMessage.put(ValueRecord.of(KEY, value(6))));
    assertThat(outbox.poll()).isEqualTo(new KademliaOutput.KeepOwn(KEY, Optional.empty()));
    assertThat(own.announcer().keys()).isEmpty();
  }

  @Test
  void manyValuesOfOnePeerCostFewWalksAndAllLast() {
    MachineMesh mesh = MachineMesh.joined(5, 400, CONFIG);
    Node putting = mesh.node(100);
    List<Bytes> keys = IntStream.range(0, 64).mapToObj(i -> key("many " + i)).toList();
    keys.forEach(key -> putting.putValue(key, value(1)));
    run(mesh, 10);
    long walks = putting.machine().upkeep().walks();
    run(mesh, 110);
    // Some four intervals of 27 minutes, each with a walk per region rather than per key.
    assertThat(putting.machine().upkeep().walks() - walks).isLessThan(4 * keys.size() / 2);
    for (Bytes key : keys) {
      assertThat(holders(mesh, putting, key, value(1))).isGreaterThanOrEqualTo(K - 3);
    }
  }

  @Test
  void aValueOfAnEarlierLifeIsPutAgainUnlessThereIsANewerOne() {
    MachineMesh mesh = MachineMesh.joined(6, 60, CONFIG);
    Node putting = mesh.node(3);
    List<RestoredRecord> restored = new ArrayList<>();
    restored.add(own(putting.peer(), key("earlier"), value(1)));
    restored.add(own(putting.peer(), key("newer"), value(1)));
    restored.add(own(mesh.node(4).peer(), key("of another"), value(1)));
    putting.putValue(key("newer"), value(2));
    putting.machine().onRestored(restored, mesh.nowNanos());
    run(mesh, 5);
    assertThat(holders(mesh, putting, key("earlier"), value(1))).isGreaterThanOrEqualTo(K - 1);
    assertThat(holders(mesh, putting, key("newer"), value(2))).isGreaterThanOrEqualTo(K - 1);
    assertThat(holders(mesh, putting, key("of another"), value(1))).isZero();
  }

  private static RestoredRecord own(PeerId self, Bytes key, Bytes value) {
    return new RestoredRecord(self, KadMessage.put(ValueRecord.of(key, value)), 30 * MINUTE, true);
  }

  @Test
  void whatIsPutAgainIsKeptForANextLifeAndForgottenWhenWithdrawn() {
    Kademlia machine = MachineMesh.joined(7, 30, CONFIG).node(3).machine();
    long now = 10 * MINUTE;
    assertThat(machine.putValue(1, KEY, value(1), now)).isTrue();
    assertThat(TestPeers.drain(machine))
        .contains(new KademliaOutput.KeepOwn(KEY, Optional.of(value(1))));
    machine.withdrawValue(KEY);
    assertThat(TestPeers.drain(machine))
        .containsExactly(new KademliaOutput.KeepOwn(KEY, Optional.empty()));
  }

  @Test
  void aWorseValueThanIsKnownIsPutOnceAndNotAgain() {
    MachineMesh mesh = MachineMesh.joined(8, 30, CONFIG);
    Node node = mesh.node(3);
    node.machine()
        .onRequest(
            peer(-1), TestPeers.AT, KadMessage.put(ValueRecord.of(KEY, value(2))), mesh.nowNanos());
    assertThat(node.machine().putValue(1, KEY, value(1), mesh.nowNanos())).isTrue();
    assertThat(TestPeers.drain(node.machine()))
        .noneMatch(output -> output instanceof KademliaOutput.KeepOwn);
  }

  @Test
  void noMoreThanAThousandValuesArePutAgain() {
    Kademlia machine = MachineMesh.joined(9, 1, CONFIG).node(0).machine();
    for (int i = 0; i < Announcer.KEYS_MAX; i++) {
      assertThat(machine.putValue(i + 1, key("key " + i), value(1), 1)).isTrue();
    }
    assertThat(machine.putValue(5000, key("one more"), value(1), 1)).isFalse();
    machine.withdrawValue(key("key 7"));
    assertThat(machine.putValue(5001, key("one more"), value(1), 1)).isTrue();
  }

  @Test
  void aValuePutWhileTooMuchIsAskedIsKeptHereAndGoesOutAfterAMinute() {
    MachineMesh mesh = MachineMesh.joined(10, 60, CONFIG);
    Node putting = mesh.node(3);
    for (int i = 0; i < CONFIG.searchesMax(); i++) {
      putting.machine().findValue(1000 + i, key("other " + i), 1, mesh.nowNanos());
    }
    assertThat(putting.putValue(KEY, value(1))).isZero();
    assertThat(putting.held(KEY)).contains(value(1));
    run(mesh, 3);
    assertThat(holders(mesh, putting, KEY, value(1))).isGreaterThanOrEqualTo(K - 1);
  }
}
