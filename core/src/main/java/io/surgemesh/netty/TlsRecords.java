package io.surgemesh.netty;

import io.surgemesh.session.RecordReader;
import io.surgemesh.session.RecordSealer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of one TLS connection, encrypted and decrypted many at a time.
 *
 * <p>An engine works on heap arrays, on which the JDK's ciphers are fastest, and input and output
 * are never parts of one array, for which the JDK would copy. Confined to the connection's loop;
 * during the handshake the engine's tasks may run elsewhere while nothing is called here.
 */
final class TlsRecords implements RecordSealer, RecordReader {
  /** How much is encrypted at once, in bytes: more gains nothing. */
  static final int PLAIN_BYTES_MAX = 256 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(TlsRecords.class);

  private static final int HEADER_BYTES = 5;

  /** The longest record, in bytes (RFC 8446, section 5.2). */
  private static final int RECORD_BYTES_MAX = HEADER_BYTES + 16_384 + 256;

  /** From change_cipher_spec to application_data (RFC 8446, section 5.1). */
  private static final int TYPE_MIN = 20;

  private static final int TYPE_MAX = 23;
  private static final int MAJOR_VERSION = 3;
  private static final int RECORD_PLAIN_BYTES_MAX = 16_384;

  /** Header, content type and tag of one record, in bytes. */
  private static final int OVERHEAD_BYTES = HEADER_BYTES + 1 + 16;

  /** What the engine wants free before it writes a record, however short, in bytes. */
  private static final int SLACK_BYTES = RECORD_BYTES_MAX + 256;

  private static final int START_BYTES = 2 * 1024;

  /** Room for one record; more is given back, for many connections are idle. */
  private static final int KEPT_BYTES = 32 * 1024;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SSLEngine engine;
  private byte[] inbound = new byte[START_BYTES];
  private int filled;
  private boolean broken;
  private boolean forged;

  TlsRecords(SSLEngine engine) {
    this.engine = engine;
  }

  /** Returns the room that {@link #encryptRecord} needs for {@link #PLAIN_BYTES_MAX}. */
  static int sealedBytesMax() {
    return sealedBytes(PLAIN_BYTES_MAX);
  }

  private static int sealedBytes(int plainBytes) {
    int records = plainBytes / RECORD_PLAIN_BYTES_MAX + 1;
    return plainBytes + records * OVERHEAD_BYTES + SLACK_BYTES;
  }

  @Override
  public int plainBytesMax() {
    return PLAIN_BYTES_MAX;
  }

  @Override
  public int recordBytes(int plainBytes) {
    return sealedBytes(plainBytes);
  }

  @Override
  public int encryptRecord(byte[] plain, int length, byte[] record) {
    ByteBuffer source = ByteBuffer.wrap(plain, 0, length);
    ByteBuffer target = ByteBuffer.wrap(record);
    try {
      while (source.hasRemaining()) {
        SSLEngineResult result = engine.wrap(source, target);
        if (result.getStatus() != SSLEngineResult.Status.OK
            || result.bytesConsumed() + result.bytesProduced() == 0) {
          return FAILED;
        }
      }
      return target.position();
    } catch (SSLException failed) {
      LOG.debug("TLS ended: {}", failed.getMessage());
      return FAILED;
    }
  }

  @Override
  public int encryptEnd(byte[] record) {
    engine.closeOutbound();
    try {
      return engine.wrap(NOTHING.duplicate(), ByteBuffer.wrap(record)).bytesProduced();
    } catch (SSLException failed) {
      return 0;
    }
  }

  @Override
  public @Nullable ByteBuffer poll(ByteBuffer bytes) {
    while (!broken) {
      ByteBuffer plain = filled > 0 ? pollHeld(bytes) : pollWhole(bytes);
      // A record without any bytes is none to hand on, but others may follow it.
      if (plain != null || !bytes.hasRemaining()) {
        return plain;
      }
    }
    bytes.position(bytes.limit());
    return null;
  }

