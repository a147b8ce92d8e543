package io.surgemesh.host;

import io.surgemesh.archive.ArchiveFile;
import io.surgemesh.archive.WriteBehind;
import io.surgemesh.host.SqlitePeers.Meeting;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An archive of peers in a SQLite file.
 *
 * <p>Written behind by a thread of its own. At most {@value PeerArchive#PEERS_MAX} peers wait;
 * further ones are not kept.
 */
final class SqlitePeerArchive implements PeerArchive {
  private static final Logger LOG = LoggerFactory.getLogger(SqlitePeerArchive.class);

  /** What is kept of the host itself waits under this; no peer is named so. */
  private static final Bytes SELF = Bytes.EMPTY;

  /** What waits to be written: a meeting, or the number of a record. */
  private record Change(List<Meeting> meeting, long recordNumber) {}

  private final Path file;
  private final InstantSource wallClock;
  private final SqlitePeers peers;
  private final List<Acquaintance> loaded;
  private final long recordNumber;
  private final WriteBehind<Bytes, Change> waiting;

  private SqlitePeerArchive(
      Path file,
      InstantSource wallClock,
      SqlitePeers peers,
      List<Acquaintance> loaded,
      long recordNumber) {
    this.file = file;
    this.wallClock = wallClock;
    this.peers = peers;
    this.loaded = loaded;
    this.recordNumber = recordNumber;
    this.waiting = new WriteBehind<>("surgemesh-peers", PEERS_MAX, this::run);
    waiting.start();
  }

  static PeerArchive open(Path file, InstantSource wallClock) {
    SqlitePeerArchive opened =
        ArchiveFile.openOrBeginAnew(
            file, "no peers are remembered", path -> begin(path, wallClock));
    return opened == null ? PeerArchive.none() : opened;
  }

  /** All of it is read at once, so whatever is damaged shows. */
  private static SqlitePeerArchive begin(Path file, InstantSource wallClock)
      throws SQLException, MalformedMessageException {
    SqlitePeers peers = SqlitePeers.open(file);
    try {
      List<Acquaintance> loaded = peers.load(wallClock.millis());
      return new SqlitePeerArchive(file, wallClock, peers, loaded, peers.recordNumber());
    } catch (SQLException | MalformedMessageException damaged) {
      peers.close();
      throw damaged;
    }
  }

  @Override
  public List<Acquaintance> load() {
    return loaded;
  }

  @Override
  public void save(Acquaintance met, Encounter how) {
    if (how.dialled() || !met.info().addresses().isEmpty()) {
      Meeting meeting = new Meeting(met, how, wallClock.millis());
      waiting.put(met.info().peerId().bytes(), new Change(List.of(meeting), 0));
    }
  }

  @Override
  public long recordNumber() {
    return recordNumber;
  }

  @Override
  public void keepRecordNumber(long number) {
    waiting.putOwn(SELF, new Change(List.of(), number));
  }

  private void run() {
    try {
      for (List<Change> batch = waiting.take(); !batch.isEmpty(); batch = waiting.take()) {
        write(batch);
      }
      peers.close();
    } catch (SQLException failed) {
      LOG.warn("{} not closed cleanly", file, failed);
    } catch (InterruptedException interrupted) {
      LOG.warn("the thread of {} was interrupted, so no more peers are kept", file);
    }
  }

  private void write(List<Change> batch) {
    try {
      List<Meeting> meetings = new ArrayList<>();
      for (Change change : batch) {
        meetings.addAll(change.meeting());
        if (change.meeting().isEmpty()) {
          peers.saveRecordNumber(change.recordNumber());
        }
      }
      if (!meetings.isEmpty()) {
        peers.save(meetings);
      }
    } catch (SQLException failed) {
      LOG.warn("{} changes not kept in {}", batch.size(), file, failed);
    }
  }

  /** Must not be called on the archive's own thread. */
  @Override
  public void close() {
    waiting.close();
  }
}
