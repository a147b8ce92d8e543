package io.surgemesh.ledger;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.MeshException.StorageFailed;
import io.surgemesh.identity.Signatures;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteDataSource;

/** A data directory, some honest books to keep in it, and ways to look at the file behind both. */
final class LedgerFiles {
  final Books books = Books.honest(30);
  final Path directory;
  final Path file;
  private final Signatures signatures = new RememberedSignatures();

  LedgerFiles(Path parent) {
    directory = parent.resolve("data");
    file = directory.resolve(SqliteLedgerStore.FILE_NAME);
  }

  void storeAll() throws MeshException {
    try (SqliteLedgerStore store = SqliteLedgerStore.open(directory)) {
      store.append(0, books.envelopes()).join();
    }
  }

  LedgerReport verify() throws MeshException {
    return verify(file);
  }

  LedgerReport verify(Path ledger) throws MeshException {
    try (LedgerSource source = SqliteLedgerStore.openReadOnly(ledger)) {
      return LedgerVerifier.verify(books.owner(), signatures, source);
    }
  }

  /** Opens the file as any other program could. */
  Connection connect() throws SQLException {
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + file);
    return source.getConnection();
  }

  void execute(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  StorageFailed.Reason openFailure() {
    return catchThrowableOfType(
            StorageFailed.class, () -> SqliteLedgerStore.open(directory).close())
        .reason();
  }
}
