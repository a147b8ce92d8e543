package io.surgemesh.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.PeerArchive.Acquaintance;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.multiformats.Multihash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  private static Multiaddr at(int number) {
    return Multiaddr.of("/ip4/10.0." + (number >> 8) + "." + (number & 0xff) + "/tcp/4001");
  }

  private static PeerId peer(int number) {
    try {
      return PeerId.decode(
          Multihash.sha256(new byte[] {(byte) (number >> 8), (byte) number}).encode());
    } catch (MalformedMessageException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private void save(Instant now, Acquaintance... met) {
    try (PeerArchive archive = open(now)) {
      Arrays.stream(met).forEach(archive::save);
    }
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
    save(
        NOW.plusSeconds(1),
        IntStream.range(1, PeerArchive.PEERS_MAX)
            .mapToObj(i -> met(i, 1))
            .toArray(Acquaintance[]::new));
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
      archive.save(met(1, 1));
      assertThat(archive.load()).isEmpty();
    }
  }
}
