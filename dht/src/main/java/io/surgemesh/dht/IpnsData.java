package io.surgemesh.dht;

import io.surgemesh.dht.pb.IpnsEntry;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an IPNS record says and is signed over: a map of five fields in DAG-CBOR (IPNS Record,
 * Record Fields). Fields of other names are passed over.
 *
 * @param value what the name points at
 * @param validity until when, RFC 3339 as it is written
 * @param expiry the same as an instant
 * @param sequence the version, unsigned
 * @param ttlNanos how long it need not be asked for again, unsigned
 */
record IpnsData(Bytes value, Bytes validity, Instant expiry, long sequence, long ttlNanos) {
  /** The longest validity read, in bytes: with nanoseconds and an offset it takes 35. */
  static final int VALIDITY_BYTES_MAX = 64;

  private static final String TTL = "TTL";
  private static final String VALUE = "Value";
  private static final String SEQUENCE = "Sequence";
  private static final String VALIDITY = "Validity";
  private static final String VALIDITY_TYPE = "ValidityType";

  /** The only type of validity: until a point of time. */
  private static final long EOL = 0;

  /** What was read so far. */
  private static final class Fields {
    private @Nullable Bytes value;
    private @Nullable Bytes validity;
    private @Nullable Long validityType;
    private @Nullable Long sequence;
    private @Nullable Long ttlNanos;

    void read(String name, CborReader reader) throws MalformedMessageException {
      switch (name) {
        case VALUE -> value = reader.bytes();
        case VALIDITY -> validity = reader.bytes();
        case VALIDITY_TYPE -> validityType = reader.unsigned();
        case SEQUENCE -> sequence = reader.unsigned();
        case TTL -> ttlNanos = reader.unsigned();
        default -> reader.skip();
      }
    }

    IpnsData toData() throws MalformedMessageException {
      if (value == null
          || validity == null
          || validityType == null
          || sequence == null
          || ttlNanos == null) {
        throw new MalformedMessageException("IPNS record lacks a field");
      }
      if (validityType != EOL) {
        throw new MalformedMessageException("IPNS record of an unknown validity");
      }
      return new IpnsData(value, validity, instant(validity), sequence, ttlNanos);
    }
  }

  /** Returns what is to be signed of a new record. */
  static IpnsData of(Bytes value, Instant expiry, long sequence, long ttlNanos) {
    Bytes validity = Bytes.of(expiry.toString().getBytes(StandardCharsets.US_ASCII));
    return new IpnsData(value, validity, expiry, sequence, ttlNanos);
  }

  /**
   * Reads the signed part of a record.
   *
   * @throws MalformedMessageException when it is not strict DAG-CBOR, lacks a field, or is valid by
   *     something else than a point of time
   */
  static IpnsData decode(byte[] encoded) throws MalformedMessageException {
    Fields fields = new Fields();
    CborReader reader = new CborReader(encoded);
    reader.map(name -> fields.read(name, reader));
    reader.requireEnd();
    return fields.toData();
  }

  private static Instant instant(Bytes validity) throws MalformedMessageException {
    if (validity.size() > VALIDITY_BYTES_MAX) {
      throw new MalformedMessageException("IPNS validity of " + validity.size() + " bytes");
    }
    String text = new String(validity.toByteArray(), StandardCharsets.ISO_8859_1);
    try {
      // Years of RFC 3339 have four digits and no sign.
      if (!text.isEmpty() && Character.digit(text.charAt(0), 10) >= 0) {
        return Instant.parse(text);
      }
    } catch (DateTimeException unreadable) {
      // Said below.
    }
    throw new MalformedMessageException("IPNS validity that is no time");
  }

  /** Returns whether the fields of the first version say the same (Record Verification, step 7). */
  boolean agreesWith(IpnsEntry entry) {
    return value.equals(Bytes.of(entry.getValue().toByteArray()))
        && validity.equals(Bytes.of(entry.getValidity().toByteArray()))
        && entry.getValidityTypeValue() == EOL
        && entry.getSequence() == sequence
        && entry.getTtl() == ttlNanos;
  }

  /** Returns the bytes that are signed, the shortest names first. */
  byte[] encode() {
    CborWriter writer = new CborWriter();
    writer.map(5);
    writer.text(TTL).unsigned(ttlNanos);
    writer.text(VALUE).bytes(value);
    writer.text(SEQUENCE).unsigned(sequence);
    writer.text(VALIDITY).bytes(validity);
    writer.text(VALIDITY_TYPE).unsigned(EOL);
    return writer.toByteArray();
  }
}
