package io.surgemesh.dht;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.surgemesh.dht.pb.Join;
import io.surgemesh.dht.pb.Leave;
import io.surgemesh.dht.pb.MembersFrame;
import io.surgemesh.dht.pb.PullAnswer;
import io.surgemesh.dht.pb.PullRequest;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class MembersCodecTest {
  private record Wrong(String name, MembersFrame frame) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<MembersMessage> messages() {
    Member member = TestMembers.member(1);
    return Stream.of(
        new MembersMessage.Pull(
            0, 0, MemberNames.NONE, 0, 0, MemberNames.NONE, Optional.empty(), 0),
        new MembersMessage.Pull(
            -1,
            -1,
            new MemberNames(1, -1, 0),
            -1,
            1,
            new MemberNames(new int[1024]),
            Optional.of(member),
            24_576),
        new MembersMessage.Answer(0, List.of(), List.of(), List.of(), 0),
        new MembersMessage.Answer(
            -1,
            TestMembers.members(0, 9),
            List.of(TestMembers.leave(2, member), TestMembers.leave(3, member)),
            List.of(member),
            -1));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void whatIsWrittenIsReadBackAndAsLongAsItSays(MembersMessage message)
      throws MalformedMessageException {
    byte[] encoded = MembersCodec.INSTANCE.encode(message);
    assertThat(encoded).hasSize(message.encodedBytes());
    assertThat(MembersCodec.INSTANCE.decode(encoded)).isEqualTo(message);
  }

  @Test
  void aJoinOfOneAddressTakesLittleMoreThanItsKeyAndSignature() {
    assertThat(TestMembers.member(1).encodedBytes()).isLessThanOrEqualTo(125);
  }

  @Test
  void aSignatureIsForOnePeerNumberPlaceAndMesh() {
    Member real = TestMembers.member(1);
    assertThat(real.isSigned(TestMembers.SIGNATURES, TestMembers.PROTOCOL)).isTrue();
    assertThat(TestMembers.forged(1).isSigned(TestMembers.SIGNATURES, TestMembers.PROTOCOL))
        .isFalse();
    Member elsewhere =
        new Member(TestMembers.at(1, 1, TestPeers.address(9)).info(), real.seq(), real.signature());
    assertThat(elsewhere.isSigned(TestMembers.SIGNATURES, TestMembers.PROTOCOL)).isFalse();
    Member another = new Member(TestMembers.member(2).info(), real.seq(), real.signature());
    assertThat(another.isSigned(TestMembers.SIGNATURES, TestMembers.PROTOCOL)).isFalse();
    assertThat(TestMembers.member(1).isSigned(TestMembers.SIGNATURES, "/surgemesh/b/members/1.0.0"))
        .isFalse();
  }

  @Test
  void whatDoesNotFitIsLeftOutOfAPeersOwnWord() {
    Multiaddr longName = Multiaddr.of("/dns4/" + "a".repeat(60) + ".b/tcp/1");
    Member member = TestMembers.at(1, 1, longName, longName, longName, TestPeers.address(1));
    assertThat(member.info().addresses()).containsExactly(longName, TestPeers.address(1));
  }

  static Stream<Wrong> wrong() {
    Join join = join().build();
    Leave leave = leave().build();
    return Stream.of(
        new Wrong("nothing", MembersFrame.getDefaultInstance()),
        pull("too long an answer wanted", PullRequest.newBuilder().setBytesMax(24_577)),
        pull("an answer of less than nothing", PullRequest.newBuilder().setBytesMax(-1)),
        pull("1,025 names", names(1025)),
        pull("a word without a peer", PullRequest.newBuilder().setSelf(join().clearPeer())),
        joined("no address", join().clearAddrs()),
        joined(
            "five addresses",
            join().addAddrs(address()).addAddrs(address()).addAddrs(address()).addAddrs(address())),
        joined("unreadable address", join().addAddrs(ByteString.fromHex("ff"))),
        joined(
            "addresses too long",
            join()
                .addAddrs(
                    bytes(
                        Multiaddr.of(
                                "/dns4/"
                                    + "a".repeat(60)
                                    + "."
                                    + "b".repeat(60)
                                    + "."
                                    + "c".repeat(10)
                                    + "/tcp/1")
                            .encode()))),
        joined(
            "an address that names a peer",
            join()
                .addAddrs(
                    bytes(TestPeers.address(1).withPeerId(TestMembers.peer(1).bytes()).encode()))),
        joined(
            "an address of nowhere",
            join().addAddrs(bytes(Multiaddr.of("/ip4/0.0.0.0/tcp/1").encode()))),
        joined("a short signature", join().setSignature(bytes(new byte[63]))),
        joined("a long signature", join().setSignature(bytes(new byte[65]))),
        answer(
            "a leave without signature",
            PullAnswer.newBuilder().addLeaves(leave().clearSignature())),
        answer("257 leaves", repeated(leave, 257)),
        answer(
            "joins and leaves, 257",
            repeated(leave, 200).addAllJoins(java.util.Collections.nCopies(57, join))));
  }

  private static PullAnswer.Builder repeated(Leave leave, int count) {
    return PullAnswer.newBuilder().addAllLeaves(java.util.Collections.nCopies(count, leave));
  }

  private static PullRequest.Builder names(int count) {
    PullRequest.Builder request = PullRequest.newBuilder();
    for (int i = 0; i < count; i++) {
      request.addHeld(i);
    }
    return request;
  }

  private static Join.Builder join() {
    return Join.newBuilder()
        .setPeer(bytes(TestMembers.peer(1).encode()))
        .setSeq(1)
        .addAddrs(address())
        .setSignature(bytes(new byte[64]));
  }

  private static Leave.Builder leave() {
    return Leave.newBuilder().setPeer(1).setSeq(1).setObserver(2).setSignature(bytes(new byte[64]));
  }

  private static ByteString address() {
    return bytes(TestPeers.address(1).encode());
  }

  private static ByteString bytes(byte[] bytes) {
    return ByteString.copyFrom(bytes);
  }

  private static Wrong pull(String name, PullRequest.Builder pull) {
    return new Wrong(name, MembersFrame.newBuilder().setPull(pull).build());
  }

  private static Wrong joined(String name, Join.Builder join) {
    return answer(name, PullAnswer.newBuilder().addMembers(join));
  }

  private static Wrong answer(String name, PullAnswer.Builder answer) {
    return new Wrong(name, MembersFrame.newBuilder().setAnswer(answer).build());
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void whatCannotBeUsedIsMalformed(Wrong wrong) {
    assertThatThrownBy(() -> MembersCodec.INSTANCE.decode(wrong.frame().toByteArray()))
        .isInstanceOf(MalformedMessageException.class);
  }
}
