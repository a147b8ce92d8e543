package io.surgemesh.job;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.surgemesh.market.Agreement;
import io.surgemesh.market.Receipt;
import io.surgemesh.market.Task;
import io.surgemesh.market.Terms;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.PeerText;
import io.surgemesh.wire.ProtobufScan;
import io.surgemesh.wire.ScanLimits;
import java.util.ArrayList;
import java.util.List;

/** Control frames as bytes. */
final class ControlCodec {
  /** The longest control frame, in bytes. */
  static final int FRAME_BYTES_MAX = 64 * 1024;

  /** The longest line for people, in characters once escaped. */
  static final int LINE_MAX = 200;

  private static final int PERMILLE_MAX = 1000;
  private static final ScanLimits LIMITS = new ScanLimits(FRAME_BYTES_MAX, 256, 6);

  /** A frame and its place in the sequence of its direction. */
  record Numbered(long number, Control control) {}

  private ControlCodec() {}

  static byte[] encode(long number, Control control) {
    io.surgemesh.wire.pb.Control.Builder frame =
        io.surgemesh.wire.pb.Control.newBuilder().setNumber(number);
    switch (control.kind()) {
      case ASK -> frame.setAsk(encode((Control.Ask) control));
      case QUOTE -> frame.setQuote(encode((Control.Quote) control));
      case ACCEPT -> frame.setAccept(encode((Control.Accept) control));
      case COMMIT ->
          frame.setCommit(
              io.surgemesh.wire.pb.Commit.newBuilder()
                  .setSignature(string(((Control.Commit) control).signature())));
      case REFUSE -> frame.setRefuse(encode((Control.Refuse) control));
      case CANCEL -> frame.setCancel(encode((Control.Cancel) control));
      case PROGRESS -> frame.setProgress(encode((Control.Progress) control));
      case RECEIPT -> frame.setReceipt(encode((Control.ReceiptFrame) control));
      case RECEIPT_ACK -> frame.setReceiptAck(encode((Control.ReceiptAck) control));
      case KEEP_ALIVE -> frame.setKeepAlive(io.surgemesh.wire.pb.KeepAlive.getDefaultInstance());
    }
    return frame.build().toByteArray();
  }

  private static io.surgemesh.wire.pb.Ask encode(Control.Ask ask) {
    return io.surgemesh.wire.pb.Ask.newBuilder()
        .setOfferHash(string(ask.offerHash()))
        .setJobSpec(ByteString.copyFrom(ask.task().encode()))
        .setWanted(encode(ask.wanted()))
        .build();
  }

  private static io.surgemesh.wire.pb.Quote encode(Control.Quote quote) {
    return io.surgemesh.wire.pb.Quote.newBuilder()
        .setTerms(encode(quote.terms()))
        .setHeldMillis(quote.heldMillis())
        .build();
  }

  private static io.surgemesh.wire.pb.Accept encode(Control.Accept accept) {
    return io.surgemesh.wire.pb.Accept.newBuilder()
        .setAgreement(ByteString.copyFrom(accept.agreement().encode()))
        .setSignature(string(accept.signature()))
        .setJobSpec(ByteString.copyFrom(accept.task().encode()))
        .build();
  }

  private static io.surgemesh.wire.pb.Refuse encode(Control.Refuse refuse) {
    io.surgemesh.wire.pb.Refuse.Builder message =
        io.surgemesh.wire.pb.Refuse.newBuilder().setLine(refuse.line());
    for (Refusal reason : refuse.reasons()) {
      message.addReasons(
          io.surgemesh.wire.pb.Reason.newBuilder()
              .setConstraint(reason.constraint().toMessage())
              .setWanted(reason.wanted())
              .setHad(reason.had())
              .setRetryAfterMillis(reason.retryAfterMillis()));
    }
    return message.build();
  }

  private static io.surgemesh.wire.pb.Cancel encode(Control.Cancel cancel) {
    return io.surgemesh.wire.pb.Cancel.newBuilder()
        .setReason(cancel.cause().toMessage())
        .setLine(cancel.line())
        .build();
  }

  private static io.surgemesh.wire.pb.Progress encode(Control.Progress progress) {
    return io.surgemesh.wire.pb.Progress.newBuilder()
        .setPermille(progress.permille())
        .setInputBytes(progress.inputBytes())
        .build();
  }

  private static io.surgemesh.wire.pb.Receipt encode(Control.ReceiptFrame frame) {
    return io.surgemesh.wire.pb.Receipt.newBuilder()
        .setReceipt(ByteString.copyFrom(frame.receipt().encode()))
        .setSignature(string(frame.signature()))
        .build();
  }

