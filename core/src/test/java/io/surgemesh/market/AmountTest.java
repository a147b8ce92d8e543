package io.surgemesh.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.multiformats.MalformedMessageException;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class AmountTest {
  @Test
  void everyAmountIsReadBackAsItWasWritten() throws MalformedMessageException {
    Trades trades = new Trades(1);
    for (int bits = 0; bits <= 256; bits++) {
      Amount amount = trades.amount(bits);
      assertThat(Amount.decode(amount.encode())).isEqualTo(amount).hasSameHashCodeAs(amount);
      assertThat(Amount.parse(amount.toString())).isEqualTo(amount);
    }
    assertThat(Amount.decode(Amount.MAX.encode())).isEqualTo(Amount.MAX);
  }

  @Test
  void zeroTakesNoBytes() {
    assertThat(Amount.ZERO.encode()).isEmpty();
    assertThat(Amount.of(256).encode()).containsExactly(1, 0);
  }

  @Test
  void encodingsThatAreNotMinimalOrTooLongAreRefused() {
    assertThatThrownBy(() -> Amount.decode(new byte[] {0}))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> Amount.decode(new byte[] {0, 5}))
        .isInstanceOf(MalformedMessageException.class);
    byte[] tooLong = new byte[33];
    tooLong[0] = 1;
    assertThatThrownBy(() -> Amount.decode(tooLong)).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void arithmeticThatLeavesTheRangeIsEmpty() {
    assertThat(Amount.MAX.plus(Amount.of(1))).isEmpty();
    assertThat(Amount.MAX.plus(Amount.ZERO)).contains(Amount.MAX);
    assertThat(Amount.MAX.plusOrMax(Amount.MAX)).isEqualTo(Amount.MAX);
    assertThat(Amount.of(1).minus(Amount.of(2))).isEmpty();
    assertThat(Amount.of(5).minus(Amount.of(2))).contains(Amount.of(3));
    assertThat(Amount.MAX.times(2)).isEmpty();
    assertThat(Amount.of(3).times(-1)).isEmpty();
    assertThat(Amount.of(3).times(7)).contains(Amount.of(21));
    assertThat(Amount.of(BigInteger.ONE.shiftLeft(256))).isEmpty();
    assertThat(Amount.of(BigInteger.valueOf(-1))).isEmpty();
  }

  @Test
  void orderIsThatOfUnsignedNumbers() {
    assertThat(Amount.MAX).isGreaterThan(Amount.of(Long.MAX_VALUE));
    assertThat(Amount.of(2).min(Amount.of(1))).isEqualTo(Amount.of(1));
  }

  @Test
  void textThatIsNoDecimalNumberIsRefused() {
    for (String text : new String[] {"", "-1", "+1", "1.0", "1e3", "NaN", "٣", "9".repeat(79)}) {
      assertThatThrownBy(() -> Amount.parse(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> Amount.parse("9".repeat(78)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Amount.of(-1)).isInstanceOf(IllegalArgumentException.class);
  }
}
