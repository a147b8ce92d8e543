package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.PeerRecord;
import io.surgemesh.identity.Signatures;
import io.surgemesh.identity.SignedEnvelope;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A peer's signed addresses as they came, read once however many verify them. Any thread may call.
 */
final class SignedRecord {
  static final SignedRecord NONE = new SignedRecord(Bytes.EMPTY);

  private final Bytes envelope;
  private volatile @Nullable SignedEnvelope opened;
  private volatile @Nullable PeerRecord read;

  SignedRecord(Bytes envelope) {
    this.envelope = envelope;
  }

  Bytes envelope() {
    return envelope;
  }

  /**
   * Returns the addresses in it, when that peer signed them; none when another did. Verifies a
   * signature: not for a socket's loop.
   *
   * @throws MalformedMessageException when it is malformed, or its signature does not hold
   */
  List<Multiaddr> addresses(PeerId peer, Signatures signatures) throws MalformedMessageException {
    SignedEnvelope its = opened;
    if (its == null) {
      its = SignedEnvelope.decode(envelope.toByteArray());
      opened = its;
    }
    PeerRecord record = read;
    if (record == null) {
      record = PeerRecord.read(its);
      read = record;
    }
    PeerRecord.requireSigned(its, signatures);
    return record.peerId().equals(peer) ? record.addresses() : List.of();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SignedRecord that && envelope.equals(that.envelope);
  }

  @Override
  public int hashCode() {
    return envelope.hashCode();
  }
}
