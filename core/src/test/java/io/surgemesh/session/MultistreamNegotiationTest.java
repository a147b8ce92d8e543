package io.surgemesh.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.session.MultistreamNegotiation.Agreed;
import io.surgemesh.session.MultistreamNegotiation.Failed;
import io.surgemesh.session.MultistreamNegotiation.Output;
import io.surgemesh.session.MultistreamNegotiation.Reason;
import io.surgemesh.session.MultistreamNegotiation.Send;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MultistreamNegotiationTest {
  private static final String HEADER = "/multistream/1.0.0";

  private static byte[] lines(String... texts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String text : texts) {
      byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
      if (body.length > 127) {
        bytes.write((body.length & 0x7f) | 0x80);
        bytes.write(body.length >>> 7);
      } else {
        bytes.write(body.length);
      }
      bytes.writeBytes(body);
    }
    return bytes.toByteArray();
  }

  private static List<Output> outputs(MultistreamNegotiation machine) {
    List<Output> outputs = new ArrayList<>();
    for (Output output = machine.poll(); output != null; output = machine.poll()) {
      outputs.add(output);
    }
    return outputs;
  }

  private static List<Output> feed(MultistreamNegotiation machine, byte[] bytes) {
    machine.onBytes(ByteBuffer.wrap(bytes), 0);
    return outputs(machine);
  }

  private static void assertFails(MultistreamNegotiation machine, byte[] bytes, Reason reason) {
    List<Output> outputs = feed(machine, bytes);
    assertThat(outputs.get(outputs.size() - 1)).isEqualTo(new Failed(reason));
    assertThat(feed(machine, lines(HEADER, "/a"))).isEmpty();
  }

  @Test
  void theProposerSendsHeaderAndFirstProposalAtOnce() {
    MultistreamNegotiation dialer = MultistreamNegotiation.proposing(List.of("/a", "/b"));
    List<Output> first = outputs(dialer);
    assertThat(first).hasSize(1);
    assertThat(((Send) first.get(0)).bytes().array()).isEqualTo(lines(HEADER, "/a"));
  }

  @Test
  void theSecondProposalFollowsARefusal() {
    MultistreamNegotiation dialer = MultistreamNegotiation.proposing(List.of("/a", "/b"));
    outputs(dialer);
    List<Output> second = feed(dialer, lines(HEADER, "na"));
    assertThat(((Send) second.get(0)).bytes().array()).isEqualTo(lines("/b"));
    assertThat(feed(dialer, lines("/b"))).containsExactly(new Agreed("/b"));
  }

  @Test
  void noProposalAcceptedIsNoCommonProtocol() {
    MultistreamNegotiation dialer = MultistreamNegotiation.proposing(List.of("/a"));
    outputs(dialer);
    assertFails(dialer, lines(HEADER, "na"), Reason.NO_COMMON_PROTOCOL);
  }

  @Test
  void anAnswerThatWasNotProposedIsMalformed() {
    MultistreamNegotiation dialer = MultistreamNegotiation.proposing(List.of("/a"));
    outputs(dialer);
    assertFails(dialer, lines(HEADER, "/b"), Reason.MALFORMED);
  }

  @Test
  void theChooserAgreesAndLeavesWhatFollows() {
    MultistreamNegotiation listener = MultistreamNegotiation.choosing("/b"::equals);
    ByteBuffer bytes = ByteBuffer.allocate(100);
    bytes.put(lines(HEADER, "/a", "/b")).put("data".getBytes(StandardCharsets.UTF_8)).flip();
    listener.onBytes(bytes, 0);
    List<Output> outputs = outputs(listener);
    assertThat(((Send) outputs.get(0)).bytes().array()).isEqualTo(lines(HEADER));
    assertThat(((Send) outputs.get(1)).bytes().array()).isEqualTo(lines("na"));
    assertThat(((Send) outputs.get(2)).bytes().array()).isEqualTo(lines("/b"));
    assertThat(outputs.get(3)).isEqualTo(new Agreed("/b"));
    assertThat(bytes.remaining()).isEqualTo(4);
  }

  @Test
  void bytesMayComeOneByOne() {
    MultistreamNegotiation listener = MultistreamNegotiation.choosing("/b"::equals);
    List<Output> all = new ArrayList<>();
    for (byte b : lines(HEADER, "/b")) {
      all.addAll(feed(listener, new byte[] {b}));
    }
    assertThat(all.get(all.size() - 1)).isEqualTo(new Agreed("/b"));
  }

  @Test
  void listingIsOff() {
    MultistreamNegotiation listener = MultistreamNegotiation.choosing("/b"::equals);
    List<Output> outputs = feed(listener, lines(HEADER, "ls"));
    assertThat(((Send) outputs.get(1)).bytes().array()).isEqualTo(lines("na"));
  }

  @Test
  void aLineOfTheLongestLengthIsReadAndALongerOneIsMalformed() {
    String longest = "/" + "x".repeat(MultistreamNegotiation.LINE_BYTES_MAX - 2);
    MultistreamNegotiation listener = MultistreamNegotiation.choosing(longest::equals);
    List<Output> outputs = feed(listener, lines(HEADER, longest));
    assertThat(outputs).contains(new Agreed(longest));
    assertFails(
        MultistreamNegotiation.choosing(p -> false),
        lines(HEADER, longest + "x"),
        Reason.MALFORMED);
  }

  @Test
  void malformedLinesFail() {
    List<byte[]> table =
        List.of(
            lines("/multistream/2.0.0"),
            new byte[] {0},
            new byte[] {(byte) 0x80, 0},
            new byte[] {(byte) 0x85, 0},
            new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff},
            new byte[] {3, '/', 'a', 'b'},
            new byte[] {(byte) 0x81, 0x08});
    for (byte[] bytes : table) {
      assertFails(MultistreamNegotiation.choosing(p -> true), bytes, Reason.MALFORMED);
    }
  }

  @Test
  void proposalsAreBounded() {
    MultistreamNegotiation listener = MultistreamNegotiation.choosing(p -> false);
    List<Output> outputs = feed(listener, lines(HEADER));
    for (int i = 0; i < MultistreamNegotiation.PROPOSALS_MAX; i++) {
      outputs = feed(listener, lines("/" + i));
    }
    assertThat(outputs).endsWith(new Failed(Reason.NO_COMMON_PROTOCOL));
  }

  @Test
  void noBytesMakeItThrow() {
    SplittableRandom random = new SplittableRandom(42);
    byte[] valid = lines(HEADER, "/a", "/b", "na", "ls");
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = valid.clone();
      for (int j = random.nextInt(5); j >= 0; j--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      feed(MultistreamNegotiation.choosing("/b"::equals), bytes);
      feed(MultistreamNegotiation.proposing(List.of("/x", "/b")), bytes);
    }
  }
}
