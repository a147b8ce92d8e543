package io.surgemesh.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.PeerArchive.Acquaintance;
import io.surgemesh.host.PeerArchive.Encounter;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.multiformats.Multihash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sqlite.SQLiteDataSource;

class PeerArchiveTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_000L);
  private static final ProtocolId KAD = new ProtocolId("/kad/1");

  @TempDir Path directory;

  private Path file() {
    return directory.resolve("peers.db");
  }

  private PeerArchive open(Instant now) {
    return PeerArchive.in(file(), () -> now);
  }

  private static Acquaintance met(int peer, int... addresses) {
    return new Acquaintance(
        new PeerInfo(peer(peer), Arrays.stream(addresses).mapToObj(PeerArchiveTest::at).toList()),
        List.of(KAD));
  }

  /** Returns an address in a network of its own. */
  private static Multiaddr at(int number) {
    return Multiaddr.of("/ip4/" + (20 + (number >> 8)) + "." + (number & 0xff) + ".0.1/tcp/4001");
  }

  private static PeerId peer(int number) {
    try {
      return PeerId.decode(
          Multihash.sha256(new byte[] {(byte) (number >> 8), (byte) number}).encode());
    } catch (MalformedMessageException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Keeps peers that came from the first of their addresses. */
  private void save(Instant now, Acquaintance... met) {
    try (PeerArchive archive = open(now)) {
      for (Acquaintance each : met) {
        archive.save(each, new Encounter(each.info().addresses().get(0), false));
      }
    }
  }

  /** Keeps peers that were dialled at the first of their addresses. */
  private void dial(Instant now, Acquaintance... met) {
    try (PeerArchive archive = open(now)) {
      for (Acquaintance each : met) {
        archive.save(each, new Encounter(each.info().addresses().get(0), true));
      }
    }
  }

  /** Returns peers each in a network of its own. */
  private static Acquaintance[] met(IntStream peers) {
    return peers.mapToObj(i -> met(i, i)).toArray(Acquaintance[]::new);
  }

  private List<Acquaintance> load(Instant now) {
    try (PeerArchive archive = open(now)) {
      return archive.load();
    }
  }

  @Test
  void aFreshArchiveIsEmptyAndItsOwnersAlone() throws IOException {
    assertThat(load(NOW)).isEmpty();
    if (file().getFileSystem().supportedFileAttributeViews().contains("posix")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void whoWasMetIsKeptWithAddressesInOrderAndProtocols() {
    save(NOW, met(1, 3, 1, 2));
    save(NOW.plusSeconds(1), met(2, 5));
    assertThat(load(NOW)).containsExactly(met(1, 3, 1, 2), met(2, 5));
  }

  @Test
  void whoIsMetAgainMovesToTheEndAndItsLatestAddressesToo() {
    save(NOW, met(1, 1, 2));
    save(NOW.plusSeconds(1), met(2, 5));
    save(NOW.plusSeconds(2), met(1, 3, 1));
    assertThat(load(NOW)).containsExactly(met(2, 5), met(1, 2, 3, 1));
  }

  @Test
  void addressesExpireAWeekAfterTheyWereToldOf() {
    save(NOW, met(1, 1, 2), met(2, 5));
    save(NOW.plusMillis(SqlitePeers.EXPIRY_MILLIS - 1), met(1, 2));
    assertThat(load(NOW.plusMillis(SqlitePeers.EXPIRY_MILLIS))).containsExactly(met(1, 2));
  }

  @Test
  void ofOnePeerTheLatestAddressesAreKeptUpToTheBound() {
    int max = PeerInfo.ADDRESSES_MAX;
    save(NOW, met(1, IntStream.range(0, max).toArray()));
    save(NOW.plusSeconds(1), met(1, 1000));
    List<Multiaddr> kept = load(NOW).get(0).info().addresses();
    assertThat(kept).hasSize(max).contains(at(1000)).doesNotContain(at(0)).endsWith(at(1000));
  }

  @Test
  void pastTheBoundWhoWasMetLongestAgoIsForgotten() {
    save(NOW, met(0, 1));
    save(NOW.plusSeconds(1), met(IntStream.range(1, PeerArchive.PEERS_MAX)));
    save(NOW.plusSeconds(2), met(5000, 1));
    assertThat(load(NOW))
        .hasSize(PeerArchive.PEERS_MAX)
        .contains(met(5000, 1), met(1, 1))
        .doesNotContain(met(0, 1));
  }

  @Test
  void aDamagedFileIsPutAsideAndBegunAnew() throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      Files.deleteIfExists(file());
      save(NOW, met(1, 1), met(2, 2));
      byte[] bytes = Files.readAllBytes(file());
      new SplittableRandom(seed).nextBytes(bytes);
      Files.write(file(), bytes);
      assertThat(load(NOW)).isEmpty();
      assertThat(file().resolveSibling("peers.db.bad")).hasBinaryContent(bytes);
      save(NOW, met(3, 3));
      assertThat(load(NOW)).containsExactly(met(3, 3));
    }
  }

  @Test
  void flippedBitsNeverDoMoreThanLoseWhatWasKept() throws IOException {
    save(NOW, met(1, 1), met(2, 2));
    byte[] sound = Files.readAllBytes(file());
    SplittableRandom random = new SplittableRandom(7);
    for (int run = 0; run < 100; run++) {
      byte[] bytes = sound.clone();
      for (int i = 0; i < 20; i++) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(file(), bytes);
      assertThat(load(NOW)).hasSizeLessThanOrEqualTo(PeerArchive.PEERS_MAX);
    }
  }

  @Test
  void whereNoFileCanBeHadNothingIsKept() {
    try (PeerArchive archive = PeerArchive.in(directory.resolve("missing/peers.db"), () -> NOW)) {
      archive.save(met(1, 1), new Encounter(at(1), true));
      assertThat(archive.load()).isEmpty();
    }
  }

  @Test
  void whoIsKnownWithoutAnAddressIsNotKept() {
    try (PeerArchive archive = open(NOW)) {
      archive.save(met(1), new Encounter(at(7), false));
      archive.save(met(2), new Encounter(at(7), true));
    }
    assertThat(load(NOW)).containsExactly(met(2, 7));
  }

  @Test
  void strangersByTheThousandDoNotPutOutThoseWeHaveDialled() {
    Acquaintance[] friends = met(IntStream.range(0, PeerArchive.DIALLED_PLACES));
    dial(NOW, friends);
    for (int hour = 1; hour <= 3; hour++) {
      int first = 10_000 * hour;
      save(
          NOW.plus(Duration.ofHours(hour)),
          met(IntStream.range(first, first + PeerArchive.PEERS_MAX)));
    }
    List<Acquaintance> kept = load(NOW.plus(Duration.ofHours(4)));
    assertThat(kept).hasSize(PeerArchive.PEERS_MAX);
    // At the end are those who come first when a peer looks for somebody to ask.
    assertThat(kept.subList(PeerArchive.PEERS_MAX - friends.length, PeerArchive.PEERS_MAX))
        .containsExactly(friends);
  }

  @Test
  void whoWasDialledOnceStaysAFriendWhenItComesByItself() {
    dial(NOW, met(0, 0));
    save(NOW.plusSeconds(1), met(0, 0));
    save(NOW.plusSeconds(2), met(IntStream.range(1, 1 + PeerArchive.PEERS_MAX)));
    assertThat(load(NOW)).hasSize(PeerArchive.PEERS_MAX).endsWith(met(0, 0));
  }

  @Test
  void moreFriendsThanTheirPlacesTakeThoseOfStrangersMetBefore() {
    save(NOW, met(IntStream.range(0, PeerArchive.PEERS_MAX)));
    Acquaintance[] friends = met(IntStream.range(5_000, 5_000 + PeerArchive.DIALLED_PLACES + 100));
    dial(NOW.plusSeconds(1), friends);
    assertThat(load(NOW)).hasSize(PeerArchive.PEERS_MAX).endsWith(friends);
  }

  @ParameterizedTest
  @CsvSource({
    "32, /ip4/203.0.%d.9/tcp/1, /ip4/203.1.0.9/tcp/1",
    "32, /ip6/2001:db8:%d::1/tcp/1, /ip6/2001:db9::1/tcp/1",
    "256, /ip4/192.168.%d.9/tcp/1, /ip4/203.1.0.9/tcp/1"
  })
  void ofOneNetworkFewAreKeptAndThoseWeDialledFirst(
      int countMax, String network, String elsewhere) {
    try (PeerArchive archive = open(NOW)) {
      archive.save(met(0, 0), new Encounter(Multiaddr.of(String.format(network, 0)), true));
      archive.save(met(1, 1), new Encounter(Multiaddr.of(elsewhere), false));
      for (int i = 2; i < 600; i++) {
        Multiaddr address = Multiaddr.of(String.format(network, i % 200));
        archive.save(met(i, i), new Encounter(address, false));
      }
    }
    assertThat(load(NOW))
        .hasSize(countMax + 1)
        .contains(met(1, 1), met(599, 599))
        .doesNotContain(met(2, 2))
        .anySatisfy(kept -> assertThat(kept.info().peerId()).isEqualTo(peer(0)));
  }

  @Test
  void addressesAtWhichAPeerWasDialledAreTheLatest() {
    dial(NOW, met(1, 2, 1, 3));
    assertThat(load(NOW)).containsExactly(met(1, 1, 3, 2));
    save(NOW.plusSeconds(1), met(1, 1, 2, 3, 4));
    assertThat(load(NOW)).containsExactly(met(1, 1, 3, 4, 2));
    dial(NOW.plusSeconds(2), met(1, 4, 1));
    assertThat(load(NOW)).containsExactly(met(1, 3, 1, 2, 4));
  }

  @Test
  void aClockThatWasAheadKeepsNothingForEver() {
    Instant ahead = Instant.ofEpochSecond(1L << 31).plusSeconds(1);
    save(ahead, met(1, 1));
    save(NOW, met(2, 2));
    Instant later = NOW.plusMillis(SqlitePeers.EXPIRY_MILLIS);
    save(later.minusMillis(1), met(3, 3));
    assertThat(load(later.minusMillis(1))).containsExactly(met(1, 1), met(2, 2), met(3, 3));
    assertThat(load(later)).containsExactly(met(3, 3));
  }

  @Test
  void aClockThatIsAheadLeavesOldAddressesToTry() {
    save(NOW, met(1, 1), met(2, 2));
    assertThat(load(Instant.ofEpochSecond(1L << 31))).containsExactly(met(1, 1), met(2, 2));
    assertThat(load(NOW)).containsExactly(met(1, 1), met(2, 2));
  }

  @Test
  void aClockThatStartsIn1970LosesNothing() {
    save(NOW, met(1, 1));
    assertThat(load(Instant.EPOCH)).containsExactly(met(1, 1));
    save(Instant.EPOCH, met(2, 2));
    save(NOW.plusSeconds(60), met(2, 2));
    assertThat(load(NOW.plusSeconds(60))).containsExactly(met(1, 1), met(2, 2));
  }

  @Test
  void whoIsMetAfterTheClockWasSetBackIsTheLatestAllTheSame() {
    save(NOW, met(IntStream.range(0, PeerArchive.PEERS_MAX)));
    save(NOW.minus(Duration.ofDays(1)), met(5_000, 1));
    assertThat(load(NOW))
        .hasSize(PeerArchive.PEERS_MAX)
        .endsWith(met(5_000, 1))
        .doesNotContain(met(0, 0));
  }

  @Test
  void theNumberOfTheNewestRecordIsKept() {
    try (PeerArchive archive = open(NOW)) {
      assertThat(archive.recordNumber()).isZero();
      archive.keepRecordNumber(7);
      archive.keepRecordNumber(9);
    }
    try (PeerArchive archive = open(NOW)) {
      assertThat(archive.recordNumber()).isEqualTo(9);
      assertThat(archive.load()).isEmpty();
    }
  }

  /** Writes a file as the first version did: a peer with an address that lasts for ever. */
  private void writeFirstVersion() throws SQLException {
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + file());
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      String peer = "x'" + peer(1).bytes().toHex() + "'";
      String address = "x'" + at(1).bytes().toHex() + "'";
      for (String sql :
          List.of(
              "PRAGMA application_id = " + SqlitePeers.APPLICATION_ID,
              "PRAGMA user_version = 1",
              "CREATE TABLE peers(peer BLOB PRIMARY KEY, met INTEGER NOT NULL) WITHOUT ROWID",
              "CREATE TABLE addresses(peer BLOB, address BLOB, expires INTEGER NOT NULL,"
                  + " place INTEGER NOT NULL, PRIMARY KEY(peer, address)) WITHOUT ROWID",
              "CREATE TABLE protocols(peer BLOB, protocol TEXT, PRIMARY KEY(peer, protocol))"
                  + " WITHOUT ROWID",
              "INSERT INTO peers VALUES(" + peer + ", 1)",
              "INSERT INTO addresses VALUES(" + peer + ", " + address + ", 1e18, 1)",
              "INSERT INTO protocols VALUES(" + peer + ", '" + KAD.value() + "')")) {
        statement.execute(sql);
      }
    }
  }

  @Test
  void aFileOfTheFirstVersionGoesOn() throws SQLException {
    writeFirstVersion();
    assertThat(load(NOW)).containsExactly(met(1, 1));
    dial(NOW, met(2, 2));
    assertThat(load(NOW)).containsExactly(met(1, 1), met(2, 2));
    assertThat(file().resolveSibling("peers.db.bad")).doesNotExist();
  }

  @Test
  void aFileOfALaterVersionIsPutAside() throws SQLException {
    save(NOW, met(1, 1));
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + file());
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA user_version = 3");
    }
    assertThat(load(NOW)).isEmpty();
    assertThat(file().resolveSibling("peers.db.bad")).exists();
  }
}
