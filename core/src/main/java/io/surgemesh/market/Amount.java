package io.surgemesh.market;

import io.surgemesh.multiformats.MalformedMessageException;
import java.math.BigInteger;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * An unsigned 256-bit amount in the smallest unit of a unit of account.
 *
 * <p>Nothing wraps: arithmetic that leaves the range returns an empty {@code Optional}. Immutable.
 */
public final class Amount implements Comparable<Amount> {
  /** Nothing. */
  public static final Amount ZERO = new Amount(UInt256.ZERO);

  /** The largest amount, 2^256 - 1. */
  public static final Amount MAX = new Amount(UInt256.MAX_VALUE);

  /** The longest encoding, in bytes. */
  public static final int BYTES_MAX = 32;

  private static final int DIGITS_MAX = 78;

  private final UInt256 value;

  private Amount(UInt256 value) {
    this.value = value;
  }

  /**
   * Returns the amount {@code value}.
   *
   * @throws IllegalArgumentException when it is negative
   */
  public static Amount of(long value) {
    return new Amount(UInt256.valueOf(value));
  }

  /** Returns the amount {@code value}; empty when it is negative or above {@link #MAX}. */
  public static Optional<Amount> of(BigInteger value) {
    return value.signum() < 0 || value.bitLength() > 256
        ? Optional.empty()
        : Optional.of(new Amount(UInt256.valueOf(value)));
  }

  /**
   * Returns the amount written in decimal digits.
   *
   * @throws IllegalArgumentException when it is anything else, or above {@link #MAX}
   */
  public static Amount parse(String text) {
    boolean digits =
        !text.isEmpty()
            && text.length() <= DIGITS_MAX
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
    Ranges.require(digits, "an amount is 1 to " + DIGITS_MAX + " decimal digits");
    return of(new BigInteger(text))
        .orElseThrow(() -> new IllegalArgumentException("an amount has at most 256 bits"));
  }

  /**
   * Returns the amount that {@link #encode} wrote.
   *
   * @param bigEndian at most {@value #BYTES_MAX} bytes without a leading zero byte; empty is zero
   * @throws MalformedMessageException when it is longer, or not minimal
   */
  public static Amount decode(byte[] bigEndian) throws MalformedMessageException {
    if (bigEndian.length > BYTES_MAX) {
      throw new MalformedMessageException("amount of " + bigEndian.length + " bytes");
    }
    if (bigEndian.length > 0 && bigEndian[0] == 0) {
      throw new MalformedMessageException("amount with a leading zero byte");
    }
    return new Amount(UInt256.fromBytes(Bytes.wrap(bigEndian)));
  }

  /** Returns the minimal big-endian form, 0 to {@value #BYTES_MAX} bytes. */
  public byte[] encode() {
    return value.toMinimalBytes().toArray();
  }

  /** Returns the sum; empty when it is above {@link #MAX}. */
  public Optional<Amount> plus(Amount other) {
    return of(toBigInteger().add(other.toBigInteger()));
  }

  /** Returns the difference; empty when {@code other} is larger. */
  public Optional<Amount> minus(Amount other) {
    return other.compareTo(this) > 0
        ? Optional.empty()
        : Optional.of(new Amount(value.subtract(other.value)));
  }

  /** Returns the product; empty when {@code factor} is negative or the product above the range. */
  public Optional<Amount> times(long factor) {
    return of(toBigInteger().multiply(BigInteger.valueOf(factor)));
  }

  /** Returns the sum, or {@link #MAX} when it is above that. */
  public Amount plusOrMax(Amount other) {
    return plus(other).orElse(MAX);
  }

  /** Returns the smaller of the two. */
  public Amount min(Amount other) {
    return compareTo(other) <= 0 ? this : other;
  }

  /** Returns the value as an integer, not negative. */
  public BigInteger toBigInteger() {
    return value.toUnsignedBigInteger();
  }

  @Override
  public int compareTo(Amount other) {
    return value.compareTo(other.value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Amount amount && value.equals(amount.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  /** Returns decimal digits. */
  @Override
  public String toString() {
    return toBigInteger().toString();
  }
}
