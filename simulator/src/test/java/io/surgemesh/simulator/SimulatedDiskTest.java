package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.MeshException.StorageFailed;
import io.surgemesh.identity.Signatures;
import io.surgemesh.ledger.Ledger;
import io.surgemesh.ledger.LedgerReport;
import io.surgemesh.ledger.LedgerSource;
import io.surgemesh.ledger.LedgerStore;
import io.surgemesh.ledger.LedgerVerifier;
import io.surgemesh.multiformats.Bytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SimulatedDiskTest {
  private static final DiskConfig FIVE_MILLIS =
      new DiskConfig(Duration.ofMillis(5), Duration.ofMillis(5));

  private final SimulatedNetwork network = new SimulatedNetwork(1);
  private SimulatedHost host = network.addHost();
  private final SimulatedDisk disk = new SimulatedDisk(1, FIVE_MILLIS);
  private final LedgerStore store = disk.openLedger(host);
  private final List<String> log = new ArrayList<>();

  private static Bytes entry(int number) {
    return Bytes.of(new byte[] {(byte) number, 1, 2});
  }

  private void append(long index, int number) {
    CompletableFuture<Void> unused =
        store
            .append(index, List.of(entry(number)))
            .whenComplete((none, failure) -> note(number, failure));
  }

  private void note(int number, Throwable failure) {
    assertThat(host.loop().inLoop()).isFalse();
    String how = failure == null ? "" : " failed";
    log.add(number + how + " at " + network.time().nowNanos() / 1_000_000);
  }

  private List<Bytes> stored() {
    return disk.synced().read(0, 256).join();
  }

  @Test
  void appendsAreDurableAfterTheirSyncAndThoseThatWaitShareOne() {
    append(0, 0);
    network.time().runFor(Duration.ofMillis(1));
    append(1, 1);
    append(2, 2);
    assertThat(log).isEmpty();
    assertThat(stored()).isEmpty();
    network.time().runFor(Duration.ofMillis(20));
    assertThat(log).containsExactly("0 at 5", "1 at 10", "2 at 10");
    assertThat(stored()).containsExactly(entry(0), entry(1), entry(2));
  }

  @Test
  void readsAnswerLaterWithWhatWasAppendedBefore() {
    append(0, 0);
    CompletableFuture<List<Bytes>> read = store.read(0, 10);
    append(1, 1);
    CompletableFuture<Long> size = store.size();
    assertThat(read).isNotDone();
    network.time().runFor(Duration.ofMillis(9));
    assertThat(read.join()).containsExactly(entry(0));
    assertThat(size).isNotDone();
    network.time().runFor(Duration.ofMillis(1));
    assertThat(size.join()).isEqualTo(2);
  }

  @Test
  void anAppendAtAnotherIndexFailsAndHarmsNothing() {
    append(0, 0);
    append(5, 5);
    append(1, 1);
    network.time().runFor(Duration.ofMillis(10));
    assertThat(log).containsExactly("0 at 5", "5 failed at 10", "1 at 10");
  }

  @Test
  void requestsThatWaitAreBounded() {
    append(0, 0);
    for (int i = 1; i <= SimulatedLedgerStore.REQUESTS_MAX; i++) {
      append(i, i);
    }
    assertThat(log).isEmpty();
    assertThat(store.size())
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(StorageFailed.class);
  }

  @Test
  void closingDoesAtOnceWhatWaitsAndThenNothing() {
    append(0, 0);
    append(1, 1);
    store.close();
    store.close();
    assertThat(log).containsExactly("0 at 0", "1 at 0");
    assertThat(store.size())
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(MeshException.Closed.class);
    network.time().runFor(Duration.ofMillis(20));
    assertThat(log).hasSize(2);
    assertThat(disk.openLedger(host).location()).isEqualTo(store.location());
  }

  @Test
  void aLedgerThatIsOpenCannotBeOpenedAgain() {
    assertThatIllegalStateException().isThrownBy(() -> disk.openLedger(host));
  }

  @Test
  void whatWasSyncedIsThereAfterEveryCrashButALoss() {
    for (DiskFate fate : DiskFate.values()) {
      SimulatedDisk other = new SimulatedDisk(2, FIVE_MILLIS);
      LedgerStore first = other.openLedger(host);
      CompletableFuture<Void> durable = first.append(0, List.of(entry(0), entry(1)));
      network.time().runFor(Duration.ofMillis(5));
      assertThat(durable).isCompleted();
      other.crash(fate);
      CompletableFuture<Long> size = other.openLedger(host).size();
      network.time().runFor(Duration.ofMillis(1));
      assertThat(size.join()).isEqualTo(fate == DiskFate.LOST ? 0 : 2);
    }
  }

  @Test
  void whatWasUnderWayIsThereWholeOrNotAtAllAndWhatWaitedIsGone() {
    for (DiskFate fate : List.of(DiskFate.KEPT, DiskFate.TORN)) {
      int whole = 0;
      for (int seed = 0; seed < 200; seed++) {
        SimulatedDisk other = new SimulatedDisk(seed, FIVE_MILLIS);
        LedgerStore first = other.openLedger(host);
        CompletableFuture<Void> writing = first.append(0, List.of(entry(0), entry(1)));
        CompletableFuture<Void> waiting = first.append(2, List.of(entry(2)));
        network.time().runFor(Duration.ofMillis(4));
        other.crash(fate);
        network.time().runFor(Duration.ofMillis(20));
        assertThat(writing).isNotDone();
        assertThat(waiting).isNotDone();
        long size = other.synced().size().join();
        assertThat(size).as("seed %d", seed).isIn(0L, 2L);
        whole += size == 2 ? 1 : 0;
      }
      assertThat(whole).as("%s", fate).isBetween(30, 150);
    }
  }

  @Test
  void aThousandTornLedgersHoldVerifyAndGoOn() throws Exception {
    Signatures signatures = new KeyedSignatures(1);
    int torn = 0;
    for (int seed = 0; seed < 1000; seed++) {
      torn += crashAndGoOn(seed, signatures);
    }
    assertThat(torn).as("crashes that lost entries under way").isGreaterThan(500);
  }

  /** Crashes a ledger three times at drawn moments; returns how often entries were lost. */
  private int crashAndGoOn(long seed, Signatures signatures) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    SimulatedNetwork own = new SimulatedNetwork(seed, NetworkConfig.defaults(seed), signatures);
    SimulatedHost node = own.addHost();
    SimulatedDisk drive = new SimulatedDisk(seed, DiskConfig.defaults());
    Receipts receipts = new Receipts(seed, node.key(), signatures);
    List<Bytes> acknowledged = new ArrayList<>();
    int lost = 0;
    for (int life = 0; life < 3; life++) {
      CompletableFuture<Ledger> opened =
          Ledger.open(drive.openLedger(node), node.key(), signatures, node.loop());
      own.time().runFor(Duration.ZERO);
      Ledger ledger = opened.join();
      assertThat(ledger.size()).as("seed %d", seed).isGreaterThanOrEqualTo(acknowledged.size());
      long wanted = ledger.size();
      for (int left = random.nextInt(5); left > 0; left--) {
        wanted++;
        CompletableFuture<Void> unused = ledger.append(receipts.claim());
        own.time().runFor(Duration.ofNanos(random.nextInt(4_000_000)));
      }
      long size = ledger.size();
      acknowledged = drive.synced().read(0, 256).join().subList(0, (int) size);
      own.crash(0);
      drive.crash(random.nextBoolean() ? DiskFate.TORN : DiskFate.KEPT);
      node = own.restart(0);
      List<Bytes> kept = drive.synced().read(0, 256).join();
      assertThat(kept.subList(0, (int) size)).as("seed %d", seed).isEqualTo(acknowledged);
      lost += kept.size() < wanted ? 1 : 0;
    }
    List<Bytes> kept = drive.synced().read(0, 256).join();
    LedgerReport report = LedgerVerifier.verify(node.peerId(), signatures, LedgerSource.of(kept));
    assertThat(report.fault()).as("seed %d", seed).isEmpty();
    assertThat(report.entries()).isEqualTo(kept.size());
    return lost;
  }
}
