package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.MalformedMessageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An archive of peers in a SQLite file.
 *
 * <p>One thread writes, a second after the first of what it then writes together. At most {@value
 * PeerArchive#PEERS_MAX} peers wait; further ones are not kept.
 */
final class SqlitePeerArchive implements PeerArchive {
  private static final Logger LOG = LoggerFactory.getLogger(SqlitePeerArchive.class);
  private static final long GATHER_MILLIS = 1_000;

  private final Path file;
  private final InstantSource wallClock;
  private final SqlitePeers peers;
  private final List<Acquaintance> loaded;
  private final Thread writer;
  // Guarded by itself, as is what follows.
  private final Map<PeerId, Acquaintance> waiting = new LinkedHashMap<>();
  private boolean closed;

  private SqlitePeerArchive(
      Path file, InstantSource wallClock, SqlitePeers peers, List<Acquaintance> loaded) {
    this.file = file;
    this.wallClock = wallClock;
    this.peers = peers;
    this.loaded = loaded;
    this.writer = new Thread(this::run, "surgemesh-peers");
    writer.setDaemon(true);
    writer.start();
  }

  static PeerArchive open(Path file, InstantSource wallClock) {
    try {
      return begin(file, wallClock);
    } catch (SQLException | IOException | MalformedMessageException damaged) {
      LOG.warn("{} is damaged, so it is put aside and begun anew", file, damaged);
    }
    try {
      putAside(file);
      return begin(file, wallClock);
    } catch (SQLException | IOException | MalformedMessageException failed) {
      LOG.warn("{} cannot be used, so no peers are remembered", file, failed);
      return PeerArchive.none();
    }
  }

  /** All of it is read at once, so whatever is damaged shows. */
  private static SqlitePeerArchive begin(Path file, InstantSource wallClock)
      throws SQLException, IOException, MalformedMessageException {
    createOwned(file);
    SqlitePeers peers = SqlitePeers.open(file);
    try {
      List<Acquaintance> loaded = peers.load(wallClock.millis());
      return new SqlitePeerArchive(file, wallClock, peers, loaded);
    } catch (SQLException | MalformedMessageException damaged) {
      peers.close();
      throw damaged;
    }
  }

  private static void createOwned(Path file) throws IOException {
    if (Files.notExists(file)) {
      boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
      FileAttribute<?>[] owned =
          posix
              ? new FileAttribute<?>[] {
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
              }
              : new FileAttribute<?>[0];
      Files.createFile(file, owned);
    }
  }

  private static void putAside(Path file) throws IOException {
    Files.move(
        file,
        file.resolveSibling(file.getFileName() + ".bad"),
        StandardCopyOption.REPLACE_EXISTING);
    for (String companion : List.of("-wal", "-shm", "-journal")) {
      Files.deleteIfExists(file.resolveSibling(file.getFileName() + companion));
    }
  }

  @Override
  public List<Acquaintance> load() {
    return loaded;
  }

  @Override
  public void save(Acquaintance met) {
    synchronized (waiting) {
      waiting.remove(met.info().peerId());
      if (!closed && waiting.size() < PEERS_MAX) {
        waiting.put(met.info().peerId(), met);
        waiting.notifyAll();
      }
    }
  }

  private void run() {
    try {
      for (List<Acquaintance> batch = take(); !batch.isEmpty(); batch = take()) {
        write(batch);
      }
      peers.close();
    } catch (SQLException failed) {
      LOG.warn("{} not closed cleanly", file, failed);
    } catch (InterruptedException interrupted) {
      LOG.warn("the thread of {} was interrupted, so no more peers are kept", file);
    }
  }

  private void write(List<Acquaintance> batch) {
    try {
      peers.save(batch, wallClock.millis());
    } catch (SQLException failed) {
      LOG.warn("{} peers not kept in {}", batch.size(), file, failed);
    }
  }

  /** Waits for something to write; returns nothing once it is closed and all is written. */
  private List<Acquaintance> take() throws InterruptedException {
    synchronized (waiting) {
      while (waiting.isEmpty() && !closed) {
        waiting.wait();
      }
      if (!closed) {
        // More tends to come soon; a close wakes it up.
        waiting.wait(GATHER_MILLIS);
      }
      List<Acquaintance> batch = new ArrayList<>(waiting.values());
      waiting.clear();
      return batch;
    }
  }

  /** Must not be called on the archive's own thread. */
  @Override
  public void close() {
    synchronized (waiting) {
      closed = true;
      waiting.notifyAll();
    }
    try {
      writer.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
