package io.surgemesh.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.surgemesh.dht.Dht;
import io.surgemesh.gossip.OfferGossip;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.MeshException.KeyFileRefused;
import io.surgemesh.identity.MeshException.StorageFailed;
import io.surgemesh.identity.PeerId;
import io.surgemesh.job.JobInput;
import io.surgemesh.job.JobResult;
import io.surgemesh.job.JobSpec;
import io.surgemesh.ledger.SqliteLedgerStore;
import io.surgemesh.market.Requirements;
import io.surgemesh.mesh.Mesh;
import io.surgemesh.mesh.MeshBuilder;
import io.surgemesh.mesh.Offering;
import io.surgemesh.multiformats.Multiaddr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/data-directory.md promises of locking, backup and move. */
@Tag("socket")
@Timeout(120)
class DataDirectoryTest {
  @TempDir Path directory;
  private Path home;

  @BeforeEach
  void nameTheHomeOfAPeer() {
    home = directory.resolve("home");
  }

  private static MeshBuilder peer(Path dataDir, List<Multiaddr> bootstrap) {
    return Mesh.builder(dataDir)
        .listen("/ip4/127.0.0.1/tcp/0")
        .routing(Dht.joining(bootstrap))
        .offers(OfferGossip.defaults());
  }

  private static Mesh start(Path dataDir) throws MeshException {
    return peer(dataDir, List.of()).start();
  }

  /** Has a peer sell one job to another, so that there is something to keep. */
  private PeerId sellOneJob(Path dataDir) throws Exception {
    try (Mesh seller = start(dataDir);
        Mesh buyer = peer(directory.resolve("buyer"), seller.addresses()).start()) {
      seller
          .offer(Offering.of("java:echo", 1000, 256L << 20, 1, run -> run.output().write(7)))
          .get(30, TimeUnit.SECONDS);
      JobSpec job = JobSpec.of(JobInput.of("x".getBytes(UTF_8)), Requirements.runtime("java:echo"));
      try (JobResult result = buyer.submit(job).get(60, TimeUnit.SECONDS)) {
        assertThat(result.provider()).isEqualTo(seller.peerId());
      }
      seller.drain(Duration.ofSeconds(30)).get(60, TimeUnit.SECONDS);
      return seller.peerId();
    }
  }

  private static long entries(Path dataDir, PeerId owner) throws Exception {
    LedgerAudit audit = new LedgerAudit();
    audit.check("it", owner, SqliteLedgerStore.openReadOnly(LedgerOwner.file(dataDir)));
    return audit.entries();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path source : all.toList()) {
        Files.copy(source, to.resolve(from.relativize(source)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  @Test
  void aCopiedDirectoryOpensAsTheSamePeerAndItsLedgerGoesOn() throws Exception {
    PeerId peer = sellOneJob(home);
    Path moved = directory.resolve("moved");
    copy(home, moved);
    long before = entries(home, peer);
    assertThat(before).isPositive();
    assertThat(entries(moved, peer)).isEqualTo(before);

    assertThat(sellOneJob(moved)).isEqualTo(peer);
    assertThat(entries(moved, peer)).isGreaterThan(before);
    assertThat(entries(home, peer)).isEqualTo(before);
  }

  @Test
  void aMovedPeerRejoinsThroughThoseItHasMet() throws Exception {
    try (Mesh friend = start(directory.resolve("friend"))) {
      try (Mesh peer = peer(home, friend.addresses()).start()) {
        assertThat(peer.routing().joined().get(30, TimeUnit.SECONDS)).isPositive();
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> !peer.host().peerstore().protocols(friend.peerId()).isEmpty());
      }
      Path moved = directory.resolve("moved");
      copy(home, moved);
      try (Mesh again = start(moved)) {
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> again.host().connectedPeers().contains(friend.peerId()));
      }
    }
  }

  /** Returns the name of the file that SQLite keeps this one beside, else its own. */
  private static String mainName(Path file) {
    return file.getFileName().toString().replaceAll("-(wal|shm|journal)$", "");
  }

  @Test
  void everyFileOfARunningPeerIsDescribed() throws Exception {
    String page = Files.readString(Path.of("../docs/data-directory.md"));
    try (Mesh mesh = start(home)) {
      assertThat(mesh.peerId()).isNotNull();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> Files.exists(home.resolve(Dht.RECORDS_FILE)));
      try (Stream<Path> files = Files.list(home)) {
        assertThat(files.map(DataDirectoryTest::mainName))
            .contains(Mesh.KEY_FILE, Mesh.PEERS_FILE)
            .allSatisfy(name -> assertThat(page).containsPattern("\\| `" + name + "/?`"));
      }
    }
  }

  @Test
  void anEncryptedDirectoryMovesWithItsPassphrase() throws Exception {
    PeerId peer;
    try (Mesh mesh = peer(home, List.of()).passphrase("correct horse".toCharArray()).start()) {
      peer = mesh.peerId();
    }
    Path moved = directory.resolve("moved");
    copy(home, moved);
    assertThatThrownBy(() -> start(moved))
        .isInstanceOfSatisfying(
            KeyFileRefused.class,
            refused -> assertThat(refused.reason()).isEqualTo(KeyFileRefused.Reason.ENCRYPTED));
    try (Mesh mesh = peer(moved, List.of()).passphrase("correct horse".toCharArray()).start()) {
      assertThat(mesh.peerId()).isEqualTo(peer);
    }
  }

  @Test
  void aSecondOpenIsRefusedUntilTheFirstIsClosed() throws MeshException {
    PeerId peer;
    try (Mesh first = start(home)) {
      peer = first.peerId();
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> start(home))
            .isInstanceOfSatisfying(
                StorageFailed.class,
                refused -> assertThat(refused.reason()).isEqualTo(StorageFailed.Reason.LOCKED));
      }
    }
    try (Mesh again = start(home)) {
      assertThat(again.peerId()).isEqualTo(peer);
    }
  }

  @Test
  void aCopyThatLostTheModeOfItsKeyIsRefused() throws Exception {
    assumeTrue(directory.getFileSystem().supportedFileAttributeViews().contains("posix"));
    start(home).close();
    Path key = home.resolve(Mesh.KEY_FILE);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> start(home))
        .isInstanceOfSatisfying(
            KeyFileRefused.class,
            refused ->
                assertThat(refused.reason()).isEqualTo(KeyFileRefused.Reason.OPEN_TO_OTHERS));
  }
}
