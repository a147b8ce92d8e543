package io.surgemesh.simulator;

import io.surgemesh.multiformats.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The bytes of one transaction on a simulated disk, and the rule by which a restart reads them.
 *
 * <p>The rule is that of SQLite's write-ahead log: what is not whole up to its commit, checksum
 * included, never happened. So a torn write loses its whole batch, and nothing before it.
 */
final class JournalRecord {
  private JournalRecord() {}

  /** Returns count, then length and bytes of each, then the checksum of all that. */
  static byte[] encode(List<Bytes> envelopes) {
    int bytes = 2 * Integer.BYTES;
    for (Bytes envelope : envelopes) {
      bytes += Integer.BYTES + envelope.size();
    }
    ByteBuffer record = ByteBuffer.allocate(bytes).putInt(envelopes.size());
    for (Bytes envelope : envelopes) {
      record.putInt(envelope.size()).put(envelope.asReadOnlyByteBuffer());
    }
    return record.putInt(checksum(record.array(), record.position())).array();
  }

  /** Returns what a restart finds in such bytes, of which any may be missing or wrong. */
  static List<Bytes> recover(byte[] written) {
    int end = written.length - Integer.BYTES;
    if (end < Integer.BYTES || ByteBuffer.wrap(written).getInt(end) != checksum(written, end)) {
      return List.of();
    }
    ByteBuffer record = ByteBuffer.wrap(written, 0, end);
    List<Bytes> envelopes = new ArrayList<>();
    for (int left = record.getInt(); left > 0; left--) {
      byte[] envelope = new byte[record.getInt()];
      record.get(envelope);
      envelopes.add(Bytes.of(envelope));
    }
    return envelopes;
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, length);
    return (int) checksum.getValue();
  }
}
