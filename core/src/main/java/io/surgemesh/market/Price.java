package io.surgemesh.market;

import com.google.protobuf.ByteString;
import io.surgemesh.multiformats.MalformedMessageException;
import java.math.BigInteger;

/**
 * What a provider asks, in the smallest unit of {@code unit}.
 *
 * <p>Processor and memory are billed as reserved: what the terms name, for as long as the job held
 * it. That is what a requestor can check with its own clock.
 *
 * @param unit the unit of account, 1 to {@value #UNIT_BYTES_MAX} bytes, {@value #CREDIT} by default
 * @param perCpuSecond for 1,000 millicores held for a second
 * @param perGibSecond for 2^30 bytes of memory held for a second
 * @param perGibMoved for 2^30 bytes of input and output together
 * @param start once per job
 * @param negotiable whether a lower price may be proposed
 */
public record Price(
    String unit,
    Amount perCpuSecond,
    Amount perGibSecond,
    Amount perGibMoved,
    Amount start,
    boolean negotiable) {
  /** The unit of account of those who name none. */
  public static final String CREDIT = "credit";

  /** The longest name of a unit, in bytes. */
  public static final int UNIT_BYTES_MAX = 32;

  private static final BigInteger NANOS_PER_SECOND = BigInteger.valueOf(1_000_000_000L);
  private static final BigInteger CPU_DIVISOR = NANOS_PER_SECOND.multiply(BigInteger.valueOf(1000));
  private static final BigInteger GIB = BigInteger.ONE.shiftLeft(30);
  private static final BigInteger MEMORY_DIVISOR = NANOS_PER_SECOND.multiply(GIB);

  /**
   * Checks the unit's form.
   *
   * @throws IllegalArgumentException when it is empty, too long or not plain text
   */
  public Price {
    Ranges.require(!unit.isEmpty(), "unit is empty");
    Ranges.requireLabel(unit, UNIT_BYTES_MAX, "unit");
  }

  /** Returns the posted price of {@code perCpuSecond} credits, everything else free. */
  public static Price perCpuSecond(long perCpuSecond) {
    return new Price(CREDIT, Amount.of(perCpuSecond), Amount.ZERO, Amount.ZERO, Amount.ZERO, false);
  }

  /**
   * Returns what {@code usage} costs under {@code terms}, at most their cap.
   *
   * <p>The sum of four parts: the start; perCpuSecond x millicores x run nanoseconds / 10^12;
   * perGibSecond x memory bytes x run nanoseconds / (2^30 x 10^9); perGibMoved x (input + output
   * bytes) / 2^30. Each part is computed exactly and then rounded down.
   */
  public Amount amount(Usage usage, Terms terms) {
    BigInteger cost = cost(usage, terms.cpuMillicores(), terms.memoryBytes());
    return Amount.of(cost).orElse(Amount.MAX).min(terms.amountMax());
  }

  /** The exact sum of rounded parts, of any size. */
  BigInteger cost(Usage usage, int cpuMillicores, long memoryBytes) {
    BigInteger runNanos = BigInteger.valueOf(usage.runNanos());
    BigInteger cpu =
        perCpuSecond
            .toBigInteger()
            .multiply(BigInteger.valueOf(cpuMillicores))
            .multiply(runNanos)
            .divide(CPU_DIVISOR);
    BigInteger memory =
        perGibSecond
            .toBigInteger()
            .multiply(BigInteger.valueOf(memoryBytes))
            .multiply(runNanos)
            .divide(MEMORY_DIVISOR);
    BigInteger moved =
        BigInteger.valueOf(usage.inputBytes())
            .add(BigInteger.valueOf(usage.outputBytes()))
            .multiply(perGibMoved.toBigInteger())
            .divide(GIB);
    return start.toBigInteger().add(cpu).add(memory).add(moved);
  }

  io.surgemesh.wire.pb.Price toMessage() {
    return io.surgemesh.wire.pb.Price.newBuilder()
        .setUnit(unit.equals(CREDIT) ? "" : unit)
        .setPerCpuSecond(ByteString.copyFrom(perCpuSecond.encode()))
        .setPerGibSecond(ByteString.copyFrom(perGibSecond.encode()))
        .setPerGibMoved(ByteString.copyFrom(perGibMoved.encode()))
        .setStart(ByteString.copyFrom(start.encode()))
        .setNegotiable(negotiable)
        .build();
  }

  static Price fromMessage(io.surgemesh.wire.pb.Price message) throws MalformedMessageException {
    Amount perCpuSecond = Amount.decode(message.getPerCpuSecond().toByteArray());
    Amount perGibSecond = Amount.decode(message.getPerGibSecond().toByteArray());
    Amount perGibMoved = Amount.decode(message.getPerGibMoved().toByteArray());
    Amount start = Amount.decode(message.getStart().toByteArray());
    String unit = message.getUnit().isEmpty() ? CREDIT : message.getUnit();
    return Decoding.value(
        () ->
            new Price(
                unit, perCpuSecond, perGibSecond, perGibMoved, start, message.getNegotiable()));
  }
}
