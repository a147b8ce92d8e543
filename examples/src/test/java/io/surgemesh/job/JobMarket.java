package io.surgemesh.job;

import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import io.surgemesh.ledger.Ledger;
import io.surgemesh.ledger.LedgerStore;
import io.surgemesh.market.MeshName;
import io.surgemesh.market.Offer;
import io.surgemesh.market.OfferId;
import io.surgemesh.market.Price;
import io.surgemesh.market.Resources;
import io.surgemesh.market.SignedOffer;
import io.surgemesh.simulator.SimulatedHost;
import io.surgemesh.simulator.SimulatedNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Providers and requestors on a simulated network, offers known to all at once. */
final class JobMarket {
  static final String RUNTIME = "java:upper";
  static final Price PRICE = Price.perCpuSecond(1000);
  private static final Duration PATIENCE = Duration.ofMinutes(60);

  /** One peer that sells. */
  record Seller(
      SimulatedHost host, JobProvider provider, LedgerStore log, MemorySpoolStore spools) {}

  /** One peer that buys. */
  record Buyer(
      SimulatedHost host, JobRequestor requestor, LedgerStore log, MemorySpoolStore spools) {}

  final SimulatedNetwork network;
  final List<SignedOffer> offers = new ArrayList<>();
  final List<Seller> sellers = new ArrayList<>();

  JobMarket(long seed) {
    this(new SimulatedNetwork(seed));
  }

  JobMarket(SimulatedNetwork network) {
    this.network = network;
  }

  static JobConfig config() {
    return JobConfig.defaults().withProvider(ProviderLimits.defaults().withMeasuresCpu(false));
  }

  /** Adds a provider whose handlers each take {@code runTime}. */
  Seller addSeller(Resources resources, Duration runTime, JobHandler handler) {
    return addSeller(resources, runTime, handler, config(), Admission.everyone());
  }

  Seller addSeller(
      Resources resources,
      Duration runTime,
      JobHandler handler,
      JobConfig config,
      Admission admission) {
    SimulatedHost host = network.addHost();
    LedgerStore log = LedgerStore.inMemory();
    MemorySpoolStore spools = new MemorySpoolStore(1L << 30);
    Executor slow = task -> host.loop().arm(host.loop().nowNanos() + runTime.toNanos(), task);
    JobProvider provider = new JobProvider(environment(host, log), config, admission, slow, spools);
    SignedOffer sealed = sealOffer(host, resources);
    Map<String, JobHandler> handlers = new LinkedHashMap<>();
    handlers.put(RUNTIME, handler);
    host.loop()
        .execute(
            () -> {
              provider.serve(handlers, resources);
              provider.setOffers(List.of(sealed));
            });
    offers.add(sealed);
    Seller seller = new Seller(host, provider, log, spools);
    sellers.add(seller);
    return seller;
  }

  SignedOffer sealOffer(SimulatedHost host, Resources resources) {
    Offer offer =
        Offer.builder(host.peerId(), OfferId.random(host.random("offer")), resources)
            .version(1, network.time().wallClock().instant())
            .ttl(Duration.ofMinutes(15))
            .price(PRICE)
            .addresses(host.addresses())
            .runtime(RUNTIME)
            .build();
    return SignedOffer.seal(offer, host.key(), Signatures.ed25519());
  }

  Buyer addBuyer(JobConfig config) {
    SimulatedHost host = network.addHost();
    return addBuyer(config, host, host.loop());
  }

  Buyer addBuyer(JobConfig config, SimulatedHost host, Executor userExecutor) {
    LedgerStore log = LedgerStore.inMemory();
    MemorySpoolStore spools = new MemorySpoolStore(1L << 30);
    JobRequestor requestor =
        new JobRequestor(
            environment(host, log),
            config,
            take -> take.accept(List.copyOf(offers)),
            userExecutor,
            spools);
    return new Buyer(host, requestor, log, spools);
  }

  private JobEnvironment environment(SimulatedHost host, LedgerStore log) {
    Signatures signatures = Signatures.ed25519();
    Ledger ledger = await(Ledger.open(log, host.key(), signatures, host.loop()));
    return new JobEnvironment(
        host,
        MeshName.PUBLIC,
        host.key(),
        signatures,
        network.time().wallClock(),
        host.random("job"),
        ledger);
  }

  <T> T await(CompletableFuture<T> future) {
    network.time().runUntil(future::isDone, PATIENCE);
    return future.join();
  }

  boolean settles(CompletableFuture<?> future) {
    return network.time().runUntil(future::isDone, PATIENCE);
  }

  SimulatedHost hostOf(PeerId peer) {
    return network.hosts().stream()
        .filter(host -> host.peerId().equals(peer))
        .findFirst()
        .orElseThrow();
  }
}
