package io.surgemesh.vopr;

import io.surgemesh.dht.Dht;
import io.surgemesh.gossip.OfferGossip;
import io.surgemesh.gossip.OfferGossipConfig;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import io.surgemesh.job.JobConfig;
import io.surgemesh.machine.Loop;
import io.surgemesh.market.Agreement;
import io.surgemesh.mesh.MeshBuilder;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.simulator.Bootstrap;
import io.surgemesh.simulator.Fault;
import io.surgemesh.simulator.FaultListener;
import io.surgemesh.simulator.KeyedSignatures;
import io.surgemesh.simulator.SimulatedMesh;
import io.surgemesh.simulator.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The peers of one run, honest and hostile, in virtual time. */
final class World {
  static final int OFFERS_MAX = 256;
  static final int OFFERS_PER_PROVIDER_MAX = 3;

  private static final int TOMBSTONES_MAX = 64;
  private static final Duration JOINING = Duration.ofSeconds(5);

  /** The node numbers of loops that belong to no peer. */
  private static final int CLOCK = 1_000_000;

  private final Scenario scenario;
  private final SimulatedMesh mesh;
  private final Loop clock;
  private final UserThreads userThreads;
  private final List<Citizen> citizens = new ArrayList<>();

  World(Scenario scenario) {
    this.scenario = scenario;
    this.mesh =
        SimulatedMesh.of(
            scenario.seed(),
            0,
            defaults ->
                defaults
                    .withNetwork(scenario.surroundings().network(scenario.seed()))
                    .withSignatures(
                        new SalesRegister(new KeyedSignatures(scenario.seed()), this::onSold))
                    .withDisks(scenario.disks())
                    .withBootstrap(Bootstrap.of(0, 1, 2)),
            this::configure);
    this.clock = time().newLoop(CLOCK);
    this.userThreads =
        new UserThreads(time().newLoop(CLOCK + 1), new SplittableRandom(scenario.seed() + 1));
  }

  private void configure(MeshBuilder builder, List<Multiaddr> bootstrap) {
    JobConfig jobs = JobConfig.defaults();
    builder
        .routing(Dht.joining(bootstrap))
        .offers(
            OfferGossip.with(
                OfferGossipConfig.defaults()
                    .withBounds(OFFERS_MAX, OFFERS_PER_PROVIDER_MAX, TOMBSTONES_MAX)))
        .offerTtl(scenario.offerTtl())
        .userExecutor(userThreads)
        .jobs(
            jobs.withProvider(jobs.provider().withMeasuresCpu(false))
                .withRequestor(
                    jobs.requestor()
                        .withGrace(scenario.grace())
                        .withReceiptInterval(scenario.receiptInterval())));
  }

  private void onSold(Agreement agreement) {
    for (Citizen citizen : citizens) {
      if (citizen.mesh().peerId().equals(agreement.provider())) {
        citizen.onSold(agreement);
      }
    }
  }

  /** Starts the honest peers one after the other, then the hostile ones. */
  void populate(History history) {
    SplittableRandom random = new SplittableRandom(scenario.seed() + 2);
    Duration between = JOINING.dividedBy(scenario.roles().size());
    for (int i = 0; i < scenario.roles().size(); i++) {
      mesh.add();
      citizens.add(new Citizen(this, history, i, scenario.roles().get(i), random.split()));
      time().runFor(between);
    }
    mesh.onStart((started, index) -> citizens.get(index).onStarted());
    HostileCrowd crowd = new HostileCrowd(mesh, Work.RUNTIME, random.split());
    scenario.hostiles().forEach(crowd::add);
  }

  /** Has the faults of the scenario happen from now on. */
  void trouble(History history) {
    scenario
        .plan()
        .schedule(
            mesh,
            new FaultListener() {
              @Override
              public void onBegin(Fault fault) {
                history.add(new Happening.Struck(fault));
                if (fault instanceof Fault.Crash crash) {
                  citizens.get(crash.peer()).onCrashing(crash.disk());
                }
              }

              @Override
              public void onEnd(Fault fault) {
                history.add(new Happening.Mended(fault));
              }
            });
  }

  SimulatedMesh mesh() {
    return mesh;
  }

  /** Returns whether there is, or was, a peer of that id, honest or hostile. */
  boolean hasPeer(PeerId peer) {
    return mesh.network().hosts().stream().anyMatch(host -> host.peerId().equals(peer));
  }

  Signatures signatures() {
    return mesh.network().signatures();
  }

  VirtualTime time() {
    return mesh.network().time();
  }

  /** Returns a loop of no peer, on which the workload waits. */
  Loop clock() {
    return clock;
  }

  UserThreads userThreads() {
    return userThreads;
  }

  /** Returns the honest peers by index. */
  List<Citizen> citizens() {
    return citizens;
  }

  /** Returns the honest peers that live. */
  List<Citizen> alive() {
    return citizens.stream().filter(Citizen::isUp).toList();
  }
}
