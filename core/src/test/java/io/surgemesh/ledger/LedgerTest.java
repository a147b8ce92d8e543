package io.surgemesh.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException.LedgerCorrupt;
import io.surgemesh.identity.MeshException.StorageFailed;
import io.surgemesh.market.Amount;
import io.surgemesh.market.Claim;
import io.surgemesh.market.Receipt;
import io.surgemesh.market.SignedAgreement;
import io.surgemesh.market.Trades;
import io.surgemesh.multiformats.Bytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  private final Trades trades = new Trades(40);
  private final SignedAgreement agreement = trades.signedAgreement();
  private final QueueLoop loop = new QueueLoop();

  @TempDir private Path directory;

  private Ledger open(LedgerStore store) throws InterruptedException {
    return open(store, trades.provider).join();
  }

  private CompletableFuture<Ledger> open(LedgerStore store, KeyPair key)
      throws InterruptedException {
    return loop.await(Ledger.open(store, key, Trades.SIGNATURES, loop));
  }

  private void append(Ledger ledger, Claim claim) throws InterruptedException {
    loop.await(ledger.append(claim)).join();
  }

  private LedgerReport verify(LedgerStore store) {
    LedgerVerifier verifier = new LedgerVerifier(trades.provider.peerId(), Trades.SIGNATURES);
    store.read(0, LedgerStore.ENTRIES_MAX).join().forEach(verifier::accept);
    return verifier.report();
  }

  @Test
  void whatIsAppendedVerifies() throws Exception {
    LedgerStore store = LedgerStore.inMemory();
    Ledger ledger = open(store);
    assertThat(ledger.owner()).isEqualTo(trades.provider.peerId());
    Claim first = trades.claim(agreement, 1, false);
    Claim last = trades.claim(agreement, 2, true);
    append(ledger, first);
    append(ledger, last);
    loop.await(ledger.append(trades.settled(first))).join();
    loop.await(ledger.append(trades.settled(last))).join();
    assertThat(ledger.size()).isEqualTo(4);
    LedgerReport report = verify(store);
    assertThat(report.fault()).isEmpty();
    assertThat(report.finalReceipts()).isEqualTo(1);
  }

  @Test
  void appendsThatComeTogetherAreChainedInOrder() throws Exception {
    LedgerStore store = LedgerStore.inMemory();
    Ledger ledger = open(store);
    List<CompletableFuture<Void>> appended = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      appended.add(ledger.append(trades.claim(trades.signedAgreement(), 1, true)));
    }
    assertThat(ledger.size()).isZero();
    for (CompletableFuture<Void> each : appended) {
      loop.await(each).join();
    }
    LedgerReport report = verify(store);
    assertThat(report.fault()).isEmpty();
    assertThat(report.entries()).isEqualTo(200);
  }

  @Test
  void workersThatAreAllBusyDelayAppendsAndBreakNothing() throws Exception {
    LedgerStore store = LedgerStore.inMemory();
    Ledger ledger = open(store);
    loop.refuse(3);
    CompletableFuture<Void> first = ledger.append(trades.claim(agreement, 1, false));
    append(ledger, trades.claim(agreement, 2, true));
    assertThat(first).isCompleted();
    assertThat(verify(store).fault()).isEmpty();
    assertThat(verify(store).entries()).isEqualTo(2);
  }

  @Test
  void aLogGoesOnWhereTheDiskEnds() throws Exception {
    try (SqliteLedgerStore store = SqliteLedgerStore.open(directory)) {
      append(open(store), trades.claim(agreement, 1, false));
    }
    try (SqliteLedgerStore store = SqliteLedgerStore.open(directory)) {
      Ledger ledger = open(store);
      assertThat(ledger.size()).isEqualTo(1);
      append(ledger, trades.claim(agreement, 2, true));
      assertThat(verify(store).entries()).isEqualTo(2);
      assertThat(verify(store).fault()).isEmpty();
    }
  }

  @Test
  void aReceiptIsKeptOnceAlsoAfterARestart() throws Exception {
    LedgerStore store = LedgerStore.inMemory();
    Ledger ledger = open(store);
    Claim claim = trades.claim(agreement, 1, false);
    CompletableFuture<Void> first = ledger.append(claim);
    CompletableFuture<Void> again = ledger.append(claim);
    assertThat(again).isNotDone();
    loop.await(again).join();
    assertThat(first).isCompleted();
    loop.await(ledger.append(trades.settled(claim))).join();
    loop.await(ledger.append(trades.settled(claim))).join();
    assertThat(ledger.size()).isEqualTo(2);
    Ledger restarted = open(store);
    append(restarted, claim);
    loop.await(restarted.append(trades.settled(claim))).join();
    assertThat(restarted.size()).isEqualTo(2);
  }

  @Test
  void aReceiptThatALaterOneCoversIsNotNeeded() throws Exception {
    LedgerStore store = LedgerStore.inMemory();
    Ledger ledger = open(store);
    Claim first = trades.claim(agreement, 1, false);
    Claim last = trades.claim(agreement, 2, true);
    append(ledger, first);
    append(ledger, last);
    loop.await(ledger.append(trades.settled(last))).join();
    loop.await(ledger.append(trades.settled(first))).join();
    assertThat(ledger.size()).isEqualTo(3);
    assertThat(verify(store).fault()).isEmpty();
  }

  @Test
  void aReceiptThatContradictsTheLogIsRefused() throws Exception {
    LedgerStore store = LedgerStore.inMemory();
    Ledger ledger = open(store);
    Claim last = trades.claim(agreement, 1, true);
    append(ledger, last);
    Claim further = trades.claim(agreement, 2, true);
    assertThatThrownBy(() -> ledger.append(further).join())
        .hasCauseInstanceOf(IllegalStateException.class);
    Receipt sameNumber =
        Receipt.interim(agreement.agreement().id(), 1, Trades.usage(1), Amount.of(1));
    assertThatThrownBy(() -> ledger.append(trades.claim(agreement, sameNumber)).join())
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThat(verify(store).entries()).isEqualTo(1);
  }

  @Test
  void receiptsOfOthersAreTheCallersFault() throws Exception {
    Ledger ledger = open(LedgerStore.inMemory());
    KeyPair stranger = trades.keyPair();
    SignedAgreement foreign =
        trades.signed(
            trades.agreement(trades.requestor, stranger, trades.terms()),
            trades.requestor,
            stranger);
    assertThatThrownBy(() -> ledger.append(trades.claim(foreign, 1, false)))
        .isInstanceOf(IllegalArgumentException.class);
    Receipt other = Trades.receipt(trades.agreement(), 1, false);
    assertThatThrownBy(() -> ledger.append(trades.claim(agreement, other)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLogOfAnotherKeyIsNotContinued() throws Exception {
    LedgerStore store = LedgerStore.inMemory();
    append(open(store), trades.claim(agreement, 1, false));
    assertThatThrownBy(() -> open(store, trades.requestor).join())
        .hasCauseInstanceOf(LedgerCorrupt.class);
  }

  @Test
  void aDamagedLogIsNotContinued() throws Exception {
    Books books = Books.honest(41);
    for (int at = 0; at < 6; at++) {
      List<Bytes> envelopes = books.envelopes();
      byte[] damaged = envelopes.get(at).toByteArray();
      damaged[damaged.length - 1] ^= 1;
      envelopes.set(at, Bytes.of(damaged));
      LedgerStore store = LedgerStore.inMemory();
      store.append(0, envelopes).join();
      long index = Math.min(at + 1, 5);
      assertThatThrownBy(() -> open(store, books.trades.provider).join())
          .cause()
          .isInstanceOfSatisfying(
              LedgerCorrupt.class, corrupt -> assertThat(corrupt.index()).isEqualTo(index));
    }
  }

  @Test
  void afterAFailedStoreEveryAppendFails() throws Exception {
    FailingStore store = new FailingStore();
    Ledger ledger = open(store);
    append(ledger, trades.claim(agreement, 1, false));
    store.failing = true;
    List<CompletableFuture<Void>> appended = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      appended.add(ledger.append(trades.claim(trades.signedAgreement(), 1, true)));
    }
    for (CompletableFuture<Void> each : appended) {
      assertThatThrownBy(() -> loop.await(each).join()).hasCauseInstanceOf(StorageFailed.class);
    }
    assertThatThrownBy(() -> ledger.append(trades.claim(agreement, 2, false)).join())
        .hasCauseInstanceOf(StorageFailed.class);
    assertThat(ledger.size()).isEqualTo(1);
  }

  @Test
  void theNumberOfAppendsUnderWayIsBounded() throws Exception {
    FailingStore store = new FailingStore();
    Ledger ledger = open(store);
    KeyPair key = trades.provider;
    Claim first = trades.claim(agreement, 1, false);
    // Signatures do not matter here, and making thousands takes long.
    for (int i = 0; i < Ledger.APPENDS_MAX; i++) {
      CompletableFuture<Void> unused =
          ledger.append(
              new Claim(
                  agreement,
                  Receipt.interim(agreement.agreement().id(), i + 1, Trades.usage(i), Amount.of(i)),
                  first.providerSignature()));
    }
    Claim one = trades.claim(trades.signedAgreement(), 1, false);
    assertThatThrownBy(() -> ledger.append(one).join()).hasCauseInstanceOf(StorageFailed.class);
    assertThat(ledger.owner()).isEqualTo(key.peerId());
  }

  /** Fails appends when told to. */
  private static final class FailingStore implements LedgerStore {
    private final LedgerStore kept = LedgerStore.inMemory();
    private boolean failing;

    @Override
    public CompletableFuture<Void> append(long firstIndex, List<Bytes> envelopes) {
      return failing
          ? CompletableFuture.failedFuture(new StorageFailed(location(), StorageFailed.Reason.FULL))
          : kept.append(firstIndex, envelopes);
    }

    @Override
    public CompletableFuture<List<Bytes>> read(long fromIndex, int countMax) {
      return kept.read(fromIndex, countMax);
    }

    @Override
    public CompletableFuture<Long> size() {
      return kept.size();
    }

    @Override
    public Path location() {
      return kept.location();
    }

    @Override
    public void close() {
      kept.close();
    }
  }
}
