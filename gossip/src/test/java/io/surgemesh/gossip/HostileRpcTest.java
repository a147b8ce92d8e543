package io.surgemesh.gossip;

import static io.surgemesh.gossip.RouterHarness.TOPIC;
import static io.surgemesh.gossip.RouterHarness.data;
import static io.surgemesh.gossip.RouterHarness.graft;
import static io.surgemesh.gossip.RouterHarness.ihave;
import static io.surgemesh.gossip.RouterHarness.message;
import static io.surgemesh.gossip.RouterHarness.only;
import static io.surgemesh.gossip.RouterHarness.prune;
import static io.surgemesh.gossip.RouterHarness.subscribe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.surgemesh.gossip.pb.ControlIHave;
import io.surgemesh.gossip.pb.ControlMessage;
import io.surgemesh.gossip.pb.ControlPrune;
import io.surgemesh.gossip.pb.Message;
import io.surgemesh.gossip.pb.RPC;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multihash;
import io.surgemesh.multiformats.Varint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostileRpcTest {
  private static final PeerId A = Peers.id(1);
  private static final RpcCodec CODEC = new RpcCodec(GossipLimits.defaults());
  private static final int MIB = 1 << 20;

  record Case(String name, Bytes content) {
    Case(String name, byte[] frame) {
      this(name, Bytes.of(frame));
    }

    byte[] frame() {
      return content.toByteArray();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> malformed() {
    ByteString tooLong = ByteString.copyFrom(new byte[300]);
    return Stream.of(
        new Case("a megabyte of empty messages", filled(0x12, 0x00)),
        new Case("a megabyte of empty subscriptions", filled(0x0a, 0x00)),
        new Case("a megabyte of an unknown field", filled(0x38, 0x01)),
        new Case("17 KiB of subscriptions", Arrays.copyOf(filled(0x0a, 0x00), 17 << 10)),
        new Case("more than a megabyte", new byte[MIB + 1]),
        new Case("two control messages", new byte[] {0x1a, 0x00, 0x1a, 0x00}),
        new Case("a million ids", idsOfAMillion()),
        new Case("a group", new byte[] {0x3b, 0x3c}),
        new Case("field 0", new byte[] {0x00, 0x01}),
        new Case("wire type 6", new byte[] {0x0e}),
        new Case("a length past the end", new byte[] {0x12, 0x7f, 0x00}),
        new Case("a negative length", lengthOf(-1)),
        new Case("a length of 2 GiB", lengthOf(Integer.MAX_VALUE)),
        new Case("an endless varint", filled(0xff, 0xff)),
        new Case("a tag cut off", new byte[] {(byte) 0x92}),
        new Case("a message as a varint", new byte[] {0x10, 0x01}),
        new Case(
            "a topic of 300 bytes", publish(Message.newBuilder().setTopicBytes(tooLong)).frame()),
        new Case("a topic that is no text", new byte[] {0x12, 0x03, 0x22, 0x01, (byte) 0xff}));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void isRefusedWithoutBeingParsed(Case bad) {
    assertThatThrownBy(() -> CODEC.decode(bad.frame()))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void aNestedMegabyteOfUnknownFieldsIsRefused() {
    byte[] inner = Arrays.copyOf(filled(0x38, 0x01), MIB - 16);
    RPC rpc =
        RPC.newBuilder()
            .addPublish(
                Message.newBuilder()
                    .setUnknownFields(
                        UnknownFieldSet.newBuilder()
                            .addField(
                                9,
                                UnknownFieldSet.Field.newBuilder()
                                    .addLengthDelimited(ByteString.copyFrom(inner))
                                    .build())
                            .build()))
            .build();
    // One opaque field is cheap; the same bytes laid open are not.
    assertThat(decode(rpc.toByteArray()).messages()).hasSize(1);
    ByteBuffer open = ByteBuffer.allocate(5 + inner.length);
    open.put((byte) 0x12);
    Varint.write(inner.length, open);
    open.put(inner).flip();
    byte[] frame = new byte[open.remaining()];
    open.get(frame);
    assertThatThrownBy(() -> CODEC.decode(frame)).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void randomBytesNeverThrowAnythingElse() {
    SplittableRandom random = new SplittableRandom(11);
    RouterHarness harness = RouterHarness.joined(GossipConfig.defaults()).withPeers(1);
    byte[] valid = CODEC.encode(message(data("x")));
    for (int i = 0; i < 20_000; i++) {
      byte[] frame = new byte[1 + random.nextInt(64)];
      random.nextBytes(frame);
      if (i % 2 == 0) {
        System.arraycopy(valid, 0, frame, 0, Math.min(valid.length, frame.length));
        frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        harness.receive(A, CODEC.decode(frame));
      } catch (MalformedMessageException expected) {
        harness.router.onMalformed(A, harness.now);
        harness.drain();
      }
    }
    assertThat(harness.router.isGraylisted(A)).isTrue();
  }

  @Test
  void messagesWithAnAuthorANumberASignatureOrAKeyAreLeftOutAndHeldAgainstTheSender() {
    ByteString some = ByteString.copyFromUtf8("x");
    for (Message.Builder signed :
        List.of(
            unsigned().setFrom(some),
            unsigned().setSeqno(some),
            unsigned().setSignature(some),
            unsigned().setKey(ByteString.EMPTY))) {
      RouterHarness harness = RouterHarness.joined(GossipConfig.defaults()).withPeers(2);
      Rpc rpc = decode(publish(signed).frame());
      assertThat(rpc.messages()).isEmpty();
      assertThat(harness.receive(A, rpc))
          .containsExactly(new RouterOutput.Misbehaved(A, Misbehaviour.REFUSED_MESSAGE));
    }
    assertThat(decode(publish(unsigned()).frame()).signedMessages()).isZero();
  }

  @Test
  void anOversizeMessageIsHeldAgainstTheSender() {
    RouterHarness harness = RouterHarness.joined(GossipConfig.defaults()).withPeers(1);

    assertThat(harness.receive(A, message(Bytes.of(new byte[(64 << 10) + 1]))))
        .containsExactly(new RouterOutput.Misbehaved(A, Misbehaviour.REFUSED_MESSAGE));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 3600, 3601, 1L << 31, 1L << 32, 1L << 62, Long.MIN_VALUE, -1})
  void anyBackoffIsClamped(long seconds) {
    RouterHarness harness = RouterHarness.joined(GossipConfig.defaults()).withPeers(1);
    harness.beat();
    byte[] frame =
        RPC.newBuilder()
            .setControl(
                ControlMessage.newBuilder()
                    .addPrune(ControlPrune.newBuilder().setTopicID(TOPIC).setBackoff(seconds)))
            .build()
            .toByteArray();

    harness.receive(A, decode(frame));
    assertThat(harness.router.mesh(TOPIC)).isEmpty();
    assertThat(harness.router.state().backoffs.holds(TOPIC, A, harness.now)).isTrue();
    harness.now += 3603 * RouterHarness.SECOND;
    harness.beat();
    assertThat(harness.router.mesh(TOPIC)).containsExactly(A);
  }

  @Test
  void topicsOfAPeerAreBounded() {
    RouterHarness harness = RouterHarness.joined(GossipConfig.defaults()).withPeers(0);
    harness.router.onPeer(A, false, 0);
    for (int i = 0; i < 100; i++) {
      harness.receive(A, subscribe("topic" + i));
    }
    List<RouterOutput> outputs = harness.receive(A, subscribe("one more"));

    assertThat(outputs).containsExactly(new RouterOutput.Misbehaved(A, Misbehaviour.LIMIT_BROKEN));
    for (int i = 0; i < 10_000; i++) {
      harness.receive(A, subscribe("more" + i));
    }
    assertThat(harness.router.state().peers.get(A).topics).hasSize(100);
    assertThat(harness.router.isGraylisted(A)).isTrue();
  }

  @Test
  void graftsOfUnknownTopicsAreIgnoredAndNotRemembered() {
    RouterHarness harness = RouterHarness.joined(GossipConfig.defaults()).withPeers(1);
    for (int i = 0; i < 10_000; i++) {
      assertThat(harness.receive(A, graft("made up " + i))).isEmpty();
      assertThat(harness.receive(A, prune("made up " + i, 9))).isEmpty();
    }
    assertThat(harness.router.state().peers.get(A).topics).containsExactly(TOPIC);
    assertThat(harness.router.state().backoffs.size()).isZero();
    assertThat(harness.router.state().meshes).containsOnlyKeys(TOPIC);
  }

  @Test
  void aFloodOfGraftsInBackoffIsGraylisted() {
    RouterHarness harness = RouterHarness.joined(GossipConfig.defaults()).withPeers(1);
    harness.beat();
    harness.receive(A, prune(TOPIC, 60));

    List<RouterOutput> outputs = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      outputs.addAll(harness.receive(A, graft(TOPIC)));
    }
    assertThat(harness.router.isGraylisted(A)).isTrue();
    assertThat(outputs).as("answers to the flood").hasSizeLessThan(20);
    assertThat(harness.router.mesh(TOPIC)).isEmpty();
  }

  @Test
  void aMillionAnnouncedIdsAskForAtMostTheLimit() {
    RouterHarness harness = RouterHarness.joined(GossipConfig.defaults()).withPeers(1);
    List<Bytes> ids =
        IntStream.range(0, 20_000)
            .mapToObj(i -> Multihash.sha256(ByteBuffer.allocate(4).putInt(i).array()).digest())
            .toList();
    List<RouterOutput> outputs = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      outputs.addAll(harness.receive(A, ihave(ids)));
    }
    int asked =
        only(RouterOutput.Gossiped.class, outputs).stream()
            .mapToInt(gossiped -> gossiped.rpc().iwant().size())
            .sum();
    assertThat(asked).isBetween(1, 5000);
    assertThat(only(RouterOutput.Gossiped.class, outputs)).hasSize(10);
    assertThat(only(RouterOutput.Misbehaved.class, outputs))
        .containsExactly(new RouterOutput.Misbehaved(A, Misbehaviour.LIMIT_BROKEN));
  }

  @Test
  void idsOfAnotherLengthAreReadOver() {
    byte[] frame =
        RPC.newBuilder()
            .setControl(
                ControlMessage.newBuilder()
                    .addIhave(
                        ControlIHave.newBuilder()
                            .setTopicID(TOPIC)
                            .addMessageIDs(ByteString.copyFromUtf8("peer+seqno"))))
            .build()
            .toByteArray();
    assertThat(decode(frame).ihave()).containsExactly(new Rpc.IHave(TOPIC, List.of()));
  }

  @Test
  void messagesBeingJudgedAreBounded() {
    GossipConfig small =
        GossipConfig.defaults().withLimits(GossipLimits.defaults().withMessages(64, 16, 4096));
    RouterHarness harness = RouterHarness.joined(small).withPeers(1);
    for (int i = 0; i < 1000; i++) {
      harness.receive(A, message(data("m" + i)));
    }
    assertThat(harness.router.pendingCount()).isEqualTo(16);
    assertThat(harness.router.state().seen.size()).isLessThanOrEqualTo(64);
    for (int i = 1000; i < 3000; i++) {
      harness.router.onPublish(new TopicMessage(TOPIC, data("m" + i)), harness.now);
      harness.drain();
    }
    assertThat(harness.router.state().seen.size()).isEqualTo(64);
    assertThat(harness.router.state().cache.heldBytes()).isLessThanOrEqualTo(4096);
  }

  @Test
  void fiveForgedMessagesAreEnoughAndInFiveMinutesAllIsForgiven() {
    RouterHarness harness = RouterHarness.joined(GossipConfig.defaults()).withPeers(8);
    harness.beat();
    for (int i = 0; i < 5; i++) {
      Bytes forged = data("forged" + i);
      harness.receive(A, message(forged));
      harness.router.onValidated(MessageKey.of(TOPIC, forged), Verdict.REJECT, harness.now);
    }
    assertThat(harness.router.isGraylisted(A)).isTrue();
    harness.drain();
    assertThat(harness.receive(A, message(data("more")))).isEmpty();
    harness.beat();
    assertThat(harness.router.mesh(TOPIC)).doesNotContain(A);
    harness.beats(300);
    assertThat(harness.router.isGraylisted(A)).isFalse();
  }

  @Test
  void peersAreBoundedAndReconnectingClearsNoFault() {
    RouterHarness harness = RouterHarness.joined(GossipConfig.defaults());
    for (int i = 0; i < 5; i++) {
      harness.router.onMalformed(A, 0);
    }
    harness.router.onPeerGone(A, 0);
    harness.router.onPeer(A, false, 0);
    assertThat(harness.router.isGraylisted(A)).isTrue();
    assertThat(harness.router.state().faults.points(A)).isEqualTo(100);
  }

  private static Message.Builder unsigned() {
    return Message.newBuilder().setTopic(TOPIC).setData(ByteString.copyFromUtf8("data"));
  }

  private static Case publish(Message.Builder message) {
    return new Case("", RPC.newBuilder().addPublish(message).build().toByteArray());
  }

  private static Rpc decode(byte[] frame) {
    try {
      return CODEC.decode(frame);
    } catch (MalformedMessageException malformed) {
      throw new AssertionError(malformed);
    }
  }

  private static byte[] filled(int first, int second) {
    byte[] frame = new byte[MIB];
    for (int i = 0; i < frame.length; i += 2) {
      frame[i] = (byte) first;
      frame[i + 1] = (byte) second;
    }
    return frame;
  }

  private static byte[] idsOfAMillion() {
    ControlIHave.Builder ihave = ControlIHave.newBuilder().setTopicID(TOPIC);
    for (int i = 0; i < 500_000; i++) {
      ihave.addMessageIDs(ByteString.EMPTY);
    }
    return RPC.newBuilder()
        .setControl(ControlMessage.newBuilder().addIhave(ihave))
        .build()
        .toByteArray();
  }

  private static byte[] lengthOf(int length) {
    ByteBuffer frame = ByteBuffer.allocate(16).put((byte) 0x12);
    for (int rest = length; ; rest >>>= 7) {
      if (rest >>> 7 == 0) {
        return Arrays.copyOf(frame.put((byte) rest).array(), frame.position());
      }
      frame.put((byte) ((rest & 0x7f) | 0x80));
    }
  }
}
