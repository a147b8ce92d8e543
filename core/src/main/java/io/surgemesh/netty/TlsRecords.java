package io.surgemesh.netty;

import io.surgemesh.session.RecordReader;
import io.surgemesh.session.RecordSealer;
import io.surgemesh.session.TlsMessages;
import io.surgemesh.session.TlsRecordCipher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of one TLS connection: handed out one by one during the handshake, encrypted and
 * decrypted many at a time once {@link #secure} has given the keys.
 *
 * <p>Confined to the connection's loop; during the handshake a worker may call it while nothing is
 * called here.
 */
final class TlsRecords implements RecordSealer, RecordReader {
  /** How much is encrypted at once, in bytes: more gains nothing. */
  static final int PLAIN_BYTES_MAX = 256 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(TlsRecords.class);

  private static final int HEADER_BYTES = TlsRecordCipher.HEADER_BYTES;

  /** The longest record, in bytes (RFC 8446, section 5.2). */
  private static final int RECORD_BYTES_MAX =
      HEADER_BYTES + TlsRecordCipher.CONTENT_BYTES_MAX + 256;

  /** From change_cipher_spec to application_data (RFC 8446, section 5.1). */
  private static final int TYPE_MIN = 20;

  private static final int ALERT = 21;
  private static final int HANDSHAKE = 22;
  private static final int APPLICATION_DATA = 23;
  private static final int MAJOR_VERSION = 3;
  private static final byte[] CLOSE_NOTIFY = {1, 0};

  /** Room for a key update or the end, in bytes. */
  private static final int EXTRA_BYTES = 64;

  private static final int START_BYTES = 2 * 1024;

  /** Room for one record; more is given back, for many connections are idle. */
  private static final int KEPT_BYTES = 32 * 1024;

  /**
   * Records in a row without data: a new key costs far more than the record that asks for it. Peers
   * send a few tickets, and a key update after millions of records.
   */
  static final int BARREN_MAX = 32;

  private final TlsMessages messages = new TlsMessages();

  /** Room for what is to be decrypted; whoever shares it keeps nothing there between calls. */
  private final byte[] scratch;

  private @Nullable TlsTraffic send;
  private @Nullable TlsTraffic receive;
  private byte[] inbound = new byte[START_BYTES];
  private int filled;
  private int barren;
  private boolean renewOurs;
  private boolean broken;
  private boolean forged;

  /**
   * Creates the records of a new connection.
   *
   * @param scratch room of at least one record, the longer the more are decrypted at once; shared
   *     by connections of one loop
   */
  TlsRecords(byte[] scratch) {
    this.scratch = scratch;
  }

  /** Returns the room that {@link #encryptRecord} needs for {@link #PLAIN_BYTES_MAX}. */
  static int sealedBytesMax() {
    return sealedBytes(PLAIN_BYTES_MAX);
  }

  private static int sealedBytes(int plainBytes) {
    int records = plainBytes / TlsRecordCipher.CONTENT_BYTES_MAX + 1;
    return plainBytes + records * TlsRecordCipher.OVERHEAD_BYTES + EXTRA_BYTES;
  }

  /** Takes the keys that the handshake agreed on. */
  void secure(TlsTraffic ours, TlsTraffic theirs) {
    send = ours;
    receive = theirs;
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
    TlsTraffic traffic = send;
    int written = traffic == null ? FAILED : renewIfDue(traffic, record);
    for (int at = 0; at < length && written != FAILED && traffic != null; ) {
      int content = Math.min(length - at, TlsRecordCipher.CONTENT_BYTES_MAX);
      int sealed = traffic.cipher().seal(APPLICATION_DATA, plain, at, content, record, written);
      written = sealed == FAILED ? FAILED : written + sealed;
      at += content;
    }
    return written;
  }

  /** Sends a key update when the peer asked for one, or our key is worn. */
  private int renewIfDue(TlsTraffic traffic, byte[] record) {
    if (!renewOurs && !traffic.cipher().isWorn()) {
      return 0;
    }
    byte[] update = TlsMessages.keyUpdate();
    int sealed = traffic.cipher().seal(HANDSHAKE, update, 0, update.length, record, 0);
    renewOurs = false;
    return renew(traffic) ? sealed : FAILED;
  }

  private static boolean renew(TlsTraffic traffic) {
    try {
      traffic.renew();
      return true;
    } catch (IOException impossible) {
      LOG.warn("no next TLS key", impossible);
      return false;
    }
  }

  @Override
  public int encryptEnd(byte[] record) {
    TlsTraffic traffic = send;
    if (traffic == null) {
      return 0;
    }
    send = null;
    int sealed = traffic.cipher().seal(ALERT, CLOSE_NOTIFY, 0, CLOSE_NOTIFY.length, record, 0);
    return Math.max(0, sealed);
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

  /**
   * Decrypts all whole records at once, as many as there is room for; the beginning of the next one
   * is held.
   */
  private @Nullable ByteBuffer pollWhole(ByteBuffer bytes) {
    int whole = wholeBytes(bytes);
    if (whole == 0) {
      append(bytes);
      return null;
    }
    bytes.get(scratch, 0, whole);
    return decrypt(scratch, whole);
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
    ByteBuffer plain = decrypt(inbound, whole);
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
    return wholeRecord(held(), 0) > 0;
  }

  /** Returns the record that has waited longest, as it came; null when none is whole. */
  byte @Nullable [] takeRecord() {
    // Only the first is looked at: all that wait may be many.
    int bytes = wholeRecord(held(), 0);
    if (bytes == 0) {
      return null;
    }
    byte[] record = Arrays.copyOf(inbound, bytes);
    drop(bytes);
    return record;
  }

  private ByteBuffer held() {
    return ByteBuffer.wrap(inbound, 0, filled);
  }

  /** Returns how many of the bytes are whole records with room; breaks off at one that is none. */
  private int wholeBytes(ByteBuffer bytes) {
    int at = 0;
    int record = wholeRecord(bytes, 0);
    while (record > 0 && at + record <= scratch.length) {
      at += record;
      record = wholeRecord(bytes, at);
    }
    return broken ? 0 : at;
  }

  /** Returns the size of the record that begins there, 0 unless it is whole. */
  private int wholeRecord(ByteBuffer bytes, int at) {
    int left = bytes.remaining() - at;
    if (left < HEADER_BYTES) {
      return 0;
    }
    int type = bytes.get(bytes.position() + at);
    int record = sizeAt(bytes, at);
    boolean known =
        type >= TYPE_MIN
            && type <= APPLICATION_DATA
            && bytes.get(bytes.position() + at + 1) == MAJOR_VERSION;
    if (!known || record > RECORD_BYTES_MAX) {
      broken = true;
      forged = true;
      return 0;
    }
    return record > left ? 0 : record;
  }

  /** Returns the size of the record that begins so far behind the position. */
  private static int sizeAt(ByteBuffer bytes, int at) {
    int length = bytes.position() + at + 3;
    return HEADER_BYTES + ((bytes.get(length) & 0xff) << 8 | (bytes.get(length + 1) & 0xff));
  }

  private @Nullable ByteBuffer decrypt(byte[] records, int bytes) {
    TlsTraffic traffic = receive;
    ByteBuffer source = ByteBuffer.wrap(records);
    byte[] plain = new byte[bytes];
    int length = 0;
    for (int at = 0; at < bytes && !broken && traffic != null; ) {
      int record = sizeAt(source, at);
      int content = traffic.cipher().open(records, at, record, plain, length);
      int type = traffic.cipher().contentType();
      if (content == FAILED) {
        LOG.debug("forged TLS record");
        broken = true;
        forged = true;
      } else if (type == APPLICATION_DATA && content > 0) {
        length += content;
        barren = 0;
      } else {
        barren++;
        boolean taken =
            type == APPLICATION_DATA
                || (type == HANDSHAKE && isTaken(traffic, plain, length, content));
        broken = !taken || barren > BARREN_MAX;
      }
      at += record;
    }
    return length == 0 ? null : ByteBuffer.wrap(plain, 0, length);
  }

  private boolean isTaken(TlsTraffic traffic, byte[] content, int offset, int length) {
    return switch (messages.onContent(content, offset, length)) {
      case NOTHING -> true;
      case RENEW_THEIRS -> renew(traffic);
      case RENEW_BOTH -> {
        renewOurs = true;
        yield renew(traffic);
      }
      case CLOSE -> false;
    };
  }

  private void drop(int bytes) {
    filled -= bytes;
    System.arraycopy(inbound, bytes, inbound, 0, filled);
    if (filled == 0 && inbound.length > KEPT_BYTES) {
      inbound = new byte[START_BYTES];
    }
  }
}
