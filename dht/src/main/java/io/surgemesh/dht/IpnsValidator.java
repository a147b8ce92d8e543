package io.surgemesh.dht;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Records of IPNS under {@code /ipns/<peer id>} (IPNS Record, Record Verification).
 *
 * <p>Of several the one of the highest sequence is the best, of those that which is valid the
 * longest, and of those the last by the bytes that are signed, so that all agree on what it says.
 * What is not signed anybody may add to, so it makes none better.
 */
enum IpnsValidator implements ValueValidator {
  INSTANCE;

  /** The name of the namespace. */
  static final String NAMESPACE = "ipns";

  private static final Comparator<IpnsRecord> WORST_FIRST =
      Comparator.<IpnsRecord>comparingLong(record -> record.sequence() + Long.MIN_VALUE)
          .thenComparing(IpnsRecord::expiry)
          .thenComparing(IpnsRecord::signed);

  @Override
  public boolean validate(Bytes key, Bytes value) {
    try {
      return IpnsRecord.decode(value).isSignedBy(IpnsRecord.name(key));
    } catch (MalformedMessageException none) {
      return false;
    }
  }

  @Override
  public Instant expiry(Bytes key, Bytes value) {
    return decoded(value).map(IpnsRecord::expiry).orElse(Instant.MIN);
  }

  @Override
  public int select(Bytes key, List<Bytes> values) {
    int best = 0;
    for (int i = 1; i < values.size(); i++) {
      best = isBetter(values.get(i), values.get(best)) ? i : best;
    }
    return best;
  }

  private static boolean isBetter(Bytes value, Bytes best) {
    Optional<IpnsRecord> record = decoded(value);
    Optional<IpnsRecord> other = decoded(best);
    return record.isPresent()
        && (other.isEmpty() || WORST_FIRST.compare(record.get(), other.get()) > 0);
  }

  private static Optional<IpnsRecord> decoded(Bytes value) {
    try {
      return Optional.of(IpnsRecord.decode(value));
    } catch (MalformedMessageException none) {
      return Optional.empty();
    }
  }
}
