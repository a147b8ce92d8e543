package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a peer told that is worth believing, if it is signed.
 *
 * @param from who told it
 * @param joins news to be told on
 * @param leaves the same
 * @param members not told on: others have them already, or find them the same way
 */
record HintClaims(PeerId from, List<Member> joins, List<Witnessed> leaves, List<Member> members) {
  /**
   * A departure with its observer, whose key its signature is under.
   *
   * @param observer as this peer knows it
   */
  record Witnessed(Departure leave, Member observer) {
    private boolean isSigned(Signatures signatures, String protocol) {
      return observer
          .peerId()
          .publicKey()
          .filter(key -> leave.isSignedBy(key, signatures, protocol))
          .isPresent();
    }
  }

  int count() {
    return joins.size() + leaves.size() + members.size();
  }

  /** Returns those whose signature holds; slow. */
  HintClaims signed(Signatures signatures, String protocol) {
    Predicate<Member> isSigned = member -> member.isSigned(signatures, protocol);
    return new HintClaims(
        from,
        joins.stream().filter(isSigned).toList(),
        leaves.stream().filter(leave -> leave.isSigned(signatures, protocol)).toList(),
        members.stream().filter(isSigned).toList());
  }
}
