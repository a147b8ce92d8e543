package io.surgemesh.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.MeshException.StorageFailed;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.wire.pb.EntryBody;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.apache.tuweni.units.bigints.UInt256;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteDataSource;

class SqliteLedgerStoreTest {
  @TempDir private Path temp;
  private LedgerFiles files;
  private Books books;

  @BeforeEach
  void nameTheFiles() {
    files = new LedgerFiles(temp);
    books = files.books;
  }

  @Test
  void whatWasStoredIsReadBackAfterReopening() throws Exception {
    files.storeAll();
    try (SqliteLedgerStore store = SqliteLedgerStore.open(files.directory)) {
      assertThat(store.size().join()).isEqualTo(6);
      assertThat(store.read(0, 256).join()).isEqualTo(books.envelopes());
      assertThat(store.read(4, 1).join()).containsExactly(books.envelopes().get(4));
      assertThat(store.read(6, 1).join()).isEmpty();
      assertThat(store.location()).isEqualTo(files.file);
    }
    assertThat(files.verify().holds()).isTrue();
    assertThat(files.verify().entries()).isEqualTo(6);
  }

  @Test
  void afterClosingTheFileAloneHoldsEverything() throws Exception {
    files.storeAll();
    try (Stream<Path> listed = Files.list(files.directory)) {
      assertThat(listed.map(path -> path.getFileName().toString()).sorted())
          .containsExactly("ledger.db", "lock");
    }
    Path copy = Files.copy(files.file, temp.resolve("copy, 100% of it?.db"));
    assertThat(files.verify(copy).entries()).isEqualTo(6);
    assertThat(Files.exists(temp.resolve("copy, 100% of it?.db-shm"))).isFalse();
  }

