package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LiesTest {
  private final Lies lies = new Lies(new SplittableRandom(1));

  @Test
  void theRightAnswerIsNeverGivenThoughItIsAllThatWasHeard() {
    byte[] right = {7};
    for (int question = 0; question < 100; question++) {
      assertThat(lies.insteadOf(new byte[] {(byte) question}, right)).isNotEqualTo(right);
    }
  }

  @Test
  void anEmptyAnswerBecomesAByteOrThatOfAnotherQuestion() {
    assertThat(lies.insteadOf(new byte[] {1}, new byte[0])).hasSize(1);
  }

  @Test
  void whatWasAnsweredToTheSameQuestionBeforeIsNoLie() {
    lies.insteadOf(new byte[] {1}, new byte[] {0, 0, 0, 0});
    for (int i = 0; i < 100; i++) {
      byte[] said = lies.insteadOf(new byte[] {1}, new byte[] {9});
      assertThat(said).hasSize(1);
    }
  }

  @Test
  void moreAnswersThanAreRememberedMakeItForgetSome() {
    for (int i = 0; i < 10 * Lies.ANSWERS_MAX; i++) {
      lies.insteadOf(new byte[] {(byte) i, (byte) (i >> 8)}, new byte[] {1, 2, 3, 4, (byte) i});
    }
    assertThat(lies.size()).isEqualTo(Lies.ANSWERS_MAX);
  }
}
