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

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SSLEngine engine;
  private byte[] inbound = new byte[2 * 1024];
  private int filled;
  private boolean broken;

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
    if (broken) {
      bytes.position(bytes.limit());
      return null;
    }
    append(bytes);
    int whole = wholeBytes();
    return whole == 0 ? null : decrypt(whole);
  }

  @Override
  public boolean isBroken() {
    return broken;
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
    return wholeBytes() > 0;
  }

  /** Hands the waiting bytes to the engine, which takes at most one record during a handshake. */
  SSLEngineResult unwrapHandshake() throws SSLException {
    ByteBuffer source = ByteBuffer.wrap(inbound, 0, filled);
    SSLEngineResult result = engine.unwrap(source, NOTHING.duplicate());
    drop(source.position());
    return result;
  }

  /** Returns how many of the waiting bytes are whole records; breaks off at one that is none. */
  private int wholeBytes() {
    int at = 0;
    while (filled - at >= HEADER_BYTES) {
      int record = HEADER_BYTES + ((inbound[at + 3] & 0xff) << 8 | (inbound[at + 4] & 0xff));
      boolean known =
          inbound[at] >= TYPE_MIN && inbound[at] <= TYPE_MAX && inbound[at + 1] == MAJOR_VERSION;
      if (!known || record > RECORD_BYTES_MAX) {
        broken = true;
        return 0;
      }
      if (record > filled - at) {
        break;
      }
      at += record;
    }
    return at;
  }

  private @Nullable ByteBuffer decrypt(int whole) {
    ByteBuffer source = ByteBuffer.wrap(inbound, 0, whole);
    ByteBuffer plain = ByteBuffer.allocate(whole);
    try {
      while (source.hasRemaining()) {
        SSLEngineResult result = engine.unwrap(source, plain);
        if (result.getStatus() != SSLEngineResult.Status.OK || result.bytesConsumed() == 0) {
          broken = true;
          break;
        }
      }
    } catch (SSLException forged) {
      LOG.debug("forged TLS record: {}", forged.getMessage());
      broken = true;
    }
    drop(whole);
    return plain.position() == 0 ? null : plain.flip();
  }

  private void drop(int bytes) {
    filled -= bytes;
    System.arraycopy(inbound, bytes, inbound, 0, filled);
  }
}
