package io.surgemesh.dht;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.simulator.KeyedSignatures;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Peers with keys, numbered, and what they say of themselves and of one another. */
final class TestMembers {
  static final Signatures SIGNATURES = new KeyedSignatures(1);
  static final String PROTOCOL = "/surgemesh/public/members/1.0.0";

  /** When tests begin, in seconds since 1970. */
  static final long NOW = 1_800_000_000L;

  private static final Map<Integer, KeyPair> KEYS = new LinkedHashMap<>();

  private TestMembers() {}

  static synchronized KeyPair key(int number) {
    return KEYS.computeIfAbsent(
        number,
        n ->
            KeyPair.fromSeed(
                ByteBuffer.allocate(KeyPair.SEED_BYTES).putInt(n).put((byte) 7).array()));
  }

  static PeerId peer(int number) {
    return key(number).peerId();
  }

  static Member member(int number) {
    return member(number, NOW);
  }

  static Member member(int number, long seq) {
    return at(number, seq, TestPeers.address(number));
  }

  static Member at(int number, long seq, Multiaddr... addresses) {
    return Member.sign(key(number), SIGNATURES, PROTOCOL, seq, List.of(addresses));
  }

  /** Returns a member that has not signed what is said of it. */
  static Member forged(int number) {
    Member real = member(number);
    return new Member(real.info(), real.seq() + 1, real.signature());
  }

  static List<Member> members(int from, int to) {
    List<Member> members = new ArrayList<>();
    for (int i = from; i < to; i++) {
      members.add(member(i));
    }
    return members;
  }

  static Departure leave(int observer, Member missing) {
    return Departure.sign(key(observer), SIGNATURES, PROTOCOL, missing);
  }

  static Departure forgedLeave(int observer, Member missing) {
    Departure real = leave(observer, missing);
    return new Departure(
        real.word(), real.seq(), real.observer(), Bytes.of(new byte[MemberEvent.SIGNATURE_BYTES]));
  }

  /** Does what a driver does with signatures, at once; returns false when none is wanted. */
  static boolean sign(Hints hints, Hints.Output output, int self, long nowNanos) {
    if (output instanceof Hints.Output.Verify verify) {
      HintClaims signed = verify.claims().signed(SIGNATURES, PROTOCOL);
      hints.onVerified(signed, signed.count() < verify.claims().count(), nowNanos);
    } else if (output instanceof Hints.Output.SignSelf sign) {
      hints.onSelf(member(self, sign.seq()), nowNanos);
    } else if (output instanceof Hints.Output.SignLeave sign) {
      hints.onLeave(leave(self, sign.missing()), nowNanos);
    } else {
      return false;
    }
    return true;
  }
}
