package io.surgemesh.dht;

import io.surgemesh.host.ProtocolId;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An archive of records in a SQLite file, which one thread of its own opens, reads and writes, a
 * second after the first of what it then writes together.
 *
 * <p>A file that is damaged, or not such a file, is put aside under the name {@code <file>.bad},
 * and a fresh one is begun. When none can be had, nothing is kept. At most {@value #WAITING_MAX}
 * records wait; further ones are not kept. Neither stops the DHT.
 */
final class SqliteRecords implements RecordArchive {
  /** The most records that wait to be written; of the longest values, 32 MiB. */
  static final int WAITING_MAX = 1024;

  private static final Logger LOG = LoggerFactory.getLogger(SqliteRecords.class);
  private static final long GATHER_MILLIS = 1_000;

  private final Path path;
  private final ProtocolId protocol;
  private final int pagesMax;
  private final InstantSource wallClock;
  private final Thread thread;
  // Guarded by itself, as is what follows.
  private final Map<RecordId, Kept> waiting = new LinkedHashMap<>();
  private boolean closed;
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
    this.thread = new Thread(this::run, "surgemesh-records");
    thread.setDaemon(true);
  }

  /** Opens the file as well; to be called once, before anything else. */
  @Override
  public void load(Consumer<List<Kept>> told) {
    reader = told;
    thread.start();
  }

  @Override
  public void save(Kept record) {
    synchronized (waiting) {
      waiting.remove(record.id());
      if (!closed && waiting.size() < WAITING_MAX) {
        waiting.put(record.id(), record);
        waiting.notifyAll();
      }
    }
  }

  private void run() {
    RecordFile file = open();
    try {
      for (List<Kept> batch = take(); !batch.isEmpty(); batch = take()) {
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

  private @Nullable RecordFile open() {
    try {
      return begin();
    } catch (SQLException | IOException | MalformedMessageException damaged) {
      LOG.warn("{} is damaged, so it is put aside and begun anew", path, damaged);
    }
    try {
      putAside();
      return begin();
    } catch (SQLException | IOException | MalformedMessageException failed) {
      LOG.warn("{} cannot be used, so no records are kept", path, failed);
      return null;
    }
  }

  /** All of it is read at once, so whatever is damaged shows. */
  private RecordFile begin() throws SQLException, IOException, MalformedMessageException {
    createOwned();
    RecordFile file = RecordFile.open(path, protocol, pagesMax);
    try {
      reader.accept(file.load(wallClock.millis()));
      return file;
    } catch (SQLException | MalformedMessageException damaged) {
      file.close();
      throw damaged;
    }
  }

  private void createOwned() throws IOException {
    if (Files.notExists(path)) {
      boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
      FileAttribute<?>[] owned =
          posix
              ? new FileAttribute<?>[] {
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
              }
              : new FileAttribute<?>[0];
      Files.createFile(path, owned);
    }
  }

  private void putAside() throws IOException {
    Path name = path.getFileName();
    Files.move(path, path.resolveSibling(name + ".bad"), StandardCopyOption.REPLACE_EXISTING);
    for (String companion : List.of("-wal", "-shm", "-journal")) {
      Files.deleteIfExists(path.resolveSibling(name + companion));
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

  /** Waits for something to write; returns nothing once it is closed and all is written. */
  private List<Kept> take() throws InterruptedException {
    synchronized (waiting) {
      while (waiting.isEmpty() && !closed) {
        waiting.wait();
      }
      if (!closed) {
        // More tends to come soon; a close wakes it up.
        waiting.wait(GATHER_MILLIS);
      }
      List<Kept> batch = new ArrayList<>(waiting.values());
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
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
