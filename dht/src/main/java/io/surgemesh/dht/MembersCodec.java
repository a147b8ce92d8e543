package io.surgemesh.dht;

import com.google.protobuf.ByteString;
import io.surgemesh.dht.pb.Join;
import io.surgemesh.dht.pb.Leave;
import io.surgemesh.dht.pb.MembersFrame;
import io.surgemesh.dht.pb.PullAnswer;
import io.surgemesh.dht.pb.PullRequest;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.wire.ProtobufScan;
import io.surgemesh.wire.ScanLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Messages about who is in the mesh, as bytes and back (docs/protocol.md, Members).
 *
 * <p>Stricter than {@link KadCodec}: only peers of this library write these, so that a message with
 * anything in it that cannot be used is malformed as a whole. Signatures are not verified here.
 */
enum MembersCodec implements FrameCodec<MembersMessage> {
  INSTANCE;

  /** The longest message read or written, in bytes. */
  static final int MESSAGE_BYTES_MAX = 24 * 1024;

  /** The most names in a list of a request. */
  static final int NAMES_MAX = 1024;

  /** The most joins, leaves and members of an answer, together. */
  static final int EVENTS_MAX = 256;

  private static final int FIELDS_MAX = 4096;
  private static final int NESTING = 4;
  private static final ScanLimits LIMITS = new ScanLimits(MESSAGE_BYTES_MAX, FIELDS_MAX, NESTING);

  @Override
  public MembersMessage decode(byte[] encoded) throws MalformedMessageException {
    MembersFrame frame = ProtobufScan.parse(MembersFrame.getDefaultInstance(), encoded, LIMITS);
    return switch (frame.getContentCase()) {
      case PULL -> pull(frame.getPull());
      case ANSWER -> answer(frame.getAnswer());
      case CONTENT_NOT_SET -> throw new MalformedMessageException("neither asks nor answers");
    };
  }

  private static MembersMessage pull(PullRequest message) throws MalformedMessageException {
    int bytesMax = message.getBytesMax();
    if (bytesMax < 0 || bytesMax > MESSAGE_BYTES_MAX) {
      throw new MalformedMessageException("asks for " + bytesMax + " bytes");
    }
    Optional<Member> self =
        message.hasSelf() ? Optional.of(member(message.getSelf())) : Optional.empty();
    return new MembersMessage.Pull(
        message.getSalt(),
        message.getAfter(),
        names(message.getKnownList()),
        message.getFrom(),
        message.getTo(),
        names(message.getHeldList()),
        self,
        bytesMax);
  }

  private static MemberNames names(List<Integer> names) throws MalformedMessageException {
    if (names.size() > NAMES_MAX) {
      throw new MalformedMessageException(names.size() + " names");
    }
    return MemberNames.of(names);
  }

  private static MembersMessage answer(PullAnswer message) throws MalformedMessageException {
    int events = message.getJoinsCount() + message.getLeavesCount() + message.getMembersCount();
    if (events > EVENTS_MAX) {
      throw new MalformedMessageException(events + " joins and leaves");
    }
    List<Departure> leaves = new ArrayList<>(message.getLeavesCount());
    for (Leave leave : message.getLeavesList()) {
      leaves.add(
          new Departure(
              leave.getPeer(),
              leave.getSeq(),
              leave.getObserver(),
              signature(leave.getSignature())));
    }
    return new MembersMessage.Answer(
        message.getNext(),
        members(message.getJoinsList()),
        leaves,
        members(message.getMembersList()),
        message.getUpTo());
  }

  private static List<Member> members(List<Join> messages) throws MalformedMessageException {
    List<Member> members = new ArrayList<>(messages.size());
    for (Join message : messages) {
      members.add(member(message));
    }
    return members;
  }

  private static Member member(Join message) throws MalformedMessageException {
    PeerId peer = PeerId.decode(message.getPeer().toByteArray());
    if (message.getAddrsCount() == 0 || message.getAddrsCount() > Member.ADDRESSES_MAX) {
      throw new MalformedMessageException("a peer of " + message.getAddrsCount() + " addresses");
    }
    List<Multiaddr> addresses = new ArrayList<>(message.getAddrsCount());
    int left = Member.ADDRESSES_BYTES_MAX;
    for (ByteString encoded : message.getAddrsList()) {
      left -= encoded.size();
      if (left < 0) {
        throw new MalformedMessageException("addresses too long");
      }
      addresses.add(address(encoded));
    }
    return new Member(
        new PeerInfo(peer, addresses), message.getSeq(), signature(message.getSignature()));
  }

  private static Multiaddr address(ByteString encoded) throws MalformedMessageException {
    Multiaddr address = Multiaddr.decode(encoded.toByteArray());
    if (address.peerIdBytes().isPresent() || address.isUnspecified()) {
      throw new MalformedMessageException("an address that names a peer, or leads nowhere");
    }
    return address;
  }

  private static Bytes signature(ByteString bytes) throws MalformedMessageException {
    if (bytes.size() != MemberEvent.SIGNATURE_BYTES) {
      throw new MalformedMessageException("signature of " + bytes.size() + " bytes");
    }
    return Bytes.of(bytes.toByteArray());
  }

  @Override
  public byte[] encode(MembersMessage message) {
    MembersFrame.Builder frame = MembersFrame.newBuilder();
    if (message instanceof MembersMessage.Pull pull) {
      frame.setPull(encoded(pull));
    } else if (message instanceof MembersMessage.Answer answer) {
      frame.setAnswer(encoded(answer));
    } else {
      throw new AssertionError(message);
    }
    return frame.build().toByteArray();
  }

  private static PullRequest encoded(MembersMessage.Pull pull) {
    PullRequest.Builder message =
        PullRequest.newBuilder()
            .setSalt(pull.salt())
            .setAfter(pull.after())
            .setFrom(pull.from())
            .setTo(pull.to())
            .setBytesMax(pull.bytesMax());
    message.addAllKnown(pull.known().all()).addAllHeld(pull.held().all());
    pull.self().ifPresent(self -> message.setSelf(encoded(self)));
    return message.build();
  }

  private static PullAnswer encoded(MembersMessage.Answer answer) {
    PullAnswer.Builder message =
        PullAnswer.newBuilder().setNext(answer.next()).setUpTo(answer.upTo());
    answer.joins().forEach(join -> message.addJoins(encoded(join)));
    answer.leaves().forEach(leave -> message.addLeaves(encoded(leave)));
    answer.members().forEach(member -> message.addMembers(encoded(member)));
    return message.build();
  }

  private static Join encoded(Member member) {
    Join.Builder message =
        Join.newBuilder()
            .setPeer(bytes(member.peerId().bytes()))
            .setSeq(member.seq())
            .setSignature(bytes(member.signature()));
    member.info().addresses().forEach(address -> message.addAddrs(bytes(address.bytes())));
    return message.build();
  }

  private static Leave encoded(Departure leave) {
    return Leave.newBuilder()
        .setPeer(leave.word())
        .setSeq(leave.seq())
        .setObserver(leave.observer())
        .setSignature(bytes(leave.signature()))
        .build();
  }

  private static ByteString bytes(Bytes bytes) {
    return ByteString.copyFrom(bytes.asReadOnlyByteBuffer());
  }

  @Override
  public int encodedBytes(MembersMessage message) {
    return message.encodedBytes();
  }
}
