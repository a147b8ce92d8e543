package io.surgemesh.dht;

import com.google.protobuf.ByteString;
import io.surgemesh.dht.pb.IpnsEntry;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.PublicKey;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.ProtobufScan;
import io.surgemesh.wire.ScanLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * A signed record of IPNS: what a name, which is a peer's id, points at until when (IPNS Record and
 * Protocol of 2025-02-28).
 *
 * <p>Immutable, equal by its bytes, thread-safe. A record in hand is well-formed; whether it is a
 * name's only {@link #isSignedBy} tells. A DHT of {@link DhtConfig#amino()} keeps it under {@link
 * #key}.
 */
public final class IpnsRecord {
  /** The longest record, in bytes (Record Size Limit). */
  public static final int BYTES_MAX = 10 * 1024;

  /** The longest time for which a record need not be asked for again. */
  public static final Duration TTL_MAX = Duration.ofDays(36_525);

  // The years that RFC 3339 has room for.
  private static final Instant EXPIRY_MIN = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant EXPIRY_MAX = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private static final Bytes PREFIX = Bytes.of("/ipns/".getBytes(StandardCharsets.US_ASCII));
  private static final byte[] DOMAIN = "ipns-signature:".getBytes(StandardCharsets.US_ASCII);
  private static final ScanLimits LIMITS = new ScanLimits(BYTES_MAX, 64, 1);

  private final Bytes encoded;
  private final IpnsData data;
  private final byte[] signed;
  private final byte[] signature;
  private final Optional<PublicKey> publicKey;

  private IpnsRecord(Bytes encoded, IpnsEntry entry, IpnsData data)
      throws MalformedMessageException {
    this.encoded = encoded;
    this.data = data;
    this.signed = withDomain(entry.getData().toByteArray());
    this.signature = entry.getSignatureV2().toByteArray();
    this.publicKey =
        entry.getPubKey().isEmpty()
            ? Optional.empty()
            : Optional.of(PublicKey.decode(entry.getPubKey().toByteArray()));
  }

  /** Returns the key under which a DHT keeps the record of a name (Routing Record). */
  public static Bytes key(PeerId name) {
    byte[] id = name.encode();
    byte[] key = Arrays.copyOf(PREFIX.toByteArray(), PREFIX.size() + id.length);
    System.arraycopy(id, 0, key, PREFIX.size(), id.length);
    return Bytes.of(key);
  }

  /**
   * Returns the name whose record is kept under a key.
   *
   * @throws MalformedMessageException when it is the key of something else
   */
  static PeerId name(Bytes key) throws MalformedMessageException {
    if (!key.startsWith(PREFIX)) {
      throw new MalformedMessageException("not a key of IPNS");
    }
    return PeerId.decode(key.slice(PREFIX.size(), key.size()));
  }

  /**
   * Returns a new record, signed; without the fields of the first version, which nobody has needed
   * since 2021. Takes some 30 microseconds.
   *
   * @param key of the peer whose id is the name
   * @param value such as {@code /ipfs/...}
   * @param sequence the version, as unsigned 64 bits: more than that of the record before
   * @param expiry until when it is valid, in the years 0 to 9999. Peers keep it for 48 h at most
   * @param ttl how long whoever read it need not ask again, 0 to {@link #TTL_MAX}
   * @throws IllegalArgumentException when the expiry or the ttl is out of range, or the record
   *     longer than {@value #BYTES_MAX} bytes
   */
  public static IpnsRecord sign(
      KeyPair key, Bytes value, long sequence, Instant expiry, Duration ttl) {
    if (expiry.isBefore(EXPIRY_MIN) || expiry.isAfter(EXPIRY_MAX)) {
      throw new IllegalArgumentException("expiry out of range: " + expiry);
    }
    if (ttl.isNegative() || ttl.compareTo(TTL_MAX) > 0) {
      throw new IllegalArgumentException("ttl out of range: " + ttl);
    }
    byte[] data = IpnsData.of(value, expiry, sequence, ttl.toNanos()).encode();
    IpnsEntry entry =
        IpnsEntry.newBuilder()
            .setData(ByteString.copyFrom(data))
            .setSignatureV2(ByteString.copyFrom(key.sign(withDomain(data))))
            .build();
    try {
      return decode(Bytes.of(entry.toByteArray()));
    } catch (MalformedMessageException tooLong) {
      throw new IllegalArgumentException("value of " + value.size() + " bytes", tooLong);
    }
  }

  private static byte[] withDomain(byte[] data) {
    byte[] signed = Arrays.copyOf(DOMAIN, DOMAIN.length + data.length);
    System.arraycopy(data, 0, signed, DOMAIN.length, data.length);
    return signed;
  }

  /**
   * Reads a record. The signature is not looked at, nor the time.
   *
   * @throws MalformedMessageException when it is too long, of the first version alone, says another
   *     thing in the fields of the first version than in those that are signed, or cannot be read
   */
  public static IpnsRecord decode(Bytes encoded) throws MalformedMessageException {
    IpnsEntry entry =
        ProtobufScan.parse(IpnsEntry.getDefaultInstance(), encoded.toByteArray(), LIMITS);
    if (entry.getSignatureV2().isEmpty() || entry.getData().isEmpty()) {
      throw new MalformedMessageException("IPNS record of the first version");
    }
    IpnsData data = IpnsData.decode(entry.getData().toByteArray());
    boolean isOfBoth = !entry.getSignatureV1().isEmpty() || !entry.getValue().isEmpty();
    if (isOfBoth && !data.agreesWith(entry)) {
      throw new MalformedMessageException("IPNS record whose versions differ");
    }
    return new IpnsRecord(encoded, entry, data);
  }

  /**
   * Returns whether the owner of a name signed this. Takes some 70 microseconds with the keys of
   * our own, and up to a few milliseconds with others.
   */
  public boolean isSignedBy(PeerId name) {
    if (publicKey.isPresent() && !PeerId.of(publicKey.get()).equals(name)) {
      return false;
    }
    return publicKey.or(name::publicKey).filter(key -> key.verify(signed, signature)).isPresent();
  }

  /** Returns the bytes that its owner signed; around them anybody may have added something. */
  Bytes signed() {
    return Bytes.of(signed);
  }

  /** Returns the record as it is kept. */
  public Bytes encoded() {
    return encoded;
  }

  /** Returns what the name points at, as its owner wrote it; from a stranger, so unchecked. */
  public Bytes value() {
    return data.value();
  }

  /** Returns the version, as unsigned 64 bits. */
  public long sequence() {
    return data.sequence();
  }

  /** Returns until when this is valid, by the wall clock. */
  public Instant expiry() {
    return data.expiry();
  }

  /** Returns how long this need not be asked for again, in nanoseconds, as unsigned 64 bits. */
  public long ttlNanos() {
    return data.ttlNanos();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IpnsRecord that && encoded.equals(that.encoded);
  }

  @Override
  public int hashCode() {
    return encoded.hashCode();
  }

  /** Returns version and expiry; nothing that its owner wrote. */
  @Override
  public String toString() {
    return "IPNS record " + Long.toUnsignedString(sequence()) + " until " + expiry();
  }
}