  private static io.surgemesh.wire.pb.ReceiptAck encode(Control.ReceiptAck ack) {
    return io.surgemesh.wire.pb.ReceiptAck.newBuilder()
        .setNumber(ack.number())
        .setSignature(string(ack.signature()))
        .build();
  }

  private static io.surgemesh.wire.pb.Terms encode(Terms terms) {
    try {
      return io.surgemesh.wire.pb.Terms.parseFrom(terms.encode());
    } catch (InvalidProtocolBufferException impossible) {
      throw new AssertionError("terms encode to what they decode from", impossible);
    }
  }

  /**
   * Reads a frame.
   *
   * @throws MalformedMessageException when it is malformed or a value out of range; nothing else is
   *     thrown, whatever the bytes
   */
  static Numbered decode(byte[] encoded) throws MalformedMessageException {
    io.surgemesh.wire.pb.Control frame =
        ProtobufScan.parse(io.surgemesh.wire.pb.Control.getDefaultInstance(), encoded, LIMITS);
    return new Numbered(frame.getNumber(), control(frame));
  }

  private static Control control(io.surgemesh.wire.pb.Control frame)
      throws MalformedMessageException {
    return switch (frame.getFrameCase()) {
      case ASK -> ask(frame.getAsk());
      case QUOTE ->
          new Control.Quote(terms(frame.getQuote().getTerms()), frame.getQuote().getHeldMillis());
      case ACCEPT -> accept(frame.getAccept());
      case COMMIT -> new Control.Commit(bytes(frame.getCommit().getSignature()));
      case REFUSE -> refuse(frame.getRefuse());
      case CANCEL ->
          new Control.Cancel(
              CancelCause.fromMessage(frame.getCancel().getReason()),
              PeerText.escape(frame.getCancel().getLine(), LINE_MAX));
      case PROGRESS -> progress(frame.getProgress());
      case RECEIPT ->
          new Control.ReceiptFrame(
              Receipt.decode(frame.getReceipt().getReceipt().toByteArray()),
              bytes(frame.getReceipt().getSignature()));
      case RECEIPT_ACK ->
          new Control.ReceiptAck(
              frame.getReceiptAck().getNumber(), bytes(frame.getReceiptAck().getSignature()));
      case KEEP_ALIVE -> new Control.KeepAlive();
      case FRAME_NOT_SET -> throw new MalformedMessageException("control frame says nothing known");
    };
  }

  private static Control ask(io.surgemesh.wire.pb.Ask ask) throws MalformedMessageException {
    return new Control.Ask(
        bytes(ask.getOfferHash()),
        Task.decode(ask.getJobSpec().toByteArray()),
        terms(ask.getWanted()));
  }

  private static Control accept(io.surgemesh.wire.pb.Accept accept)
      throws MalformedMessageException {
    return new Control.Accept(
        Agreement.decode(accept.getAgreement().toByteArray()),
        bytes(accept.getSignature()),
        Task.decode(accept.getJobSpec().toByteArray()));
  }

  private static Control refuse(io.surgemesh.wire.pb.Refuse refuse)
      throws MalformedMessageException {
    if (refuse.getReasonsCount() > Refusal.REASONS_MAX) {
      throw new MalformedMessageException("too many reasons");
    }
    List<Refusal> reasons = new ArrayList<>();
    for (io.surgemesh.wire.pb.Reason reason : refuse.getReasonsList()) {
      reasons.add(
          new Refusal(
              Constraint.fromMessage(reason.getConstraint()),
              reason.getWanted(),
              reason.getHad(),
              reason.getRetryAfterMillis()));
    }
    return new Control.Refuse(reasons, PeerText.escape(refuse.getLine(), LINE_MAX));
  }

  private static Control progress(io.surgemesh.wire.pb.Progress progress)
      throws MalformedMessageException {
    int permille = progress.getPermille();
    if (permille < 0 || permille > PERMILLE_MAX || progress.getInputBytes() < 0) {
      throw new MalformedMessageException("progress out of range");
    }
    return new Control.Progress(permille, progress.getInputBytes());
  }

  private static Terms terms(io.surgemesh.wire.pb.Terms terms) throws MalformedMessageException {
    return Terms.decode(terms.toByteArray());
  }

  private static ByteString string(Bytes bytes) {
    return ByteString.copyFrom(bytes.toByteArray());
  }

  private static Bytes bytes(ByteString string) {
    return Bytes.of(string.toByteArray());
  }
}
