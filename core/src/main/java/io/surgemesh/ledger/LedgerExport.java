package io.surgemesh.ledger;

import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.MeshException.LedgerCorrupt;
import io.surgemesh.identity.MeshException.StorageFailed;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Varint;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log in one plain file, for anyone to verify: whose it is said to be, then its envelopes.
 *
 * <p>The form: the line {@code surgemesh-ledger-export 1}; then frames, each a length as an
 * unsigned varint and that many bytes: the owner's PeerId, every envelope in order, and an empty
 * frame as the end. Reading and writing stream, one frame at a time.
 */
public final class LedgerExport implements LedgerSource {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerExport.class);
  private static final byte[] MAGIC =
      "surgemesh-ledger-export 1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int OWNER_BYTES_MAX = 128;

  private final Path file;
  private final InputStream content;
  private final PeerId owner;
  private long index;
  private boolean ended;

  private LedgerExport(Path file, InputStream content, PeerId owner) {
    this.file = file;
    this.content = content;
    this.owner = owner;
  }

  /**
   * Writes all that {@code source} holds; blocks.
   *
   * @param target replaced when it exists
   * @return the number of entries written
   * @throws MeshException when the source cannot be read or the file not be written; the file is
   *     then incomplete, and shows it
   */
  public static long write(Path target, PeerId owner, LedgerSource source) throws MeshException {
    try (OutputStream output = new BufferedOutputStream(Files.newOutputStream(target))) {
      output.write(MAGIC);
      writeFrame(output, owner.encode());
      long entries = 0;
      Optional<Bytes> next = source.next();
      while (next.isPresent()) {
        writeFrame(output, next.get().toByteArray());
        entries++;
        next = source.next();
      }
      writeFrame(output, new byte[0]);
      return entries;
    } catch (IOException failed) {
      throw StorageFault.of(target, failed, StorageFailed.Reason.NOT_WRITABLE);
    }
  }

  private static void writeFrame(OutputStream output, byte[] content) throws IOException {
    output.write(Varint.encode(content.length));
    output.write(content);
  }

  /**
   * Opens an export for reading and reads its head; blocks.
   *
   * @throws MeshException {@code StorageFailed} when it cannot be read, with {@code CORRUPT} when
   *     it is no export
   */
  public static LedgerExport open(Path file) throws MeshException {
    try {
      InputStream content = new BufferedInputStream(Files.newInputStream(file));
      try {
        return new LedgerExport(file, content, readHead(content));
      } catch (IOException | RuntimeException failed) {
        content.close();
        throw failed;
      } catch (MalformedMessageException malformed) {
        content.close();
        throw new StorageFailed(file, StorageFailed.Reason.CORRUPT);
      }
    } catch (IOException failed) {
      throw StorageFault.of(file, failed, StorageFailed.Reason.NOT_READABLE);
    }
  }

  private static PeerId readHead(InputStream content)
      throws IOException, MalformedMessageException {
    if (!Arrays.equals(content.readNBytes(MAGIC.length), MAGIC)) {
      throw new MalformedMessageException("no ledger export");
    }
    return PeerId.decode(readFrame(content, OWNER_BYTES_MAX));
  }

  private static byte[] readFrame(InputStream content, int bytesMax)
      throws IOException, MalformedMessageException {
    ByteBuffer prefix = ByteBuffer.allocate(Varint.BYTES_MAX);
    int last;
    do {
      last = content.read();
      if (last < 0 || !prefix.hasRemaining()) {
        throw new MalformedMessageException("frame length is truncated or too long");
      }
      prefix.put((byte) last);
    } while (last > 0x7f);
    long length = Varint.read(prefix.flip());
    if (length > bytesMax) {
      throw new MalformedMessageException("frame of " + length + " bytes");
    }
    byte[] frame = content.readNBytes((int) length);
    if (frame.length != length) {
      throw new MalformedMessageException("frame is truncated");
    }
    return frame;
  }

  /** Returns whose log it is said to be; whether that holds, verifying shows. */
  public PeerId owner() {
    return owner;
  }

  @Override
  public Optional<Bytes> next() throws MeshException {
    if (ended) {
      return Optional.empty();
    }
    try {
      Bytes frame = Bytes.of(readFrame(content, LedgerEntry.BYTES_MAX));
      ended = frame.isEmpty();
      if (ended && content.read() >= 0) {
        throw new LedgerCorrupt(file, index, LedgerCorrupt.Reason.MALFORMED);
      }
      index++;
      return Optional.of(frame).filter(envelope -> !envelope.isEmpty());
    } catch (MalformedMessageException malformed) {
      throw new LedgerCorrupt(file, index, LedgerCorrupt.Reason.MALFORMED);
    } catch (IOException failed) {
      throw StorageFault.of(file, failed, StorageFailed.Reason.NOT_READABLE);
    }
  }

  @Override
  public void close() {
    try {
      content.close();
    } catch (IOException failed) {
      LOG.warn("{} not closed", file, failed);
    }
  }
}
