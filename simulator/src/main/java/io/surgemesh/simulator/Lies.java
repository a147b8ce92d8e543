package io.surgemesh.simulator;

import io.surgemesh.multiformats.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What a liar says in place of answers: the answer to another question, or the right one with a bit
 * changed; never the right one.
 *
 * <p>Remembers at most {@value #ANSWERS_MAX} answers, of which a further one takes a random place.
 */
final class Lies {
  static final int ANSWERS_MAX = 64;

  private record Answer(Bytes question, Bytes said) {}

  private final RandomGenerator random;
  private final List<Answer> heard = new ArrayList<>();

  Lies(RandomGenerator random) {
    this.random = random;
  }

  /** Returns a lie, and remembers the answer for others. */
  byte[] insteadOf(byte[] question, byte[] answer) {
    Answer right = new Answer(Bytes.of(question), Bytes.of(answer));
    List<Answer> others = new ArrayList<>(heard);
    others.removeIf(
        other -> other.question.equals(right.question) || other.said.equals(right.said));
    remember(right);
    return others.isEmpty() || random.nextBoolean()
        ? changed(answer)
        : others.get(random.nextInt(others.size())).said.toByteArray();
  }

  /** Returns how many answers are remembered. */
  int size() {
    return heard.size();
  }

  private void remember(Answer answer) {
    if (heard.size() < ANSWERS_MAX) {
      heard.add(answer);
    } else {
      heard.set(random.nextInt(ANSWERS_MAX), answer);
    }
  }

  private byte[] changed(byte[] answer) {
    // An answer without a bit becomes one byte.
    byte[] changed = Arrays.copyOf(answer, Math.max(1, answer.length));
    if (answer.length > 0) {
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
    }
    return changed;
  }
}
