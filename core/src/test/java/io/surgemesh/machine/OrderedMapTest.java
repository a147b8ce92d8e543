package io.surgemesh.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderedMapTest {
  /** A key of which many have one hash. */
  private record Key(int number, int hash) {
    @Override
    public int hashCode() {
      return hash;
    }
  }

  private final OrderedMap<Integer, String> map = new OrderedMap<>();

  private void fill(int count) {
    for (int i = 0; i < count; i++) {
      map.put(i, "value " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 1000})
  void doesAsALinkedHashMapDoes(int hashes) {
    SplittableRandom random = new SplittableRandom(hashes);
    for (int run = 0; run < 200; run++) {
      Map<Key, Integer> ours = new OrderedMap<>();
      Map<Key, Integer> theirs = new LinkedHashMap<>();
      int keys = 1 + random.nextInt(60);
      int removing = random.nextInt(100);
      for (int step = 0; step < 300; step++) {
        int number = random.nextInt(keys);
        Key key = new Key(number, number % hashes * 0x10001);
        if (random.nextInt(100) < removing) {
          assertThat(ours.remove(key)).isEqualTo(theirs.remove(key));
        } else if (random.nextInt(50) == 0) {
          int odd = random.nextInt(2);
          assertThat(ours.values().removeIf(value -> value % 2 == odd))
              .isEqualTo(theirs.values().removeIf(value -> value % 2 == odd));
        } else {
          assertThat(ours.put(key, step)).isEqualTo(theirs.put(key, step));
        }
        assertThat(ours.get(key)).isEqualTo(theirs.get(key));
        assertThat(ours).hasSameSizeAs(theirs);
      }
      assertThat(ours.entrySet()).containsExactlyElementsOf(theirs.entrySet());
      assertThat(ours.values()).containsExactlyElementsOf(theirs.values());
      List<Key> walked = new ArrayList<>();
      ours.forEach((key, value) -> walked.add(key));
      assertThat(walked).containsExactlyElementsOf(theirs.keySet());
    }
  }

  @Test
  void whoBecomesEmptierGivesRoomBack() {
    fill(1000);
    assertThat(map.places()).isGreaterThanOrEqualTo(1000);
    for (int i = 0; i < 990; i++) {
      map.remove(i);
    }
    assertThat(map.places()).isLessThan(100);
    assertThat(map.keySet()).containsExactly(990, 991, 992, 993, 994, 995, 996, 997, 998, 999);
    assertThat(map.get(995)).isEqualTo("value 995");
  }

  @Test
  void keysThatComeAndGoTakeNoMoreRoom() {
    fill(20);
    int before = map.places();
    for (int i = 0; i < 100_000; i++) {
      map.remove(i);
      map.put(i + 20, "later");
    }
    assertThat(map.places()).isLessThanOrEqualTo(2 * before);
    assertThat(map.keySet()).first().isEqualTo(100_000);
  }

  @Test
  void aChangeWhileItIsWalkedOverIsNoticed() {
    fill(10);
    assertThatExceptionOfType(ConcurrentModificationException.class)
        .isThrownBy(() -> map.forEach((key, value) -> map.remove(9 - key)));
    Iterator<String> values = map.values().iterator();
    values.next();
    map.put(100, "new");
    assertThatExceptionOfType(ConcurrentModificationException.class).isThrownBy(values::next);
  }

  @Test
  void aValueMayBeReplacedWhileItIsWalkedOver() {
    fill(10);
    map.forEach((key, value) -> map.put(key, value + "!"));
    assertThat(map.values()).allMatch(value -> value.endsWith("!"));
  }

  @Test
  void anIteratorEndsAndRemovesEachOnce() {
    fill(1);
    Iterator<String> values = map.values().iterator();
    assertThatIllegalStateException().isThrownBy(values::remove);
    values.next();
    values.remove();
    assertThatIllegalStateException().isThrownBy(values::remove);
    assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(values::next);
    assertThat(map).isEmpty();
  }

  @Test
  void whatIsClearedBeginsAnew() {
    fill(100);
    map.clear();
    assertThat(map).isEmpty();
    assertThat(map.get(5)).isNull();
    fill(3);
    assertThat(map.keySet()).containsExactly(0, 1, 2);
  }
}
