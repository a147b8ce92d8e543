package io.surgemesh.session;

import io.surgemesh.machine.Machine;
import io.surgemesh.multiformats.Varint;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Agrees on one protocol by multistream-select 1.0.0, as the side that proposes or the side that
 * chooses.
 *
 * <p>The proposing side sends the header and its first proposal at once, so that agreement costs
 * one round trip; with a single proposal its data may follow at once, because a peer that agrees
 * reads on right behind the line. Lines are at most {@value #LINE_BYTES_MAX} bytes; after {@value
 * #PROPOSALS_MAX} proposals the choosing side fails. {@code ls} is answered with {@code na}.
 *
 * <p>Has no deadline of its own: who drives it has one for the whole negotiation.
 *
 * @see <a href="https://github.com/multiformats/multistream-select">multistream-select</a>
 */
public final class MultistreamNegotiation implements Machine<MultistreamNegotiation.Output> {
  /** The longest line, in bytes, with its newline (the bound of go-multistream). */
  public static final int LINE_BYTES_MAX = 1024;

  /** The most proposals made or answered in one negotiation. */
  public static final int PROPOSALS_MAX = 32;

  private static final String HEADER = "/multistream/1.0.0";
  private static final String NOT_AVAILABLE = "na";

  /** What the negotiation wants done. */
  public sealed interface Output {}

  /** Send these bytes, which belong to who takes them. */
  public record Send(ByteBuffer bytes) implements Output {}

  /** The protocol is agreed; what the last input still holds is the protocol's own data. */
  public record Agreed(String protocol) implements Output {}

  /** The negotiation is over without a protocol. */
  public record Failed(Reason reason) implements Output {}

  /** Why a negotiation failed. */
  public enum Reason {
    /**
     * The peer speaks none of the proposed protocols, or proposed too many that we do not speak, or
     * went on as if we had agreed.
     */
    NO_COMMON_PROTOCOL,
    /** The peer's bytes are no multistream-select. */
    MALFORMED
  }

  private enum State {
    HEADER,
    ANSWER,
    PROPOSAL,
    OVER
  }

  private final List<String> proposals;
  private final @Nullable Predicate<String> supported;
  private final ArrayDeque<Output> outputs = new ArrayDeque<>();
  private byte[] line = new byte[64];
  private int lineFilled;
  private int lineLength = -1;
  private int lengthPrefix;
  private int lengthPrefixBytes;
  private int proposalsSeen;
  private State state = State.HEADER;

  private MultistreamNegotiation(List<String> proposals, @Nullable Predicate<String> supported) {
    this.proposals = proposals;
    this.supported = supported;
  }

  /**
   * Returns the proposing side; its first output is ready at once.
   *
   * @param proposals in order of preference, 1 to {@value #PROPOSALS_MAX}
   */
  public static MultistreamNegotiation proposing(List<String> proposals) {
    if (proposals.isEmpty() || proposals.size() > PROPOSALS_MAX) {
      throw new IllegalArgumentException("number of proposals: " + proposals.size());
    }
    MultistreamNegotiation dialer = new MultistreamNegotiation(List.copyOf(proposals), null);
    dialer.send(HEADER, proposals.get(0));
    return dialer;
  }

  /**
   * Returns the choosing side, which speaks when spoken to.
   *
   * @param supported whether a proposed protocol is accepted; must not throw
   */
  public static MultistreamNegotiation choosing(Predicate<String> supported) {
    return new MultistreamNegotiation(List.of(), supported);
  }

  /**
   * Takes bytes from the peer and moves the position behind those used: after agreement the rest
   * stays in {@code bytes}.
   */
  public void onBytes(ByteBuffer bytes, long nowNanos) {
    while (state != State.OVER && bytes.hasRemaining()) {
      byte next = bytes.get();
      if (lineLength < 0) {
        onLengthByte(next);
      } else {
        append(next);
        if (lineFilled == lineLength) {
          onWholeLine();
        }
      }
    }
  }

  @Override
  public @Nullable Output poll() {
    return outputs.poll();
  }

  @Override
  public long deadlineNanos() {
    return NEVER;
  }

  @Override
  public void onTimeout(long nowNanos) {
    // Waits for nothing.
  }

  private void onLengthByte(byte next) {
    lengthPrefix |= (next & 0x7f) << (7 * lengthPrefixBytes);
    lengthPrefixBytes++;
    if (next < 0) {
      if (lengthPrefixBytes == 2) {
        fail(Reason.MALFORMED);
      }
    } else if (lengthPrefix == 0
        || lengthPrefix > LINE_BYTES_MAX
        || (next == 0 && lengthPrefixBytes > 1)) {
      fail(Reason.MALFORMED);
    } else {
      lineLength = lengthPrefix;
    }
  }

  private void append(byte next) {
    if (lineFilled == line.length) {
      line = java.util.Arrays.copyOf(line, Math.min(2 * line.length, LINE_BYTES_MAX));
    }
    line[lineFilled++] = next;
  }

  private void onWholeLine() {
    boolean terminated = line[lineLength - 1] == '\n';
    String text = new String(line, 0, lineLength - 1, StandardCharsets.UTF_8);
    lineLength = -1;
    lineFilled = 0;
    lengthPrefix = 0;
    lengthPrefixBytes = 0;
    if (!terminated) {
      fail(Reason.MALFORMED);
      return;
    }
    switch (state) {
      case HEADER -> onHeader(text);
      case ANSWER -> onAnswer(text);
      case PROPOSAL -> onProposal(text);
      case OVER -> {}
    }
  }

  private void onHeader(String text) {
    if (!text.equals(HEADER)) {
      fail(Reason.MALFORMED);
    } else if (supported == null) {
      state = State.ANSWER;
    } else {
      send(HEADER);
      state = State.PROPOSAL;
    }
  }

  private void onAnswer(String text) {
    if (text.equals(proposals.get(proposalsSeen))) {
      agree(text);
    } else if (!text.equals(NOT_AVAILABLE)) {
      fail(Reason.MALFORMED);
    } else if (++proposalsSeen == proposals.size()) {
      fail(Reason.NO_COMMON_PROTOCOL);
    } else {
      send(proposals.get(proposalsSeen));
    }
  }

  private void onProposal(String text) {
    if (supported != null && supported.test(text)) {
      send(text);
      agree(text);
    } else {
      send(NOT_AVAILABLE);
      if (++proposalsSeen == PROPOSALS_MAX) {
        fail(Reason.NO_COMMON_PROTOCOL);
      }
    }
  }

  private void agree(String protocol) {
    state = State.OVER;
    outputs.add(new Agreed(protocol));
  }

  private void fail(Reason reason) {
    // Behind a proposal that was refused may stand what would have followed an agreement.
    boolean eager = supported != null && proposalsSeen > 0;
    state = State.OVER;
    outputs.add(new Failed(eager ? Reason.NO_COMMON_PROTOCOL : reason));
  }

  private void send(String... lines) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String text : lines) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      Varint.write(body.length + 1L, bytes);
      bytes.writeBytes(body);
      bytes.write('\n');
    }
    outputs.add(new Send(ByteBuffer.wrap(bytes.toByteArray())));
  }
}