  @Test
  void onlyTheOwnerCanReadTheFiles() throws Exception {
    try (SqliteLedgerStore store = SqliteLedgerStore.open(files.directory)) {
      store.append(0, books.envelopes()).join();
      try (Stream<Path> listed = Files.list(files.directory)) {
        for (Path each : listed.toList()) {
          assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
              .as(each.toString())
              .isEqualTo("rw-------");
        }
      }
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.directory)))
        .isEqualTo("rwx------");
  }

  @Test
  void manyAppendsAtOnceKeepTheirOrder() throws Exception {
    try (SqliteLedgerStore store = SqliteLedgerStore.open(files.directory)) {
      List<CompletableFuture<Void>> done = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        done.add(store.append(i, List.of(Bytes.of(new byte[] {(byte) i, (byte) (i >> 8)}))));
      }
      CompletableFuture.allOf(done.toArray(new CompletableFuture<?>[0])).join();
      assertThat(store.size().join()).isEqualTo(500);
      assertThat(store.read(300, 1).join().get(0)).isEqualTo(Bytes.fromHex("2c01"));
    }
  }

  @Test
  void anAppendAtAnotherIndexIsRefusedAndHarmsNothing() throws Exception {
    try (SqliteLedgerStore store = SqliteLedgerStore.open(files.directory)) {
      assertThatThrownBy(() -> store.append(1, books.envelopes()).join())
          .hasCauseInstanceOf(IllegalArgumentException.class);
      store.append(0, books.envelopes()).join();
      assertThatThrownBy(() -> store.append(0, books.envelopes()).join())
          .hasCauseInstanceOf(IllegalArgumentException.class);
      assertThat(store.size().join()).isEqualTo(6);
    }
  }

  @Test
  void callsOutOfRangeAreTheCallersFault() throws Exception {
    try (SqliteLedgerStore store = SqliteLedgerStore.open(files.directory)) {
      assertThatThrownBy(() -> store.append(0, List.of()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> store.append(0, List.of(Bytes.of(new byte[4097]))))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> store.read(0, 257)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aClosedStoreSaysSo() throws Exception {
    SqliteLedgerStore store = SqliteLedgerStore.open(files.directory);
    store.close();
    store.close();
    assertThatThrownBy(() -> store.size().join()).hasCauseInstanceOf(MeshException.Closed.class);
    assertThatThrownBy(() -> store.append(0, books.envelopes()).join())
        .hasCauseInstanceOf(MeshException.Closed.class);
  }

  @Test
  void whatWasAskedBeforeClosingIsDone() throws Exception {
    SqliteLedgerStore store = SqliteLedgerStore.open(files.directory);
    CompletableFuture<Void> appended = store.append(0, books.envelopes());
    store.close();
    assertThat(appended).isCompleted();
    assertThat(files.verify().entries()).isEqualTo(6);
  }

  @Test
  void aDirectoryIsHeldByOneStoreAtATime() throws Exception {
    SqliteLedgerStore first = SqliteLedgerStore.open(files.directory);
    assertThat(files.openFailure()).isEqualTo(StorageFailed.Reason.LOCKED);
    assertThat(files.openFailure()).isEqualTo(StorageFailed.Reason.LOCKED);
    first.append(0, books.envelopes()).join();
    first.close();
    SqliteLedgerStore.open(files.directory).close();
  }

  @Test
  void anotherProcessCannotOpenAHeldDirectory() throws Exception {
    try (SqliteLedgerStore held = SqliteLedgerStore.open(files.directory)) {
      Process other =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  classPath(),
                  OpenOnce.class.getName(),
                  files.directory.toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(other.waitFor()).as(said).isEqualTo(OpenOnce.LOCKED);
      assertThat(held.size().join()).isZero();
    }
  }

  /** Where the classes the other process needs come from, whoever runs this test. */
  private static String classPath() throws URISyntaxException {
    List<String> places = new ArrayList<>();
    for (Class<?> each :
        List.of(
            OpenOnce.class,
            SqliteLedgerStore.class,
            EntryBody.class,
            Message.class,
            Ed25519.class,
            SQLiteDataSource.class,
            LoggerFactory.class,
            UInt256.class,
            org.apache.tuweni.bytes.Bytes.class)) {
      places.add(
          Path.of(each.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }
    return String.join(File.pathSeparator, places);
  }

  /** The other process of {@link #anotherProcessCannotOpenAHeldDirectory}. */
  static final class OpenOnce {
    static final int LOCKED = 42;

    private OpenOnce() {}

    public static void main(String[] arguments) throws MeshException {
      try {
        SqliteLedgerStore.open(Path.of(arguments[0])).close();
      } catch (StorageFailed failed) {
        System.exit(failed.reason() == StorageFailed.Reason.LOCKED ? LOCKED : 1);
      }
    }
  }

  @Test
  void aLiveLedgerCanBeVerified() throws Exception {
    try (SqliteLedgerStore store = SqliteLedgerStore.open(files.directory)) {
      store.append(0, books.envelopes().subList(0, 4)).join();
      assertThat(files.verify().entries()).isEqualTo(4);
      try (LedgerSource source = SqliteLedgerStore.openReadOnly(files.file)) {
        assertThat(source.next()).contains(books.envelopes().get(0));
        store.append(4, books.envelopes().subList(4, 6)).join();
        for (int at = 1; at < 4; at++) {
          assertThat(source.next()).contains(books.envelopes().get(at));
        }
        assertThat(source.next()).isEmpty();
      }
      assertThat(files.verify().entries()).isEqualTo(6);
    }
  }

  @Test
  void filesCopiedWhileTheStoreIsOpenAreAWholeLedger() throws Exception {
    Path copy = Files.createDirectory(temp.resolve("copy"));
    try (SqliteLedgerStore store = SqliteLedgerStore.open(files.directory)) {
      store.append(0, books.envelopes().subList(0, 5)).join();
      Files.copy(files.file, copy.resolve("ledger.db"));
      Files.copy(files.directory.resolve("ledger.db-wal"), copy.resolve("ledger.db-wal"));
    }
    assertThat(files.verify(copy.resolve("ledger.db")).entries()).isEqualTo(5);
    try (SqliteLedgerStore recovered = SqliteLedgerStore.open(copy)) {
      assertThat(recovered.size().join()).isEqualTo(5);
      recovered.append(5, books.envelopes().subList(5, 6)).join();
    }
    assertThat(files.verify(copy.resolve("ledger.db")).entries()).isEqualTo(6);
  }

  @Test
  void aDirectoryThatCannotBeMadeIsAnError() throws Exception {
    Path inTheWay = Files.createFile(temp.resolve("file"));
    assertThatThrownBy(() -> SqliteLedgerStore.open(inTheWay.resolve("data")))
        .isInstanceOfSatisfying(
            StorageFailed.class,
            failed -> assertThat(failed.reason()).isEqualTo(StorageFailed.Reason.NOT_WRITABLE));
  }

  @Test
  void afterAFailedWriteNothingIsWrittenAnyMore() throws Exception {
    try (SqliteLedgerStore store = SqliteLedgerStore.open(files.directory)) {
      store.append(0, books.envelopes().subList(0, 1)).join();
      files.execute(
          "CREATE TRIGGER refuse BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'no'); END");
      assertThatThrownBy(() -> store.append(1, books.envelopes().subList(1, 2)).join())
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(StorageFailed.class);
      files.execute("DROP TRIGGER refuse");
      assertThatThrownBy(() -> store.append(1, books.envelopes().subList(1, 2)).join())
          .hasCauseInstanceOf(StorageFailed.class);
      assertThat(store.size().join()).isEqualTo(1);
    }
    assertThat(files.verify().entries()).isEqualTo(1);
  }
}
