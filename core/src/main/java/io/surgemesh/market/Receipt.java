package io.surgemesh.market;

import com.google.protobuf.ByteString;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.ProtobufScan;
import io.surgemesh.wire.ScanLimits;
import io.surgemesh.wire.pb.ReceiptBody;
import java.util.Optional;

/**
 * What a job has cost so far, as the exact bytes both parties sign.
 *
 * <p>Everything in it is cumulative, so losing one receipt costs nothing: the next covers it.
 * Immutable; equal when the bytes are.
 */
public final class Receipt {
  /** The longest body accepted, in bytes. */
  public static final int BYTES_MAX = 512;

  private static final ScanLimits LIMITS = new ScanLimits(BYTES_MAX, 32, 3);

  private final Bytes body;
  private final ReceiptBody fields;
  private final Usage usage;
  private final Amount amount;

  private Receipt(ReceiptBody fields, Bytes body, Usage usage, Amount amount) {
    Ranges.require(fields.getAgreementId().size() == Decoding.HASH_BYTES, "no agreement id");
    Ranges.require(fields.getNumber(), 1, Long.MAX_VALUE, "receipt number");
    Ranges.require(fields.getOutputBytes(), 0, Ranges.BYTES_MAX, "outputBytes");
    int digestBytes = fields.getOutputSha256().size();
    Ranges.require(
        fields.getFinal()
            ? digestBytes == Decoding.HASH_BYTES
            : digestBytes == 0 && fields.getOutputBytes() == 0,
        "the final receipt, and no other, tells the output");
    this.fields = fields;
    this.body = body;
    this.usage = usage;
    this.amount = amount;
  }

  /**
   * Returns a receipt before the last.
   *
   * @param number 1, 2, 3, ... under one agreement
   * @throws IllegalArgumentException naming the value out of range
   */
  public static Receipt interim(Bytes agreementId, long number, Usage usage, Amount amount) {
    return of(body(agreementId, number, usage, amount).build(), usage, amount);
  }

  /**
   * Returns the last receipt of an agreement, which ends the job.
   *
   * @param number one more than that of the receipt before, or 1
   * @param outputSha256 SHA-256 of the whole output
   * @param outputBytes length of the output, 0 to 2^50
   * @throws IllegalArgumentException naming the value out of range
   */
  public static Receipt last(
      Bytes agreementId,
      long number,
      Usage usage,
      Amount amount,
      Bytes outputSha256,
      long outputBytes) {
    ReceiptBody fields =
        body(agreementId, number, usage, amount)
            .setFinal(true)
            .setOutputSha256(ByteString.copyFrom(outputSha256.toByteArray()))
            .setOutputBytes(outputBytes)
            .build();
    return of(fields, usage, amount);
  }

  private static ReceiptBody.Builder body(
      Bytes agreementId, long number, Usage usage, Amount amount) {
    return ReceiptBody.newBuilder()
        .setAgreementId(ByteString.copyFrom(agreementId.toByteArray()))
        .setNumber(number)
        .setUsage(usage.toMessage())
        .setAmount(ByteString.copyFrom(amount.encode()));
  }

  private static Receipt of(ReceiptBody fields, Usage usage, Amount amount) {
    return new Receipt(fields, Bytes.of(fields.toByteArray()), usage, amount);
  }

  /**
   * Reads a body as received.
   *
   * @throws MalformedMessageException when it is malformed, longer than {@value #BYTES_MAX} bytes,
   *     or a value is out of range
   */
  public static Receipt decode(byte[] body) throws MalformedMessageException {
    ReceiptBody fields = ProtobufScan.parse(ReceiptBody.getDefaultInstance(), body, LIMITS);
    Usage usage = Usage.fromMessage(fields.getUsage());
    Amount amount = Amount.decode(fields.getAmount().toByteArray());
    return Decoding.value(() -> new Receipt(fields, Bytes.of(body), usage, amount));
  }

  /** Returns this side's signature over the body, 64 bytes; slow. */
  public Bytes sign(KeyPair keyPair, Signatures signatures) {
    return SigningDomain.RECEIPT.sign(body, keyPair, signatures);
  }

  /** Returns whether {@code signer}, a party of the agreement, signed this body; slow. */
  public boolean verify(PeerId signer, Signatures signatures, Bytes signature) {
    return SigningDomain.RECEIPT.verify(signer, body, signature, signatures);
  }

  /** Returns the agreement under which the job runs. */
  public Bytes agreementId() {
    return Bytes.of(fields.getAgreementId().toByteArray());
  }

  /** Returns its place in the agreement's receipts: 1, 2, 3, ... */
  public long number() {
    return fields.getNumber();
  }

  /** Returns what was used since the Commit. */
  public Usage usage() {
    return usage;
  }

  /** Returns what is owed since the Commit. */
  public Amount amount() {
    return amount;
  }

  /** Returns whether the job ends with this receipt. */
  public boolean isFinal() {
    return fields.getFinal();
  }

  /** Returns the SHA-256 of the output; present exactly when this is final. */
  public Optional<Bytes> outputSha256() {
    return isFinal()
        ? Optional.of(Bytes.of(fields.getOutputSha256().toByteArray()))
        : Optional.empty();
  }

  /** Returns the length of the output; 0 unless this is final. */
  public long outputBytes() {
    return fields.getOutputBytes();
  }

  /** Returns the SHA-256 of the body. */
  public Bytes hash() {
    return Decoding.sha256(body.toByteArray());
  }

  /** Returns the body's bytes, exactly as made or received. */
  public byte[] encode() {
    return body.toByteArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Receipt receipt && body.equals(receipt.body);
  }

  @Override
  public int hashCode() {
    return body.hashCode();
  }

  @Override
  public String toString() {
    return "Receipt[#" + number() + (isFinal() ? " final, " : ", ") + amount + "]";
  }
}
