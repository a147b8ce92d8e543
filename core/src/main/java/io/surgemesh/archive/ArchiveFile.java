package io.surgemesh.archive;

import io.surgemesh.multiformats.MalformedMessageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;

/** A SQLite file that may be begun anew when it is damaged; used by one thread at a time. */
public final class ArchiveFile implements AutoCloseable {
  /** The bound of a file that has none of its own. */
  public static final int PAGES_UNBOUNDED = 0;

  private static final Logger LOG = LoggerFactory.getLogger(ArchiveFile.class);

  /** What SQLite says of a file that is damaged; an error is one of tables that are not ours. */
  private static final Set<Integer> DAMAGES =
      Set.of(
          SQLiteErrorCode.SQLITE_ERROR.code,
          SQLiteErrorCode.SQLITE_CORRUPT.code,
          SQLiteErrorCode.SQLITE_NOTADB.code);

  /**
   * What a file is.
   *
   * @param name for whoever reads of it in a log
   * @param applicationId marks the file as one of ours
   * @param versions the statements that make the tables of version 1, then for each later version
   *     those that lead there from the one before
   */
  public record Kind(String name, int applicationId, List<List<String>> versions) {
    /** Copies the statements. */
    public Kind {
      versions = versions.stream().map(List::copyOf).toList();
    }

    /** Returns the version that files have once they are open. */
    public int version() {
      return versions.size();
    }
  }

  /**
   * Opens a file and reads it.
   *
   * @param <T> what uses it from then on
   */
  @FunctionalInterface
  public interface Opening<T> {
    /** Opens the file and reads all of it, so that whatever is damaged shows. */
    T open(Path path) throws SQLException, MalformedMessageException;
  }

  /** Changes that are made together or not at all. */
  @FunctionalInterface
  public interface Changes {
    /** Makes them. */
    void make() throws SQLException;
  }

  private final Connection connection;

  private ArchiveFile(Connection connection) {
    this.connection = connection;
  }

  /**
   * Opens a file for its owner alone, created when it is missing. One that is damaged, or not such
   * a file, is put aside under the name {@code <file>.bad}, and a fresh one is begun. One that only
   * cannot be used now, as when it is locked or the disk is full, is left as it is.
   *
   * @param consequence what it means that it cannot be used, for the log
   * @return null when no file can be had
   */
  public static <T> @Nullable T openOrBeginAnew(Path path, String consequence, Opening<T> opening) {
    try {
      createOwned(path);
      return opening.open(path);
    } catch (SQLException | IOException | MalformedMessageException failed) {
      if (!isDamage(failed)) {
        warnOfUnusable(path, consequence, failed);
        return null;
      }
      LOG.warn("{} is damaged, so it is put aside and begun anew", path, failed);
    }
    try {
      putAside(path);
      createOwned(path);
      return opening.open(path);
    } catch (SQLException | IOException | MalformedMessageException failed) {
      warnOfUnusable(path, consequence, failed);
      return null;
    }
  }

  private static void warnOfUnusable(Path path, String consequence, Exception failed) {
    LOG.warn("{} cannot be used, so {}", path, consequence, failed);
  }

  /** Returns whether it is the file itself that is wrong, today and at every later start. */
  private static boolean isDamage(Exception failed) {
    return failed instanceof MalformedMessageException
        || (failed instanceof SQLException refused && DAMAGES.contains(refused.getErrorCode()));
  }

  private static void createOwned(Path path) throws IOException {
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

  private static void putAside(Path path) throws IOException {
    Path name = path.getFileName();
    Files.move(path, path.resolveSibling(name + ".bad"), StandardCopyOption.REPLACE_EXISTING);
    for (String companion : List.of("-wal", "-shm", "-journal")) {
      Files.deleteIfExists(path.resolveSibling(name + companion));
    }
  }

  /**
   * Opens or creates the file, and brings one of an earlier version up to date.
   *
   * @param pagesMax how large it may become, in pages of 4 KiB, or {@link #PAGES_UNBOUNDED}; what
   *     finds no room fails to be written
   * @throws SQLException when it is damaged or cannot be used
   * @throws MalformedMessageException when it is a database of something else, or of a later
   *     version
   */
  public static ArchiveFile open(Path path, Kind kind, int pagesMax)
      throws SQLException, MalformedMessageException {
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + path.toAbsolutePath());
    Connection connection = source.getConnection();
    try {
      prepare(connection, kind, pagesMax);
      return new ArchiveFile(connection);
    } catch (SQLException | MalformedMessageException failed) {
      connection.close();
      throw failed;
    }
  }

  private static void prepare(Connection connection, Kind kind, int pagesMax)
      throws SQLException, MalformedMessageException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 1000");
      statement.execute("PRAGMA synchronous = NORMAL");
      if (pagesMax != PAGES_UNBOUNDED) {
        statement.execute("PRAGMA max_page_count = " + pagesMax);
      }
      long version = 0;
      if (number(statement, "SELECT count(*) FROM sqlite_schema") != 0) {
        version = number(statement, "PRAGMA user_version");
        if (number(statement, "PRAGMA application_id") != kind.applicationId()
            || version < 1
            || version > kind.version()) {
          throw new MalformedMessageException("not a file of " + kind.name());
        }
      }
      upgrade(statement, kind, (int) version);
      statement.execute("PRAGMA journal_mode = WAL");
    }
  }

  /** Goes all the way or, when the process ends meanwhile, not at all. */
  private static void upgrade(Statement statement, Kind kind, int from) throws SQLException {
    if (from == kind.version()) {
      return;
    }
    statement.execute("BEGIN IMMEDIATE");
    for (List<String> changes : kind.versions().subList(from, kind.version())) {
      for (String change : changes) {
        statement.execute(change);
      }
    }
    statement.execute("PRAGMA application_id = " + kind.applicationId());
    statement.execute("PRAGMA user_version = " + kind.version());
    statement.execute("COMMIT");
  }

  private static long number(Statement statement, String query) throws SQLException {
    try (ResultSet result = statement.executeQuery(query)) {
      return result.next() ? result.getLong(1) : 0;
    }
  }

  /** Returns the connection, for what reads. */
  public Connection connection() {
    return connection;
  }

  /** Returns the bytes of a column, counted from 1; none for a null, which no table here allows. */
  public static byte[] bytes(ResultSet row, int column) throws SQLException {
    byte[] value = row.getBytes(column);
    return value == null ? new byte[0] : value;
  }

  /** Makes one change. */
  public void update(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  /** Makes some changes together or, when one fails, not at all. */
  public void together(Changes changes) throws SQLException {
    connection.setAutoCommit(false);
    try {
      changes.make();
      connection.commit();
    } catch (SQLException failed) {
      connection.rollback();
      throw failed;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
