package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.PeerRecord;
import io.surgemesh.identity.Signatures;
import io.surgemesh.identity.SignedEnvelope;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import org.jspecify.annotations.Nullable;

/**
 * A peer's signed addresses as they came, read once however many verify them. Any thread may call.
 */
final class SignedRecord {
  static final SignedRecord NONE = new SignedRecord(Bytes.EMPTY);

  private final Bytes envelope;
  private volatile @Nullable SignedEnvelope opened;
  private volatile @Nullable PeerInfo read;
  private volatile long seq;

  SignedRecord(Bytes envelope) {
    this.envelope = envelope;
  }

  Bytes envelope() {
    return envelope;
  }

  /**
   * Returns what it says of the peer that signed it, the same object each time, so that all who
   * verify it share that. Verifies a signature: not for a socket's loop.
   *
   * @param expected who should have signed it; the caller checks whether it was
   * @throws MalformedMessageException when it is malformed, or its signature does not hold
   */
  PeerInfo info(PeerId expected, Signatures signatures) throws MalformedMessageException {
    SignedEnvelope its = opened;
    if (its == null) {
      its = SignedEnvelope.decode(envelope.toByteArray());
      opened = its;
    }
    PeerInfo info = read;
    if (info == null) {
      PeerRecord record = PeerRecord.read(its);
      // An id is compared fastest with itself: take the caller's rather than another of its bytes.
      PeerId signer = record.peerId().equals(expected) ? expected : record.peerId();
      seq = record.seq();
      info = new PeerInfo(signer, record.addresses());
      read = info;
    }
    PeerRecord.requireSigned(its, signatures);
    return info;
  }

  /** Returns the number of the record that {@link #info} has read; unsigned. */
  long seq() {
    return seq;
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
