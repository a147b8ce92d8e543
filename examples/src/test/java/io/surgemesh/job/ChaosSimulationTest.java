package io.surgemesh.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.ledger.LedgerEntry;
import io.surgemesh.ledger.LedgerStore;
import io.surgemesh.market.Receipt;
import io.surgemesh.market.Requirements;
import io.surgemesh.market.Resources;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.simulator.Level;
import io.surgemesh.simulator.NetworkConfig;
import io.surgemesh.simulator.SimulatedNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Buyers and sellers while connections break, heal, and peers crash. */
class ChaosSimulationTest {
  private static final int SELLERS = 5;
  private static final int BUYERS = 3;
  private static final int JOBS_PER_BUYER = 15;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void everyJobOfALivingBuyerEndsAndNothingIsSoldOrSettledTwice(long seed) throws Exception {
    run(seed, NetworkConfig.defaults(seed));
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23, 24})
  void theSameHoldsWhenConnectionsCarryBytes(long seed) throws Exception {
    run(seed, NetworkConfig.defaults(seed).withLevel(Level.BYTES));
  }

  private static void run(long seed, NetworkConfig config) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    JobMarket market = new JobMarket(new SimulatedNetwork(seed, config));
    for (int i = 0; i < SELLERS; i++) {
      market.addSeller(Resources.of(2000, 1L << 30), Duration.ofSeconds(1 + i), OneJobTest.UPPER);
    }
    List<JobMarket.Buyer> buyers = new ArrayList<>();
    List<CompletableFuture<JobResult>> results = new ArrayList<>();
    for (int i = 0; i < BUYERS; i++) {
      JobMarket.Buyer buyer = market.addBuyer(JobMarket.config());
      buyers.add(buyer);
      for (int job = 0; job < JOBS_PER_BUYER; job++) {
        JobSpec spec =
            JobSpec.of(
                JobInput.of(new byte[random.nextInt(200_000)]),
                Requirements.runtime(JobMarket.RUNTIME).withResources(700, 1 << 20, 0));
        results.add(buyer.requestor().submit(spec, new JobListener() {}));
      }
    }
    disturb(market, random);
    for (CompletableFuture<JobResult> result : results.subList(JOBS_PER_BUYER, results.size())) {
      market.await(result).close();
    }
    advance(market, Duration.ofMinutes(2));

    for (int i = 1; i < SELLERS; i++) {
      JobMarket.Seller seller = market.sellers.get(i);
      assertThat(seller.provider().capacity().isIdle()).as("seller %s", i).isTrue();
      assertThat(seller.spools().usedBytes()).isZero();
      assertThat(finals(seller.log())).isGreaterThanOrEqualTo(0);
    }
    for (int i = 1; i < BUYERS; i++) {
      assertThat(buyers.get(i).spools().usedBytes()).isZero();
      assertThat(finals(buyers.get(i).log())).isGreaterThanOrEqualTo(JOBS_PER_BUYER);
    }
  }

  private static void disturb(JobMarket market, SplittableRandom random) {
    for (int step = 0; step < 12; step++) {
      int seller = random.nextInt(SELLERS);
      int buyer = SELLERS + random.nextInt(BUYERS);
      market.network.partition(seller, buyer);
      advance(market, Duration.ofMillis(random.nextInt(6000)));
      if (random.nextInt(4) > 0) {
        market.network.heal(seller, buyer);
      }
    }
    market.network.crash(0);
    market.network.crash(SELLERS);
    for (int seller = 0; seller < SELLERS; seller++) {
      for (int buyer = 0; buyer < BUYERS; buyer++) {
        market.network.heal(seller, SELLERS + buyer);
      }
    }
  }

  private static void advance(JobMarket market, Duration span) {
    long untilNanos = market.network.time().nowNanos() + span.toNanos();
    while (market.network.time().nowNanos() < untilNanos) {
      market.network.time().runFor(Duration.ofMillis(20));
      for (JobMarket.Seller seller : market.sellers) {
        assertThat(seller.provider().capacity().isOversold()).isFalse();
      }
    }
  }

  /** Counts the settled final receipts of a log, none of which may occur twice or pass its cap. */
  private static int finals(LedgerStore log) throws Exception {
    Set<Bytes> settled = new TreeSet<>();
    long size = log.size().join();
    for (long index = 0; index < size; index++) {
      LedgerEntry entry = LedgerEntry.decode(log.read(index, 1).join().get(0));
      Receipt receipt = entry.claim().receipt();
      assertThat(receipt.amount())
          .isLessThanOrEqualTo(entry.claim().agreement().agreement().terms().amountMax());
      if (entry.kind() == LedgerEntry.Kind.RECEIPT && receipt.isFinal()) {
        assertThat(settled.add(receipt.agreementId())).isTrue();
      }
    }
    return settled.size();
  }
}