  /** Decrypts all whole records where they are; the beginning of the next one is held. */
  private @Nullable ByteBuffer pollWhole(ByteBuffer bytes) {
    int whole = wholeBytes(bytes);
    if (whole == 0) {
      append(bytes);
      return null;
    }
    ByteBuffer records = bytes.duplicate().limit(bytes.position() + whole);
    bytes.position(bytes.position() + whole);
    return decrypt(records);
  }

  /** What the handshake left comes first, then the record whose beginning is held. */
  private @Nullable ByteBuffer pollHeld(ByteBuffer bytes) {
    int whole = wholeBytes(held());
    while (whole == 0 && !broken && bytes.hasRemaining()) {
      int missing = filled < HEADER_BYTES ? HEADER_BYTES - filled : sizeAt(held(), 0) - filled;
      int taken = Math.min(missing, bytes.remaining());
      append(bytes.duplicate().limit(bytes.position() + taken));
      bytes.position(bytes.position() + taken);
      whole = wholeBytes(held());
    }
    if (whole == 0) {
      return null;
    }
    ByteBuffer plain = decrypt(held().limit(whole));
    drop(whole);
    return plain;
  }

  @Override
  public boolean isBroken() {
    return broken;
  }

  @Override
  public boolean isForged() {
    return forged;
  }

  /** Takes bytes for the handshake, or behind it. */
  void append(ByteBuffer bytes) {
    int added = bytes.remaining();
    if (added > inbound.length - filled) {
      inbound = Arrays.copyOf(inbound, Math.max(filled + added, 2 * inbound.length));
    }
    bytes.get(inbound, filled, added);
    filled += added;
  }

  /** Returns whether a whole record waits. */
  boolean hasRecord() {
    return wholeBytes(held()) > 0;
  }

  /** Hands the waiting bytes to the engine, which takes at most one record during a handshake. */
  SSLEngineResult unwrapHandshake() throws SSLException {
    ByteBuffer source = held();
    SSLEngineResult result = engine.unwrap(source, NOTHING.duplicate());
    drop(source.position());
    return result;
  }

  private ByteBuffer held() {
    return ByteBuffer.wrap(inbound, 0, filled);
  }

  /** Returns how many of the bytes are whole records; breaks off at one that is none. */
  private int wholeBytes(ByteBuffer bytes) {
    int at = 0;
    while (bytes.remaining() - at >= HEADER_BYTES) {
      int type = bytes.get(bytes.position() + at);
      int record = sizeAt(bytes, at);
      boolean known =
          type >= TYPE_MIN
              && type <= TYPE_MAX
              && bytes.get(bytes.position() + at + 1) == MAJOR_VERSION;
      if (!known || record > RECORD_BYTES_MAX) {
        broken = true;
        forged = true;
        return 0;
      }
      if (record > bytes.remaining() - at) {
        break;
      }
      at += record;
    }
    return at;
  }

  /** Returns the size of the record that begins so far behind the position. */
  private static int sizeAt(ByteBuffer bytes, int at) {
    int length = bytes.position() + at + 3;
    return HEADER_BYTES + ((bytes.get(length) & 0xff) << 8 | (bytes.get(length + 1) & 0xff));
  }

  private @Nullable ByteBuffer decrypt(ByteBuffer records) {
    ByteBuffer plain = ByteBuffer.allocate(records.remaining());
    try {
      while (records.hasRemaining()) {
        SSLEngineResult result = engine.unwrap(records, plain);
        if (result.getStatus() != SSLEngineResult.Status.OK || result.bytesConsumed() == 0) {
          broken = true;
          break;
        }
      }
    } catch (SSLException refused) {
      LOG.debug("forged TLS record: {}", refused.getMessage());
      broken = true;
      forged = true;
    }
    return plain.position() == 0 ? null : plain.flip();
  }

  private void drop(int bytes) {
    filled -= bytes;
    System.arraycopy(inbound, bytes, inbound, 0, filled);
    if (filled == 0 && inbound.length > KEPT_BYTES) {
      inbound = new byte[START_BYTES];
    }
  }
}
