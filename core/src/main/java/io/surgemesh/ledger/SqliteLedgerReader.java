package io.surgemesh.ledger;

import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.MeshException.LedgerCorrupt;
import io.surgemesh.identity.MeshException.StorageFailed;
import io.surgemesh.multiformats.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** Reads a {@code ledger.db}, its own or copied elsewhere, as it was at one moment. */
final class SqliteLedgerReader implements LedgerSource {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteLedgerReader.class);

  private final Path file;
  private final Connection connection;
  private final Statement statement;
  private final ResultSet rows;
  private long index;

  private SqliteLedgerReader(
      Path file, Connection connection, Statement statement, ResultSet rows) {
    this.file = file;
    this.connection = connection;
    this.statement = statement;
    this.rows = rows;
  }

  static SqliteLedgerReader open(Path file) throws StorageFailed {
    if (!Files.isRegularFile(file)) {
      throw new StorageFailed(file, StorageFailed.Reason.NOT_READABLE);
    }
    try {
      Connection connection = source(file).getConnection();
      try {
        Statement statement = connection.createStatement();
        SqliteLedger.requireLedger(file, statement);
        ResultSet rows = statement.executeQuery("SELECT idx, envelope FROM entries ORDER BY idx");
        return new SqliteLedgerReader(file, connection, statement, rows);
      } catch (SQLException | StorageFailed failed) {
        connection.close();
        throw failed;
      }
    } catch (SQLException failed) {
      throw StorageFault.of(file, failed, StorageFailed.Reason.NOT_READABLE);
    }
  }

  private static SQLiteDataSource source(Path file) {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    SQLiteDataSource source = new SQLiteDataSource(config);
    // Without a WAL nobody writes, and an immutable file can be read where nothing may be created.
    boolean atRest = !Files.exists(file.resolveSibling(file.getFileName() + "-wal"));
    String uri = "file:" + file.toAbsolutePath().toUri().getRawPath();
    source.setUrl("jdbc:sqlite:" + uri + (atRest ? "?immutable=1" : ""));
    return source;
  }

  @Override
  public Optional<Bytes> next() throws MeshException {
    try {
      if (!rows.next()) {
        return Optional.empty();
      }
      if (rows.getLong(1) != index) {
        throw new LedgerCorrupt(file, index, LedgerCorrupt.Reason.GAP);
      }
      index++;
      return Optional.of(SqliteLedger.envelope(rows));
    } catch (SQLException failed) {
      throw StorageFault.of(file, failed, StorageFailed.Reason.NOT_READABLE);
    }
  }

  @Override
  public void close() {
    try (connection;
        statement) {
      rows.close();
    } catch (SQLException failed) {
      LOG.warn("{} not closed", file, failed);
    }
  }
}
