package io.surgemesh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class KeyOrderTest {
  private static final List<Long> WORDS = List.of(-1L, 1L, 8L, Long.MIN_VALUE, 9L);

  @Test
  void wordsAreUnsigned() {
    assertThat(WORDS.stream().sorted(KeyOrder.ascending(Long::longValue)))
        .containsExactly(1L, 8L, 9L, Long.MIN_VALUE, -1L);
  }

  @Test
  void theNearestShareTheLongestPrefix() {
    assertThat(WORDS.stream().sorted(KeyOrder.nearestTo(-2, Long::longValue)))
        .containsExactly(-1L, Long.MIN_VALUE, 8L, 9L, 1L);
  }

  @Test
  void theFirstPlaceIsThatOfTheWordOrOfTheNextOrTheEnd() {
    List<Long> sorted = List.of(1L, 8L, 9L, Long.MIN_VALUE);
    assertThat(KeyOrder.firstFrom(sorted::get, 8, 0, 4)).isEqualTo(1);
    assertThat(KeyOrder.firstFrom(sorted::get, 2, 0, 4)).isEqualTo(1);
    assertThat(KeyOrder.firstFrom(sorted::get, 1, 2, 4)).isEqualTo(2);
    assertThat(KeyOrder.firstFrom(sorted::get, -1, 0, 4)).isEqualTo(4);
  }
}
