package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.info;
import static io.surgemesh.dht.TestPeers.key;
import static io.surgemesh.dht.TestPeers.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.RecordArchive.Kept;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.multiformats.Bytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteRecordsTest {
  private static final int PATIENCE_SECONDS = 20;
  private static final ProtocolId KAD = DhtMesh.KAD;

  @TempDir private Path directory;

  private long nowMillis = 1_000_000;

  private Path file() {
    return directory.resolve("records.db");
  }

  private SqliteRecords archive(ProtocolId protocol, int pagesMax) {
    return new SqliteRecords(file(), protocol, pagesMax, () -> Instant.ofEpochMilli(nowMillis));
  }

  /** Returns what an archive begins with, and closes it after having it keep some more. */
  private List<Kept> lifeOf(SqliteRecords archive, List<Kept> saved) {
    CompletableFuture<List<Kept>> loaded = new CompletableFuture<>();
    archive.load(loaded::complete);
    List<Kept> begun = loaded.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    saved.forEach(archive::save);
    archive.close();
    return begun;
  }

  private List<Kept> life(Kept... saved) {
    return lifeOf(archive(KAD, RecordFile.PAGES_MAX), List.of(saved));
  }

  private static Kept provider(String key, int number, long expiresMillis) {
    KadMessage message =
        new KadMessage(KadMessage.Type.ADD_PROVIDER, key(key), List.of(), List.of(info(number)));
    return new Kept(peer(number), message, expiresMillis);
  }

  private static Kept value(String name, int version, long expiresMillis) {
    ValueRecord record = ValueRecord.of(TestValues.key(name), TestValues.value(version));
    return new Kept(peer(1), KadMessage.put(record), expiresMillis);
  }

  @Test
  void whatWasKeptIsThereAfterARestartThoseThatExpireFirstAtTheHead() {
    Kept late = provider("a", 1, 3_000_000);
    Kept early = provider("a", 2, 2_000_000);
    Kept between = value("v", 7, 2_500_000);
    assertThat(life(late, early, between)).isEmpty();
    assertThat(life()).containsExactly(early, between, late);
    nowMillis = 2_000_000;
    assertThat(life()).containsExactly(between, late);
  }

  @Test
  void ofEachRecordTheLatestIsKept() {
    life(provider("a", 1, 2_000_000), value("v", 1, 2_000_000));
    life(provider("a", 1, 4_000_000), value("v", 2, 3_000_000));
    assertThat(life()).containsExactly(value("v", 2, 3_000_000), provider("a", 1, 4_000_000));
  }

  private static Kept own(int version) {
    ValueRecord record = ValueRecord.of(TestValues.key("v"), TestValues.value(version));
    return new Kept(peer(0), KadMessage.put(record), Long.MAX_VALUE, true);
  }

  @Test
  void whatThisPeerPutIsKeptBesideWhatItHoldsUntilItIsOver() {
    life(own(1), value("v", 1, 2_000_000));
    nowMillis = 2_000_000;
    assertThat(life(own(2))).containsExactly(own(1));
    assertThat(life(own(2).ended())).containsExactly(own(2));
    assertThat(life()).isEmpty();
  }

  @Test
  void whatStrangersSendDoesNotCrowdOutAWithdrawal() {
    life(own(1));
    SqliteRecords archive = archive(KAD, RecordFile.PAGES_MAX);
    for (int i = 0; i < SqliteRecords.WAITING_MAX + 1; i++) {
      archive.save(provider("key " + i, i, 2_000_000));
    }
    archive.save(own(1).ended());
    assertThat(lifeOf(archive, List.of())).containsExactly(own(1));
    assertThat(life()).hasSize(SqliteRecords.WAITING_MAX).doesNotContain(own(1));
  }

  private static List<RestoredRecord> restored(KeptRecords records) {
    List<RestoredRecord> restored = new ArrayList<>();
    records.load(Runnable::run, restored::addAll);
    return restored;
  }

  /** Has one record, and takes note of what it is to keep. */
  private static final class OneRecord implements RecordArchive {
    private final Kept one;
    private final List<Kept> saved = new ArrayList<>();

    OneRecord(Kept one) {
      this.one = one;
    }

    @Override
    public void load(Consumer<List<Kept>> reader) {
      reader.accept(List.of(one));
    }

    @Override
    public void save(Kept record) {
      saved.add(record);
    }

    @Override
    public void close() {}
  }

  @Test
  void whatIsWithdrawnBeforeItWasReadDoesNotComeBack() {
    OneRecord archive = new OneRecord(own(1));
    KeptRecords kept = new KeptRecords(archive, TestValues.CONFIG, () -> Instant.EPOCH);
    assertThat(restored(kept)).singleElement().matches(RestoredRecord::isOwn);
    KeptRecords withdrawn = new KeptRecords(archive, TestValues.CONFIG, () -> Instant.EPOCH);
    withdrawn.keepOwn(peer(0), TestValues.key("v"), Optional.empty());
    assertThat(restored(withdrawn)).isEmpty();
    assertThat(archive.saved)
        .singleElement()
        .satisfies(over -> assertThat(over.id()).isEqualTo(own(1).id()))
        .satisfies(over -> assertThat(over.expiresMillis()).isZero());
  }

  /** Returns what is saved at a start that finds a value of this peer's own not valid. */
  private static List<Kept> savedAtAStart(Kept own, DhtConfig config, Instant now) {
    OneRecord archive = new OneRecord(own);
    assertThat(restored(new KeptRecords(archive, config, () -> now))).isEmpty();
    return archive.saved;
  }

  @Test
  void whatThisPeerPutAndIsNoLongerValidIsForgotten() {
    KadMessage message = KadMessage.put(ValueRecord.of(TestValues.key("v"), TestValues.INVALID));
    Kept invalid = new Kept(peer(0), message, Long.MAX_VALUE, true);
    assertThat(savedAtAStart(invalid, TestValues.CONFIG, Instant.EPOCH))
        .containsExactly(invalid.ended());
  }

  @Test
  void aStartWithoutTheValidatorLeavesWhatThisPeerPut() {
    assertThat(savedAtAStart(own(1), DhtConfig.defaults(), Instant.EPOCH)).isEmpty();
  }

  @Test
  void aClockThatIsAheadLeavesWhatThisPeerPutForAWeek() {
    KeyPair key = KeyPair.fromSeed(new byte[KeyPair.SEED_BYTES]);
    Instant expiry = Instant.parse("2026-11-28T20:00:00Z");
    Bytes value = Bytes.of("/ipfs/a".getBytes(StandardCharsets.UTF_8));
    Bytes record = IpnsRecord.sign(key, value, 1, expiry, Duration.ZERO).encoded();
    KadMessage message = KadMessage.put(ValueRecord.of(IpnsRecord.key(key.peerId()), record));
    Kept own = new Kept(peer(0), message, Long.MAX_VALUE, true);
    Instant late = expiry.plus(Validators.CLOCK_AHEAD_MAX);
    assertThat(savedAtAStart(own, DhtConfig.amino(), expiry)).isEmpty();
    assertThat(savedAtAStart(own, DhtConfig.amino(), late)).isEmpty();
    assertThat(savedAtAStart(own, DhtConfig.amino(), late.plusNanos(1)))
        .containsExactly(own.ended());
  }

  @Test
  void onlyTheOwnerMayReadTheFile() throws Exception {
    life(provider("a", 1, 2_000_000));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void theRecordsOfAnotherProtocolAreDropped() {
    life(provider("a", 1, 2_000_000));
    ProtocolId amino = new ProtocolId("/ipfs/kad/1.0.0");
    assertThat(lifeOf(archive(amino, RecordFile.PAGES_MAX), List.of())).isEmpty();
    assertThat(life()).isEmpty();
  }

  @Test
  void aDamagedFileIsPutAsideAndBegunAnew() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    List<Kept> many = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      many.add(provider("key " + i, i, 2_000_000));
    }
    for (int round = 0; round < 10; round++) {
      lifeOf(archive(KAD, RecordFile.PAGES_MAX), many);
      byte[] content = Files.readAllBytes(file());
      for (int i = 0; i < 2000; i++) {
        content[random.nextInt(content.length)] = (byte) random.nextInt();
      }
      Files.write(file(), content);
      // Whatever is left of it, or nothing: the next life works.
      life(provider("a", 1, 3_000_000));
      assertThat(life()).contains(provider("a", 1, 3_000_000));
    }
    assertThat(directory.resolve("records.db.bad")).exists();
  }

  @Test
  void aFileOfSomethingElseIsPutAside() throws Exception {
    Files.writeString(file(), "not a database, but longer than the head of one".repeat(10));
    assertThat(life(provider("a", 1, 2_000_000))).isEmpty();
    assertThat(life()).hasSize(1);
    assertThat(directory.resolve("records.db.bad")).content().startsWith("not a database");
  }

  @Test
  void aFullDiskLosesWhatFindsNoRoomAndNothingElse() {
    Kept first = provider("a", 1, 2_000_000);
    lifeOf(archive(KAD, 20), List.of(first));
    List<Kept> tooMany = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      ValueRecord record =
          ValueRecord.of(TestValues.key("large " + i), TestValues.value(1, Dht.VALUE_BYTES_MAX));
      tooMany.add(new Kept(peer(2), KadMessage.put(record), 2_000_000));
    }
    assertThat(lifeOf(archive(KAD, 20), tooMany)).containsExactly(first);
    assertThat(lifeOf(archive(KAD, 20), List.of(provider("b", 2, 2_000_000))))
        .containsExactly(first);
    assertThat(life()).containsExactlyInAnyOrder(first, provider("b", 2, 2_000_000));
  }

  @Test
  void withoutADirectoryNothingIsKeptAndNothingFails() {
    SqliteRecords nowhere =
        new SqliteRecords(
            directory.resolve("missing").resolve("records.db"),
            KAD,
            RecordFile.PAGES_MAX,
            () -> Instant.EPOCH);
    nowhere.load(records -> {});
    nowhere.save(provider("a", 1, 2_000_000));
    nowhere.close();
    assertThat(directory.resolve("missing")).doesNotExist();
  }

  @Test
  void aRecordThatCannotBeReadCondemnsTheFile() throws Exception {
    life(provider("a", 1, 2_000_000));
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file().toAbsolutePath());
        var statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE records SET message = x'ffff'");
    }
    assertThat(life()).isEmpty();
    assertThat(directory.resolve("records.db.bad")).exists();
  }

  @Test
  void aClockSetBackMakesNoRecordLiveLongerThanANewOne() {
    Bytes key = TestValues.key("v");
    KadMessage message = KadMessage.put(ValueRecord.of(key, TestValues.value(1)));
    OneRecord always = new OneRecord(new Kept(peer(1), message, Long.MAX_VALUE));
    assertThat(restored(new KeptRecords(always, TestValues.CONFIG, () -> Instant.EPOCH)))
        .containsExactly(
            new RestoredRecord(peer(1), message, TestValues.CONFIG.valueExpiry().toNanos()));
    assertThat(restored(new KeptRecords(always, DhtConfig.defaults(), () -> Instant.EPOCH)))
        .isEmpty();
  }
}
