package io.surgemesh.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.MeshException.LedgerCorrupt;
import io.surgemesh.identity.MeshException.StorageFailed;
import io.surgemesh.ledger.LedgerFault.Reason;
import io.surgemesh.market.Damage;
import io.surgemesh.multiformats.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteLedgerDamageTest {
  @TempDir private Path temp;
  private LedgerFiles files;
  private Books books;

  @BeforeEach
  void nameTheFiles() {
    files = new LedgerFiles(temp);
    books = files.books;
  }

  @Test
  void aTornWriteAheadLogLosesOnlyWhatWasNotWhole() throws Exception {
    Path copy = Files.createDirectory(temp.resolve("copy"));
    try (SqliteLedgerStore store = SqliteLedgerStore.open(files.directory)) {
      for (int at = 0; at < 6; at++) {
        store.append(at, books.envelopes().subList(at, at + 1)).join();
      }
      byte[] wal = Files.readAllBytes(files.directory.resolve("ledger.db-wal"));
      Files.copy(files.file, copy.resolve("ledger.db"));
      Files.write(copy.resolve("ledger.db-wal"), Arrays.copyOf(wal, wal.length - 100));
    }
    try (SqliteLedgerStore recovered = SqliteLedgerStore.open(copy)) {
      assertThat(recovered.size().join()).isEqualTo(5);
    }
    LedgerReport report = files.verify(copy.resolve("ledger.db"));
    assertThat(report.holds()).isTrue();
    assertThat(report.entries()).isEqualTo(5);
  }

  /** What a simulated disk does on a torn write is modelled on this. */
  @Test
  void aBatchIsKeptWholeOrNotAtAllWhereverItsWriteTears() throws Exception {
    byte[] database;
    byte[] wal;
    int before;
    try (SqliteLedgerStore store = SqliteLedgerStore.open(files.directory)) {
      store.append(0, books.envelopes().subList(0, 2)).join();
      Path log = files.directory.resolve("ledger.db-wal");
      before = (int) Files.size(log);
      store.append(2, books.envelopes().subList(2, 6)).join();
      wal = Files.readAllBytes(log);
      database = Files.readAllBytes(files.file);
    }
    assertThat(recoveredFrom(0, database, wal)).isEqualTo(6);
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 1; i <= 40; i++) {
      byte[] torn = wal.clone();
      int at = before + random.nextInt(wal.length - before);
      if (i % 2 == 0) {
        torn = Arrays.copyOf(torn, at);
      } else {
        torn[at] ^= (byte) (1 + random.nextInt(255));
      }
      assertThat(recoveredFrom(i, database, torn)).as("torn at %d", at).isEqualTo(2);
    }
  }

  private long recoveredFrom(int number, byte[] database, byte[] wal) throws Exception {
    Path copy = Files.createDirectory(temp.resolve("torn-" + number));
    Files.write(copy.resolve("ledger.db"), database);
    Files.write(copy.resolve("ledger.db-wal"), wal);
    try (SqliteLedgerStore recovered = SqliteLedgerStore.open(copy)) {
      return recovered.size().join();
    }
  }

  @Test
  void noByteOfAnyStoredEntryCanBeChangedUnnoticed() throws Exception {
    files.storeAll();
    for (int at = 0; at < 6; at++) {
      byte[] stored = books.envelopes().get(at).toByteArray();
      try (Connection connection = files.connect();
          PreparedStatement update =
              connection.prepareStatement("UPDATE entries SET envelope = ? WHERE idx = " + at)) {
        connection.createStatement().execute("PRAGMA synchronous = OFF");
        assertThat(Damage.unnoticedFlips(stored, changed -> holdsAfter(update, changed))).isEmpty();
        assertThat(holdsAfter(update, stored)).isTrue();
      }
    }
  }

  private boolean holdsAfter(PreparedStatement update, byte[] envelope) {
    try {
      update.setBytes(1, envelope);
      update.executeUpdate();
      return files.verify().holds();
    } catch (SQLException | MeshException failed) {
      throw new AssertionError(failed);
    }
  }

  @Test
  void rowsMovedOrMissingAreNoticed() throws Exception {
    files.storeAll();
    files.execute("UPDATE entries SET idx = 9 WHERE idx = 5");
    assertThat(files.verify().fault().orElseThrow().reason()).isEqualTo(Reason.INDEX);
    files.execute("UPDATE entries SET idx = 5 WHERE idx = 9", "DELETE FROM entries WHERE idx = 2");
    assertThat(files.verify().fault().orElseThrow().index()).isEqualTo(2);
    files.execute("UPDATE entries SET idx = -1 WHERE idx = 0");
    assertThat(files.verify().entries()).isZero();
  }

  @Test
  void aValueThatIsNoBlobIsMalformed() throws Exception {
    files.storeAll();
    files.execute("UPDATE entries SET envelope = 'text' WHERE idx = 3");
    assertThat(files.verify().fault().orElseThrow())
        .extracting(LedgerFault::index, LedgerFault::reason)
        .containsExactly(3L, Reason.MALFORMED);
  }

  @Test
  void aDamagedTailIsRefusedAtTheStartAndLeftAsItIs() throws Exception {
    files.storeAll();
    files.execute("UPDATE entries SET envelope = x'00' WHERE idx = 5");
    byte[] before = Files.readAllBytes(files.file);
    assertThatThrownBy(() -> SqliteLedgerStore.open(files.directory))
        .isInstanceOfSatisfying(
            LedgerCorrupt.class,
            corrupt -> {
              assertThat(corrupt.index()).isEqualTo(5);
              assertThat(corrupt.reason()).isEqualTo(LedgerCorrupt.Reason.MALFORMED);
            });
    assertThat(Files.readAllBytes(files.file)).isEqualTo(before);
    files.execute("DELETE FROM entries WHERE idx = 4");
    assertThatThrownBy(() -> SqliteLedgerStore.open(files.directory))
        .isInstanceOf(LedgerCorrupt.class);
  }

  @Test
  void aTailOfAnotherLogIsRefusedAtTheStart() throws Exception {
    files.storeAll();
    Bytes other = Books.honest(31).envelopes().get(5);
    files.execute("UPDATE entries SET envelope = x'" + other.toHex() + "' WHERE idx = 5");
    assertThatThrownBy(() -> SqliteLedgerStore.open(files.directory))
        .isInstanceOfSatisfying(
            LedgerCorrupt.class,
            corrupt -> assertThat(corrupt.reason()).isEqualTo(LedgerCorrupt.Reason.BROKEN_CHAIN));
  }

  @Test
  void aFileCutShortIsRefused() throws Exception {
    files.storeAll();
    byte[] whole = Files.readAllBytes(files.file);
    for (int length = 1; length < whole.length - 4096; length += 509) {
      Files.write(files.file, Arrays.copyOf(whole, length));
      assertThat(files.openFailure()).as(length + " bytes").isEqualTo(StorageFailed.Reason.CORRUPT);
      assertThatThrownBy(() -> files.verify())
          .as(length + " bytes")
          .isInstanceOf(StorageFailed.class);
    }
  }

  @Test
  void aLastPageCutShortIsNoticedUnlessOnlyUnusedBytesAreGone() throws Exception {
    files.storeAll();
    byte[] whole = Files.readAllBytes(files.file);
    int noticed = 0;
    for (int length = whole.length - 4096; length < whole.length; length += 61) {
      Files.write(files.file, Arrays.copyOf(whole, length));
      try {
        SqliteLedgerStore.open(files.directory).close();
        LedgerReport report = files.verify();
        assertThat(report.entries() == 6).isEqualTo(report.holds());
        noticed += report.holds() ? 0 : 1;
      } catch (StorageFailed | LedgerCorrupt expected) {
        noticed++;
      }
    }
    assertThat(noticed).isGreaterThan(1);
  }

  @Test
  void filesThatAreNoLedgerAreRefused() throws Exception {
    Files.createDirectories(files.directory);
    Files.writeString(files.file, "not a database, but long enough to be taken for one".repeat(40));
    assertThat(files.openFailure()).isEqualTo(StorageFailed.Reason.CORRUPT);
    Files.delete(files.file);
    files.execute("CREATE TABLE other(x)");
    assertThat(files.openFailure()).isEqualTo(StorageFailed.Reason.CORRUPT);
    assertThatThrownBy(() -> SqliteLedgerStore.openReadOnly(files.file))
        .isInstanceOf(StorageFailed.class);
    assertThatThrownBy(() -> SqliteLedgerStore.openReadOnly(temp.resolve("nothing")))
        .isInstanceOf(StorageFailed.class);
  }
}
