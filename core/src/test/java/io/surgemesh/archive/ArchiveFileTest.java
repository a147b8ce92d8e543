package io.surgemesh.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

class ArchiveFileTest {
  private static final ArchiveFile.Kind KIND =
      new ArchiveFile.Kind(
          "things", 0x534d5454, List.of(List.of("CREATE TABLE things(name TEXT)")));

  @TempDir private Path directory;

  private Path file() {
    return directory.resolve("things.db");
  }

  private Path aside() {
    return directory.resolve("things.db.bad");
  }

  private @Nullable ArchiveFile open() {
    return ArchiveFile.openOrBeginAnew(
        file(), "no things are kept", path -> ArchiveFile.open(path, KIND, 100));
  }

  private void keepOne() throws SQLException {
    try (ArchiveFile archive = open()) {
      assertThat(archive).isNotNull();
      if (archive != null) {
        archive.update("INSERT INTO things VALUES(?)", "one");
      }
    }
  }

  /** Returns how many things there are; -1 when the file cannot be used. */
  private int count() throws SQLException {
    try (ArchiveFile archive = open()) {
      if (archive == null) {
        return -1;
      }
      try (Statement statement = archive.connection().createStatement();
          ResultSet row = statement.executeQuery("SELECT count(*) FROM things")) {
        return row.next() ? row.getInt(1) : 0;
      }
    }
  }

  private Connection connection() throws SQLException {
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + file());
    return source.getConnection();
  }

  @Test
  void aFileThatIsLockedIsLeftAsItIs() throws SQLException, IOException {
    keepOne();
    Files.writeString(aside(), "put aside long ago");
    try (Connection other = connection();
        Statement statement = other.createStatement()) {
      statement.execute("PRAGMA locking_mode = EXCLUSIVE");
      statement.execute("BEGIN EXCLUSIVE");
      statement.execute("INSERT INTO things VALUES('another')");
      assertThat(count()).isEqualTo(-1);
      statement.execute("COMMIT");
    }
    assertThat(count()).isEqualTo(2);
    assertThat(aside()).hasContent("put aside long ago");
  }

  @Test
  void whatOnlyCannotBeOpenedIsLeftAsItIs() throws SQLException, IOException {
    Path inside = Files.createDirectory(file()).resolve("not ours");
    Files.writeString(inside, "all the same");
    assertThat(count()).isEqualTo(-1);
    assertThat(inside).hasContent("all the same");
    assertThat(aside()).doesNotExist();
  }

  @Test
  void aFileWhoseTablesAreOthersIsPutAside() throws SQLException {
    keepOne();
    try (Connection other = connection();
        Statement statement = other.createStatement()) {
      statement.execute("ALTER TABLE things RENAME TO others");
    }
    try (ArchiveFile begun =
        ArchiveFile.openOrBeginAnew(
            file(),
            "no things are kept",
            path -> {
              ArchiveFile archive = ArchiveFile.open(path, KIND, 100);
              try {
                archive.update("DELETE FROM things");
                return archive;
              } catch (SQLException damaged) {
                archive.close();
                throw damaged;
              }
            })) {
      assertThat(begun).isNotNull();
    }
    assertThat(aside()).exists();
  }
}
