package io.surgemesh.market;

import com.google.protobuf.ByteString;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.ProtobufScan;
import io.surgemesh.wire.ScanLimits;
import java.time.Duration;

/**
 * What requestor and provider agree for one job.
 *
 * @param price the rates
 * @param cpuMillicores reserved; 1 to {@value Resources#CPU_MILLICORES_MAX}
 * @param memoryBytes reserved; 1 to 2^50
 * @param inputBytesMax longest input; 0 to 2^50
 * @param outputBytesMax longest output; 0 to 2^50
 * @param runMax from Commit to the final receipt; 1 ms to 7 days
 * @param grace silence after which the lease is in doubt; 3 s to 10 min
 * @param receiptInterval interim receipts come no closer than this; 100 ms to 1 h
 * @param amountMax the cap: no receipt may claim more
 */
public record Terms(
    Price price,
    int cpuMillicores,
    long memoryBytes,
    long inputBytesMax,
    long outputBytesMax,
    Duration runMax,
    Duration grace,
    Duration receiptInterval,
    Amount amountMax) {
  /** The longest run. */
  public static final Duration RUN_MAX = Duration.ofDays(7);

  /** The grace of those who name none. */
  public static final Duration GRACE = Duration.ofSeconds(15);

  private static final Duration GRACE_MIN = Duration.ofSeconds(3);
  private static final Duration GRACE_MAX = Duration.ofMinutes(10);
  private static final Duration INTERVAL_MIN = Duration.ofMillis(100);
  private static final Duration INTERVAL_MAX = Duration.ofHours(1);
  private static final ScanLimits LIMITS = new ScanLimits(512, 32, 3);

  /**
   * Checks the ranges and cuts the durations to whole milliseconds.
   *
   * @throws IllegalArgumentException naming the value out of range
   */
  public Terms {
    Ranges.require(cpuMillicores, 1, Resources.CPU_MILLICORES_MAX, "cpuMillicores");
    Ranges.require(memoryBytes, 1, Ranges.BYTES_MAX, "memoryBytes");
    Ranges.require(inputBytesMax, 0, Ranges.BYTES_MAX, "inputBytesMax");
    Ranges.require(outputBytesMax, 0, Ranges.BYTES_MAX, "outputBytesMax");
    runMax = Spans.millis(runMax, Duration.ofMillis(1), RUN_MAX, "runMax");
    grace = Spans.millis(grace, GRACE_MIN, GRACE_MAX, "grace");
    receiptInterval = Spans.millis(receiptInterval, INTERVAL_MIN, INTERVAL_MAX, "receiptInterval");
  }

  /** Returns what {@code usage} costs under these terms; see {@link Price#amount}. */
  public Amount amount(Usage usage) {
    return price.amount(usage, this);
  }

  /** Returns these terms with another price. */
  public Terms withPrice(Price other) {
    return new Terms(
        other,
        cpuMillicores,
        memoryBytes,
        inputBytesMax,
        outputBytesMax,
        runMax,
        grace,
        receiptInterval,
        amountMax);
  }

  /** Returns these terms with another cap. */
  public Terms withAmountMax(Amount other) {
    return new Terms(
        price,
        cpuMillicores,
        memoryBytes,
        inputBytesMax,
        outputBytesMax,
        runMax,
        grace,
        receiptInterval,
        other);
  }

  /**
   * Reads what {@link #encode} wrote; for terms that are proposed, which nobody signs.
   *
   * @throws MalformedMessageException when it is malformed or a value out of range
   */
  public static Terms decode(byte[] encoded) throws MalformedMessageException {
    return fromMessage(
        ProtobufScan.parse(io.surgemesh.wire.pb.Terms.getDefaultInstance(), encoded, LIMITS));
  }

  /** Returns the protobuf form, at most 512 bytes. */
  public byte[] encode() {
    return toMessage().toByteArray();
  }

  io.surgemesh.wire.pb.Terms toMessage() {
    return io.surgemesh.wire.pb.Terms.newBuilder()
        .setPrice(price.toMessage())
        .setCpuMillicores(cpuMillicores)
        .setMemoryBytes(memoryBytes)
        .setInputBytesMax(inputBytesMax)
        .setOutputBytesMax(outputBytesMax)
        .setRunMillisMax((int) runMax.toMillis())
        .setGraceMillis((int) grace.toMillis())
        .setReceiptIntervalMillis((int) receiptInterval.toMillis())
        .setAmountMax(ByteString.copyFrom(amountMax.encode()))
        .build();
  }

  static Terms fromMessage(io.surgemesh.wire.pb.Terms message) throws MalformedMessageException {
    Decoding.require(message.hasPrice(), "terms without a price");
    Price price = Price.fromMessage(message.getPrice());
    Amount amountMax = Amount.decode(message.getAmountMax().toByteArray());
    return Decoding.value(
        () ->
            new Terms(
                price,
                message.getCpuMillicores(),
                message.getMemoryBytes(),
                message.getInputBytesMax(),
                message.getOutputBytesMax(),
                Spans.ofUnsignedMillis(message.getRunMillisMax()),
                Spans.ofUnsignedMillis(message.getGraceMillis()),
                Spans.ofUnsignedMillis(message.getReceiptIntervalMillis()),
                amountMax));
  }
}
