package io.surgemesh.dht;

import io.surgemesh.dht.pb.Join;
import io.surgemesh.dht.pb.PullAnswer;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.PublicKey;
import io.surgemesh.identity.Signatures;
import io.surgemesh.identity.SignedEnvelope;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.wire.ProtobufSize;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a peer says of itself: that it is in the mesh, and where.
 *
 * <p>Signed for one mesh, so that what a peer says in another means nothing here. Of two the one
 * with the higher number counts, so one played again changes nothing.
 */
final class Member implements MemberEvent {
  /** The most addresses of one peer; its first ones. */
  static final int ADDRESSES_MAX = 4;

  /** The most bytes of all its addresses together; those that do not fit are left out. */
  static final int ADDRESSES_BYTES_MAX = 128;

  /** What its signatures are made for. */
  static final String DOMAIN = "surgemesh-join";

  /** Whether it was found out if the signature holds, and how. */
  private enum Verdict {
    UNKNOWN,
    SIGNED,
    FORGED
  }

  private final PeerInfo info;
  private final long seq;
  private final Bytes signature;
  private final int encodedBytes;

  // Threads may find it out twice but never differently. Where messages travel as objects, it is
  // found out once for all who receive this one.
  private Verdict verdict = Verdict.UNKNOWN;

  /**
   * Creates one that was received; its signature is not verified yet.
   *
   * @param info its addresses within the bounds above
   * @param signature {@value MemberEvent#SIGNATURE_BYTES} bytes
   */
  Member(PeerInfo info, long seq, Bytes signature) {
    this.info = info;
    this.seq = seq;
    this.signature = signature;
    int bytes =
        ProtobufSize.delimited(Join.PEER_FIELD_NUMBER, info.peerId().bytes().size())
            + (seq == 0 ? 0 : ProtobufSize.varint(Join.SEQ_FIELD_NUMBER, seq))
            + ProtobufSize.delimited(Join.SIGNATURE_FIELD_NUMBER, signature.size());
    for (Multiaddr address : info.addresses()) {
      bytes += ProtobufSize.delimited(Join.ADDRS_FIELD_NUMBER, address.bytes().size());
    }
    this.encodedBytes = ProtobufSize.delimited(PullAnswer.JOINS_FIELD_NUMBER, bytes);
  }

  /**
   * Signs that the owner of a key is there; slow.
   *
   * @param addresses where; the first ones that fit
   */
  static Member sign(
      KeyPair key, Signatures signatures, String protocol, long seq, List<Multiaddr> addresses) {
    PeerInfo info = new PeerInfo(key.peerId(), fitting(addresses));
    byte[] signed = signatures.sign(key, signingBytes(protocol, info, seq));
    return new Member(info, seq, Bytes.of(signed));
  }

  private static List<Multiaddr> fitting(List<Multiaddr> addresses) {
    List<Multiaddr> fitting = new ArrayList<>();
    int left = ADDRESSES_BYTES_MAX;
    for (Multiaddr address : addresses) {
      if (fitting.size() < ADDRESSES_MAX && address.bytes().size() <= left) {
        left -= address.bytes().size();
        fitting.add(address);
      }
    }
    return fitting;
  }

  private static byte[] signingBytes(String protocol, PeerInfo info, long seq) {
    int bytes = Long.BYTES + info.peerId().bytes().size();
    for (Multiaddr address : info.addresses()) {
      bytes += Integer.BYTES + address.bytes().size();
    }
    ByteBuffer payload = ByteBuffer.allocate(bytes).putLong(seq).put(info.peerId().encode());
    for (Multiaddr address : info.addresses()) {
      payload.putInt(address.bytes().size()).put(address.encode());
    }
    return SignedEnvelope.signingBytes(
        DOMAIN, protocol.getBytes(StandardCharsets.US_ASCII), payload.array());
  }

  /** Returns who, and where. */
  PeerInfo info() {
    return info;
  }

  PeerId peerId() {
    return info.peerId();
  }

  /** Returns when it was signed by the peer's own clock, in seconds since 1970, unsigned. */
  @Override
  public long seq() {
    return seq;
  }

  Bytes signature() {
    return signature;
  }

  @Override
  public long word() {
    return Key.firstWord(info.peerId());
  }

  @Override
  public int encodedBytes() {
    return encodedBytes;
  }

  @Override
  public int name(long salt) {
    return MemberEvent.mixed(word(), seq, salt);
  }

  /**
   * Returns whether the peer itself has signed this; slow at first, and the same ever after.
   *
   * @param protocol of the mesh; what is signed for another does not hold
   */
  boolean isSigned(Signatures signatures, String protocol) {
    if (verdict == Verdict.UNKNOWN) {
      Optional<PublicKey> key = info.peerId().publicKey();
      boolean holds =
          key.isPresent()
              && signatures.verify(
                  key.get(), signingBytes(protocol, info, seq), signature.toByteArray());
      verdict = holds ? Verdict.SIGNED : Verdict.FORGED;
    }
    return verdict == Verdict.SIGNED;
  }

  /** Returns whether both are of one peer and this one replaces the other. */
  boolean isNewerThan(Member other) {
    return Long.compareUnsigned(seq, other.seq) > 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Member that
        && seq == that.seq
        && info.equals(that.info)
        && signature.equals(that.signature);
  }

  @Override
  public int hashCode() {
    return info.peerId().hashCode() + Long.hashCode(seq);
  }

  @Override
  public String toString() {
    return "Member[" + info.peerId() + ", " + seq + "]";
  }
}
