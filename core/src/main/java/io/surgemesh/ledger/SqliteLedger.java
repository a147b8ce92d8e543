package io.surgemesh.ledger;

import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.MeshException.LedgerCorrupt;
import io.surgemesh.identity.MeshException.StorageFailed;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.sqlite.SQLiteDataSource;

/** The file {@code ledger.db}, used by one thread with blocking. */
final class SqliteLedger implements AutoCloseable {
  /** Marks the file as a ledger of ours: "SMLG". */
  static final int APPLICATION_ID = 0x534d4c47;

  /** The version of the schema. */
  static final int VERSION = 1;

  private static final int BUSY_MILLIS = 5_000;

  private final Path file;
  private final Connection connection;
  private final PreparedStatement insert;
  private final PreparedStatement select;
  private long size;

  private SqliteLedger(Path file, Connection connection, long size) throws SQLException {
    this.file = file;
    this.connection = connection;
    this.insert = connection.prepareStatement("INSERT INTO entries(idx, envelope) VALUES(?, ?)");
    this.select =
        connection.prepareStatement(
            "SELECT idx, envelope FROM entries WHERE idx >= ? ORDER BY idx LIMIT ?");
    this.size = size;
  }

  /**
   * Opens or creates the file, and looks at its last entry.
   *
   * @throws MeshException {@code LedgerCorrupt} when the last entry is not one, or does not follow
   *     the one before; {@code StorageFailed} when the file is damaged or not a ledger
   */
  static SqliteLedger open(Path file) throws MeshException {
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
    try {
      Connection connection = source.getConnection();
      try {
        prepare(file, connection);
        SqliteLedger ledger = new SqliteLedger(file, connection, size(connection));
        ledger.requireTail();
        return ledger;
      } catch (SQLException | IOException | MeshException failed) {
        connection.close();
        throw failed;
      }
    } catch (SQLException failed) {
      throw StorageFault.of(file, failed, StorageFailed.Reason.NOT_READABLE);
    } catch (IOException failed) {
      throw StorageFault.of(file, failed, StorageFailed.Reason.NOT_READABLE);
    }
  }

  private static void prepare(Path file, Connection connection)
      throws SQLException, IOException, StorageFailed {
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = " + BUSY_MILLIS);
      // FULL syncs every commit; macOS needs its own call to reach the disk.
      statement.execute("PRAGMA synchronous = FULL");
      statement.execute("PRAGMA fullfsync = 1");
      boolean empty = number(statement, "SELECT count(*) FROM sqlite_schema") == 0;
      // A file cut to less than a page looks empty to SQLite, but is no new one. So a new one gets
      // its table before its WAL: a crash then leaves it either without any byte or complete.
      if (empty && Files.size(file) == 0) {
        statement.execute("BEGIN IMMEDIATE");
        statement.execute("PRAGMA application_id = " + APPLICATION_ID);
        statement.execute("PRAGMA user_version = " + VERSION);
        statement.execute("CREATE TABLE entries(idx INTEGER PRIMARY KEY, envelope BLOB NOT NULL)");
        statement.execute("COMMIT");
      }
      requireLedger(file, statement);
      statement.execute("PRAGMA journal_mode = WAL");
    }
  }

  static void requireLedger(Path file, Statement statement) throws SQLException, StorageFailed {
    if (number(statement, "PRAGMA application_id") != APPLICATION_ID
        || number(statement, "PRAGMA user_version") != VERSION) {
      throw new StorageFailed(file, StorageFailed.Reason.CORRUPT);
    }
  }

  private static long size(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return number(statement, "SELECT coalesce(max(idx) + 1, 0) FROM entries");
    }
  }

  private static long number(Statement statement, String query) throws SQLException {
    try (ResultSet result = statement.executeQuery(query)) {
      return result.next() ? result.getLong(1) : 0;
    }
  }

  private void requireTail() throws SQLException, LedgerCorrupt {
    long from = Math.max(0, size - 2);
    Bytes previousHash = LedgerEntry.NO_HASH;
    for (Bytes envelope : read(from, 2)) {
      long index = from++;
      LedgerEntry entry;
      try {
        entry = LedgerEntry.decode(envelope);
      } catch (MalformedMessageException malformed) {
        throw new LedgerCorrupt(file, index, LedgerCorrupt.Reason.MALFORMED);
      }
      if (entry.index() != index) {
        throw new LedgerCorrupt(file, index, LedgerCorrupt.Reason.GAP);
      }
      boolean first = index == Math.max(0, size - 2);
      if ((!first || index == 0) && !entry.previousHash().equals(previousHash)) {
        throw new LedgerCorrupt(file, index, LedgerCorrupt.Reason.BROKEN_CHAIN);
      }
      previousHash = entry.hash();
    }
    if (from != size) {
      throw new LedgerCorrupt(file, from, LedgerCorrupt.Reason.GAP);
    }
  }

  long size() {
    return size;
  }

  /** Appends all entries and syncs them, or does neither. */
  void append(List<Bytes> envelopes) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      try {
        long index = size;
        for (Bytes envelope : envelopes) {
          insert.setLong(1, index++);
          insert.setBytes(2, envelope.toByteArray());
          insert.executeUpdate();
        }
        statement.execute("COMMIT");
        size = index;
      } catch (SQLException failed) {
        rollBack(statement, failed);
        throw failed;
      }
    }
  }

  /** A full disk may have ended the transaction already, so a second failure is no news. */
  private static void rollBack(Statement statement, SQLException failed) {
    try {
      statement.execute("ROLLBACK");
    } catch (SQLException again) {
      failed.addSuppressed(again);
    }
  }

  /** Returns stored entries; one that is missing ends the list. */
  List<Bytes> read(long fromIndex, int countMax) throws SQLException {
    select.setLong(1, fromIndex);
    select.setInt(2, countMax);
    List<Bytes> envelopes = new ArrayList<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next() && rows.getLong(1) == fromIndex + envelopes.size()) {
        envelopes.add(envelope(rows));
      }
    }
    return envelopes;
  }

  /** A value that is no blob, which only another program can have put there, counts as empty. */
  static Bytes envelope(ResultSet row) throws SQLException {
    byte[] envelope = row.getBytes(2);
    return envelope == null ? Bytes.EMPTY : Bytes.of(envelope);
  }

  /** Moves everything from the WAL into the file, so that the file alone holds it all. */
  @Override
  public void close() throws SQLException {
    try (connection;
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }
  }
}
