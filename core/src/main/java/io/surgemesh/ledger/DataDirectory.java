package io.surgemesh.ledger;

import io.surgemesh.identity.MeshException.StorageFailed;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteDataSource;

/**
 * A data directory held by this store alone, until closed.
 *
 * <p>The file {@code lock} is an empty SQLite database in an exclusive transaction that never
 * writes. SQLite's lock holds against other processes and within this one; a {@code FileLock} would
 * not do, because closing any other channel on the file in this process silently drops it.
 */
final class DataDirectory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);

  private final Path directory;
  private final Connection lock;

  private DataDirectory(Path directory, Connection lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Creates the directory when it is missing and takes hold of it.
   *
   * @throws StorageFailed {@code LOCKED} when it is held already
   */
  static DataDirectory hold(Path directory) throws StorageFailed {
    Path lockFile = directory.resolve("lock");
    try {
      createOwned(directory);
      createOwnedFile(lockFile);
    } catch (IOException failed) {
      throw StorageFault.of(directory, failed, StorageFailed.Reason.NOT_WRITABLE);
    }
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + lockFile.toAbsolutePath());
    try {
      Connection lock = source.getConnection();
      try (Statement statement = lock.createStatement()) {
        statement.execute("PRAGMA busy_timeout = 0");
        statement.execute("BEGIN EXCLUSIVE");
        return new DataDirectory(directory, lock);
      } catch (SQLException held) {
        lock.close();
        throw held;
      }
    } catch (SQLException failed) {
      throw StorageFault.of(directory, failed, StorageFailed.Reason.NOT_WRITABLE);
    }
  }

  /**
   * Returns a file of this directory, which only the owner can read; created empty when missing.
   */
  Path file(String name) throws StorageFailed {
    Path file = directory.resolve(name);
    try {
      createOwnedFile(file);
      return file;
    } catch (IOException failed) {
      throw StorageFault.of(file, failed, StorageFailed.Reason.NOT_WRITABLE);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (SQLException failed) {
      LOG.warn("lock of {} not given back", directory, failed);
    }
  }

  private static void createOwned(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, owned(directory, "rwx------"));
    }
  }

  // SQLite gives its WAL and shared memory files the permissions of the database.
  private static void createOwnedFile(Path file) throws IOException {
    try {
      Files.createFile(file, owned(file, "rw-------"));
    } catch (FileAlreadyExistsException present) {
      LOG.debug("{} is there already", file);
    }
  }

  /** Elsewhere than on POSIX file systems files inherit what the user's own directory allows. */
  private static FileAttribute<?>[] owned(Path path, String permissions) {
    boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
