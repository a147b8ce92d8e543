package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.MINUTE;
import static io.surgemesh.dht.TestPeers.peer;
import static io.surgemesh.dht.TestValues.key;
import static io.surgemesh.dht.TestValues.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.ValueStore.Outcome;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ValueStoreTest {
  private static final PeerId SELF = peer(0);
  private static final long EXPIRY = Duration.ofDays(2).toNanos();

  private final ValueStore store = new ValueStore(SELF, TestValues.CONFIG, () -> Instant.EPOCH);

  private Optional<Bytes> held(String name, long now) {
    return store.find(key(name), now).map(ValueStore.Held::value);
  }

  @Test
  void aValueIsKeptForTwoDaysFromWhenItLastCame() {
    store.put(key("a"), value(1), peer(1), 0);
    store.put(key("b"), value(1), peer(1), 0);
    store.put(key("a"), value(1), peer(2), 20 * MINUTE);
    assertThat(held("b", EXPIRY - 1)).isPresent();
    assertThat(held("b", EXPIRY)).isEmpty();
    assertThat(held("a", EXPIRY + 20 * MINUTE - 1)).contains(value(1));
    assertThat(held("a", EXPIRY + 20 * MINUTE)).isEmpty();
    assertThat(store.size()).isZero();
  }

  @Test
  void aBetterValueTakesThePlaceAndAWorseOneDoesNot() {
    assertThat(store.put(key("a"), value(2), peer(1), 0)).isEqualTo(Outcome.KEPT);
    assertThat(store.put(key("a"), value(1), peer(2), 0)).isEqualTo(Outcome.WORSE);
    assertThat(held("a", 0)).contains(value(2));
    assertThat(store.put(key("a"), value(3), peer(2), 0)).isEqualTo(Outcome.KEPT);
    assertThat(held("a", 0)).contains(value(3));
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  void ofEquallyGoodValuesTheFirstStaysAndStartsItsTimeAnew() {
    store.put(key("a"), value(1, 8), peer(1), 0);
    assertThat(store.put(key("a"), value(1, 9), peer(2), MINUTE)).isEqualTo(Outcome.KEPT);
    assertThat(store.find(key("a"), EXPIRY + MINUTE - 1))
        .hasValueSatisfying(held -> assertThat(held.value()).isEqualTo(value(1, 8)))
        .hasValueSatisfying(held -> assertThat(held.from()).isEqualTo(peer(1)));
    assertThat(held("a", EXPIRY + MINUTE)).isEmpty();
  }

  @Test
  void aPeerFillsItsOwnShareOnlyAndThisPeerNone() {
    for (int i = 0; i < ValueStore.RECORDS_PER_PEER_MAX; i++) {
      assertThat(store.put(key("key " + i), value(1), peer(1), 0)).isEqualTo(Outcome.KEPT);
    }
    assertThat(store.put(key("one more"), value(1), peer(1), 0)).isEqualTo(Outcome.NO_ROOM);
    assertThat(store.put(key("key 5"), value(2), peer(1), 0)).isEqualTo(Outcome.KEPT);
    store.put(key("b"), value(1), peer(2), 0);
    assertThat(store.put(key("b"), value(2), peer(1), 0)).isEqualTo(Outcome.NO_ROOM);
    assertThat(store.put(key("b"), value(1), peer(1), 0)).isEqualTo(Outcome.KEPT);
    assertThat(store.put(key("key 5"), value(3), peer(2), 0)).isEqualTo(Outcome.KEPT);
    assertThat(store.put(key("one more"), value(1), peer(1), 0)).isEqualTo(Outcome.KEPT);
    for (int i = 0; i < 2 * ValueStore.RECORDS_PER_PEER_MAX; i++) {
      assertThat(store.put(key("own " + i), value(1), SELF, 0)).isEqualTo(Outcome.KEPT);
    }
  }

  @Test
  void oneNetworkFillsAnEighthHoweverManyItsIdentities() {
    int kept = 0;
    for (int i = 0; i < ValueStore.RECORDS_MAX; i++) {
      Outcome outcome = store.put(key("key " + i), value(1), peer(i % 64), 7, 0);
      kept += outcome == Outcome.KEPT ? 1 : 0;
    }
    assertThat(kept).isEqualTo(ValueStore.RECORDS_MAX / 8);
    assertThat(store.put(key("of another"), value(1), peer(100), 8, 0)).isEqualTo(Outcome.KEPT);
    assertThat(store.put(key("of none"), value(1), peer(101), 0)).isEqualTo(Outcome.KEPT);
    // It may better what it has, and nothing else.
    assertThat(store.put(key("key 0"), value(2), peer(102), 7, 0)).isEqualTo(Outcome.KEPT);
    assertThat(store.put(key("of none"), value(2), peer(102), 7, 0)).isEqualTo(Outcome.NO_ROOM);
    assertThat(store.put(key("of none"), value(2), peer(101), 7, 0)).isEqualTo(Outcome.KEPT);
    // What another betters is that one's.
    assertThat(store.put(key("key 1"), value(2), peer(100), 8, 0)).isEqualTo(Outcome.KEPT);
    assertThat(store.put(key("one more"), value(1), peer(103), 7, 0)).isEqualTo(Outcome.KEPT);
    assertThat(store.put(key("too many"), value(1), peer(103), 7, 0)).isEqualTo(Outcome.NO_ROOM);
    assertThat(store.put(key("too many"), value(1), peer(103), 7, EXPIRY)).isEqualTo(Outcome.KEPT);
  }

  @Test
  void aFullStoreRefusesNewcomersAndKeepsWhatItHas() {
    for (int i = 0; i < ValueStore.RECORDS_MAX; i++) {
      assertThat(store.put(key("key " + i), value(1), peer(i), i)).isEqualTo(Outcome.KEPT);
    }
    assertThat(store.put(key("one more"), value(1), peer(5000), 0)).isEqualTo(Outcome.NO_ROOM);
    assertThat(store.put(key("key 1"), value(2), peer(5000), 1)).isEqualTo(Outcome.KEPT);
    assertThat(store.put(key("one more"), value(1), peer(5000), EXPIRY)).isEqualTo(Outcome.KEPT);
    assertThat(store.size()).isEqualTo(ValueStore.RECORDS_MAX);
  }

  private static RestoredRecord restored(String name, int version, int sender, long restNanos) {
    KadMessage message = KadMessage.put(ValueRecord.of(key(name), value(version)));
    return new RestoredRecord(peer(sender), message, restNanos);
  }

  @Test
  void recordsOfAnEarlierLifeExpireWhenTheyWouldHave() {
    store.put(key("new"), value(1), peer(1), 0);
    store.restore(List.of(restored("soon", 1, 1, MINUTE), restored("late", 1, 1, 2 * EXPIRY)), 0);
    assertThat(held("soon", MINUTE - 1)).isPresent();
    assertThat(held("soon", MINUTE)).isEmpty();
    assertThat(store.size()).isEqualTo(2);
    assertThat(held("late", EXPIRY - 1)).isPresent();
    assertThat(held("late", EXPIRY)).isEmpty();
    assertThat(store.size()).isZero();
  }

  @Test
  void whatCameAgainSinceTheRestartStaysAsItCameUnlessTheEarlierIsBetter() {
    store.put(key("same"), value(1), peer(1), 0);
    store.put(key("older"), value(1), peer(1), 0);
    store.put(key("newer"), value(3), peer(1), 0);
    store.restore(
        List.of(
            restored("same", 1, 2, MINUTE),
            restored("older", 2, 2, MINUTE),
            restored("newer", 2, 2, MINUTE)),
        0);
    assertThat(held("older", 0)).contains(value(2));
    assertThat(held("newer", 0)).contains(value(3));
    assertThat(held("same", 2 * MINUTE)).contains(value(1));
  }

  @Test
  void theBoundsHoldForWhatComesBackToo() {
    List<RestoredRecord> many = new ArrayList<>();
    for (int i = 0; i < 2 * ValueStore.RECORDS_PER_PEER_MAX; i++) {
      many.add(restored("key " + i, 1, 1, MINUTE));
    }
    store.restore(many, 0);
    assertThat(store.size()).isEqualTo(ValueStore.RECORDS_PER_PEER_MAX);
  }

  @Test
  void itAgreesWithAPlainModelAtEachStep() {
    record Kept(int version, long expiry) {}
    SplittableRandom random = new SplittableRandom(7);
    Map<String, Kept> model = new LinkedHashMap<>();
    long now = 0;
    for (int i = 0; i < 5000; i++) {
      now += random.nextLong(4 * 60 * MINUTE);
      long at = now;
      model.values().removeIf(kept -> kept.expiry <= at);
      String name = "key " + random.nextInt(12);
      int version = random.nextInt(6);
      Outcome outcome = store.put(key(name), value(version), peer(random.nextInt(8)), now);
      Kept before = model.get(name);
      boolean worse = before != null && before.version > version;
      assertThat(outcome).isEqualTo(worse ? Outcome.WORSE : Outcome.KEPT);
      if (!worse) {
        model.put(name, new Kept(version, now + EXPIRY));
      }
      assertThat(store.size()).isEqualTo(model.size());
      String asked = "key " + random.nextInt(12);
      assertThat(held(asked, now).map(found -> ByteBuffer.wrap(found.toByteArray()).getInt()))
          .isEqualTo(Optional.ofNullable(model.get(asked)).map(Kept::version));
    }
  }
}
