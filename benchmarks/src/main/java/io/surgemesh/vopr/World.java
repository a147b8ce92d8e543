package io.surgemesh.vopr;

import io.surgemesh.dht.Dht;
import io.surgemesh.gossip.OfferGossip;
import io.surgemesh.gossip.OfferGossipConfig;
import io.surgemesh.job.JobConfig;
import io.surgemesh.machine.Loop;
import io.surgemesh.mesh.MeshBuilder;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.simulator.Fault;
import io.surgemesh.simulator.FaultListener;
import io.surgemesh.simulator.SimulatedHost;
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

  private static final int BOOTSTRAP_PEERS = 3;
  private static final int TOMBSTONES_MAX = 64;
  private static final Duration JOINING = Duration.ofSeconds(5);

  /** The node numbers of loops that belong to no peer. */
  private static final int CLOCK = 1_000_000;

  private final Scenario scenario;
  private final SimulatedMesh mesh;
  private final Loop clock;
  private final UserThreads userThreads;
  private final List<Multiaddr> bootstrap = new ArrayList<>();
  private final List<Citizen> citizens = new ArrayList<>();

  World(Scenario scenario) {
    this.scenario = scenario;
    this.mesh = SimulatedMesh.of(scenario.seed(), 0, (builder, first) -> configure(builder));
    this.clock = time().newLoop(CLOCK);
    this.userThreads =
        new UserThreads(time().newLoop(CLOCK + 1), new SplittableRandom(scenario.seed() + 1));
  }

  private void configure(MeshBuilder builder) {
    JobConfig jobs = JobConfig.defaults();
    builder
        .routing(Dht.joining(List.copyOf(bootstrap)))
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

  /** Starts the honest peers one after the other, then the hostile ones. */
  void populate(History history) {
    SplittableRandom random = new SplittableRandom(scenario.seed() + 2);
    Duration between = JOINING.dividedBy(scenario.roles().size());
    for (int i = 0; i < scenario.roles().size(); i++) {
      mesh.add();
      citizens.add(new Citizen(this, history, i, scenario.roles().get(i), random.split()));
      citizens.get(i).onStarted();
      if (bootstrap.size() < BOOTSTRAP_PEERS) {
        bootstrap.addAll(mesh.peer(i).addresses());
      }
      time().runFor(between);
    }
    List<Multiaddr> known = new ArrayList<>();
    citizens.forEach(citizen -> known.addAll(citizen.mesh().addresses()));
    for (Hostile hostile : scenario.hostiles()) {
      SimulatedHost host = mesh.network().addHost();
      hostile.peer().start(host, known, host.random("hostile"));
    }
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
    return citizens.stream().filter(Citizen::isAlive).toList();
  }
}
