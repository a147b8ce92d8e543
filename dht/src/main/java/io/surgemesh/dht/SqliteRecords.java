package io.surgemesh.dht;

import io.surgemesh.archive.ArchiveFile;
import io.surgemesh.archive.WriteBehind;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.multiformats.MalformedMessageException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An archive of records in a SQLite file, which one thread of its own opens, reads and writes, a
 * second after the first of what it then writes together.
 *
 * <p>A file that is damaged, or not such a file, is put aside under the name {@code <file>.bad},
 * and a fresh one is begun. When none can be had, nothing is kept. At most {@value #WAITING_MAX}
 * records wait, and as many that this peer put or withdrew itself; further ones are not kept.
 * Neither stops the DHT.
 */
final class SqliteRecords implements RecordArchive {
  /** The most records that wait to be written, twice: of the longest values, 64 MiB. */
  static final int WAITING_MAX = 1024;

  private static final Logger LOG = LoggerFactory.getLogger(SqliteRecords.class);

  private final Path path;
  private final ProtocolId protocol;
  private final int pagesMax;
  private final InstantSource wallClock;
  private final WriteBehind<RecordId, Kept> waiting;
  // Used on the thread only.
  private Consumer<List<Kept>> reader = records -> {};
  private boolean failing;

  /**
   * Creates an archive that has opened nothing yet.
   *
   * @param path in a directory that only the owner can read
   * @param protocol of the DHT; records of another are dropped
   * @param pagesMax how large the file may become, in pages of 4 KiB
   */
  SqliteRecords(Path path, ProtocolId protocol, int pagesMax, InstantSource wallClock) {
    this.path = path;
    this.protocol = protocol;
    this.pagesMax = pagesMax;
    this.wallClock = wallClock;
    this.waiting = new WriteBehind<>("surgemesh-records", WAITING_MAX, this::run);
  }

  /** Opens the file as well; to be called once, before anything else. */
  @Override
  public void load(Consumer<List<Kept>> told) {
    reader = told;
    waiting.start();
  }

  @Override
  public void save(Kept record) {
    if (record.isOwn()) {
      // A withdrawal above all: lost, the value would be put again in the next life.
      waiting.putOwn(record.id(), record);
    } else {
      waiting.put(record.id(), record);
    }
  }

  private void run() {
    RecordFile file = ArchiveFile.openOrBeginAnew(path, "no records are kept", opened -> begin());
    try {
      for (List<Kept> batch = waiting.take(); !batch.isEmpty(); batch = waiting.take()) {
        if (file != null) {
          write(file, batch);
        }
      }
      if (file != null) {
        file.close();
      }
    } catch (SQLException failed) {
      LOG.warn("{} not closed cleanly", path, failed);
    } catch (InterruptedException interrupted) {
      LOG.warn("the thread of {} was interrupted, so no more records are kept", path);
    }
  }

  /** All of it is read at once, so whatever is damaged shows. */
  private RecordFile begin() throws SQLException, MalformedMessageException {
    RecordFile file = RecordFile.open(path, protocol, pagesMax);
    try {
      reader.accept(file.load(wallClock.millis()));
      return file;
    } catch (SQLException | MalformedMessageException damaged) {
      file.close();
      throw damaged;
    }
  }

  private void write(RecordFile file, List<Kept> batch) {
    try {
      file.save(batch, wallClock.millis());
      failing = false;
    } catch (SQLException failed) {
      if (!failing) {
        LOG.warn("records not kept in {}; said once until it works again", path, failed);
      }
      failing = true;
    }
  }

  /** Must not be called on the archive's own thread. */
  @Override
  public void close() {
    waiting.close();
  }
}
