package io.surgemesh.dht;

import io.surgemesh.dht.pb.Leave;
import io.surgemesh.dht.pb.PullAnswer;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PublicKey;
import io.surgemesh.identity.Signatures;
import io.surgemesh.identity.SignedEnvelope;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.wire.ProtobufSize;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a peer says of another: that it did not find it.
 *
 * <p>Anybody may say so, hence it is never more than a reason to look; the signature is there so
 * that each observer can be believed a few times only. It names both by their keys: whoever does
 * not know them can do nothing with it anyway.
 *
 * @param word the first word of the missing peer's key
 * @param seq the number of the missing peer's last {@link Member}, unsigned
 * @param observer the first word of the key of who says so
 * @param signature {@value MemberEvent#SIGNATURE_BYTES} bytes
 */
record Departure(long word, long seq, long observer, Bytes signature) implements MemberEvent {
  /** What its signatures are made for. */
  static final String DOMAIN = "surgemesh-leave";

  /** What tells its name from that of the join of the same number. */
  private static final long MARK = 0x6c656176652e2e2eL;

  /** Signs that a peer was not found; slow. */
  static Departure sign(KeyPair key, Signatures signatures, String protocol, Member missing) {
    long observer = Key.firstWord(key.peerId());
    byte[] signed =
        signatures.sign(key, signingBytes(protocol, missing.word(), missing.seq(), observer));
    return new Departure(missing.word(), missing.seq(), observer, Bytes.of(signed));
  }

  private static byte[] signingBytes(String protocol, long word, long seq, long observer) {
    ByteBuffer payload = ByteBuffer.allocate(3 * Long.BYTES);
    payload.putLong(word).putLong(seq).putLong(observer);
    return SignedEnvelope.signingBytes(
        DOMAIN, protocol.getBytes(StandardCharsets.US_ASCII), payload.array());
  }

  @Override
  public int encodedBytes() {
    int fixed = 1 + Long.BYTES;
    int bytes =
        (word == 0 ? 0 : fixed)
            + (seq == 0 ? 0 : ProtobufSize.varint(Leave.SEQ_FIELD_NUMBER, seq))
            + (observer == 0 ? 0 : fixed)
            + ProtobufSize.delimited(Leave.SIGNATURE_FIELD_NUMBER, signature.size());
    return ProtobufSize.delimited(PullAnswer.LEAVES_FIELD_NUMBER, bytes);
  }

  /** Returns the same for all who say it. */
  @Override
  public int name(long salt) {
    return MemberEvent.mixed(word ^ MARK, seq, salt);
  }

  /** Returns whether the owner of {@code key} has signed this; slow. */
  boolean isSignedBy(PublicKey key, Signatures signatures, String protocol) {
    return signatures.verify(
        key, signingBytes(protocol, word, seq, observer), signature.toByteArray());
  }
}
