package io.surgemesh.benchmarks;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.market.Capability;
import io.surgemesh.market.MeshName;
import io.surgemesh.multiformats.Sha256;
import io.surgemesh.simulator.SimulatedHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Identities ground to a key crowd it, one crowd after the other, each at a key of its own: as many
 * as keep a record and five times as many, in one to eight networks, silent or lying. Counts who
 * finds what stands there, and what it costs to provide it.
 */
final class KeyGroupsRun {
  /** So many keys are made for each peer: hardly a peer is nearer than the nearest 100 then. */
  private static final int GROUND_PER_PEER = 200;

  private static final int[] IDENTITIES = {20, 100};
  private static final int[] NETWORKS = {1, 3, 8};
  private static final String NETWORKS_LABEL = "/16 that its crowd stands in";

  /** So many peers provide keys of their own that nobody crowds, and as many each crowded one. */
  private static final int COUNTED = 20;

  /** How many of the peers nearest to the key each identity meets, and how many of all. */
  private static final int NEAREST_MET = 40;

  private static final int OTHERS_MET = 5;
  private static final double FINDABLE_PASSIVE = 0.99;
  private static final double FINDABLE_ACTIVE = 0.98;
  private static final double OVERHEAD_MAX = 2;
  private static final Duration MEETING = Duration.ofSeconds(20);

  /** A key is announced twice by then, and not a third time for long. */
  private static final Duration ANNOUNCING = Duration.ofSeconds(90);

  /** A key is announced once by then; the second time follows after 48 s or more. */
  private static final Duration ANNOUNCING_ONCE = Duration.ofSeconds(20);

  /**
   * Who crowds a key.
   *
   * @param active whether they name their own number alone, rather than honest peers
   * @param identities how many they are
   * @param networks in how many /16 they stand
   */
  record Crowding(boolean active, int identities, int networks) {
    private String kind() {
      return active ? "active" : "passive";
    }

    private String size() {
      return identities + "-of-" + networks;
    }

    private String what() {
      return identities
          + " identities ground to the key, in "
          + networks
          + " /16, that keep no record and name "
          + (active ? "their own number alone" : "the nearest honest peers");
    }
  }

  private final DhtCrowd crowd;
  private final DhtAttackOptions options;
  private final AttackReport report;
  private final GroundKeys ground;
  private final SentRequests requests;
  private final List<SimulatedHost> honest;
  private final Conspiracy passive;
  private final Map<String, List<Chart.Point>> found = new LinkedHashMap<>();
  private final Map<String, List<Chart.Point>> costs = new LinkedHashMap<>();
  private int networksTaken;

  KeyGroupsRun(DhtCrowd crowd, DhtAttackOptions options, AttackReport report) {
    this.crowd = crowd;
    this.options = options;
    this.report = report;
    this.ground = new GroundKeys(options.peers() * GROUND_PER_PEER);
    this.requests = new SentRequests(crowd.network());
    this.honest = List.copyOf(crowd.network().hosts());
    this.passive = Conspiracy.naming(honest);
  }

  /** Measures every crowd. */
  List<Metric> run() {
    List<Crowding> all = new ArrayList<>();
    for (boolean active : new boolean[] {false, true}) {
      for (int identities : IDENTITIES) {
        for (int networks : NETWORKS) {
          all.add(new Crowding(active, identities, networks));
        }
      }
    }
    return run(all);
  }

  /** Measures some crowds, one after the other, and then what they cost on average. */
  List<Metric> run(List<Crowding> crowdings) {
    double plain = requestsEach(draw(COUNTED), peer -> new Capability("bench", "plain-" + peer));
    List<Metric> metrics = new ArrayList<>();
    double sum = 0;
    for (Crowding crowding : crowdings) {
      sum += measure(crowding, plain, metrics);
    }
    report.draw("Crowded key found, by networks", NETWORKS_LABEL, false, found);
    report.draw("What announcing it costs, times as much", NETWORKS_LABEL, false, costs);
    String against =
        "queries and announcements when a peer announces a crowded key once, by those of one that"
            + " nobody crowds; "
            + COUNTED
            + " peers for each of the crowds, and their mean";
    String id = "dht.eclipse.key.overhead" + options.caseName();
    metrics.add(new Metric(id, sum / crowdings.size(), "times", against, OVERHEAD_MAX, true));
    return metrics;
  }

  /** Adds the metric of one crowd, and returns how many times as much a key costs there. */
  private double measure(Crowding crowding, double plain, List<Metric> metrics) {
    Capability key = new Capability("bench", crowding.kind() + "-" + crowding.size());
    long point = Sha256.of(key.key(MeshName.PUBLIC)).word0();
    List<SimulatedHost> identities = place(crowding, point);
    int provider = crowd.up();
    crowd.peer(provider).announce(key);
    crowd.run(ANNOUNCING, "announcing");
    DhtCrowd.Counted searched =
        crowd.searchProvider(
            options.searches(),
            "the key, " + crowding.kind() + " " + crowding.size(),
            key,
            provider);
    crowd.peer(provider).withdraw(key);
    // Their records would be found in place of the one searched for, so they come last.
    double overhead = requestsEach(draw(COUNTED), peer -> key) / plain;
    identities.forEach(identity -> crowd.network().crash(identity.index()));
    report.note(
        "%s %s: %.1f queries per search; announcing costs %.2f times as much as elsewhere",
        crowding.kind(), crowding.size(), searched.queries(), overhead);
    addPoint(found, crowding, searched.found());
    addPoint(costs, crowding, overhead);
    String id = "dht.eclipse.key." + crowding.kind() + options.caseName() + "-" + crowding.size();
    double target = crowding.active() ? FINDABLE_ACTIVE : FINDABLE_PASSIVE;
    metrics.add(new Metric(id, searched.found(), "of 1", crowding.what(), target, false));
    return overhead;
  }

  private static void addPoint(
      Map<String, List<Chart.Point>> lines, Crowding crowding, double value) {
    lines
        .computeIfAbsent(crowding.kind() + " " + crowding.identities(), name -> new ArrayList<>())
        .add(new Chart.Point(crowding.networks(), value));
  }

  private Set<Integer> draw(int count) {
    Set<Integer> drawn = new LinkedHashSet<>();
    while (drawn.size() < count) {
      drawn.add(crowd.up());
    }
    return drawn;
  }

  /** Returns how many requests a peer sends on average that announces a key once. */
  private double requestsEach(Collection<Integer> peers, IntFunction<Capability> key) {
    int before = peers.stream().mapToInt(requests::of).sum();
    peers.forEach(peer -> crowd.peer(peer).announce(key.apply(peer)));
    crowd.run(ANNOUNCING_ONCE, "announcing once");
    int after = peers.stream().mapToInt(requests::of).sum();
    peers.forEach(peer -> crowd.peer(peer).withdraw(key.apply(peer)));
    return (double) (after - before) / peers.size();
  }

  /** Adds identities, in networks where nobody has stood before, and lets them meet peers. */
  private List<SimulatedHost> place(Crowding crowding, long point) {
    List<SimulatedHost> identities = new ArrayList<>();
    for (KeyPair key : ground.nearest(point, crowding.identities())) {
      int network = networksTaken + identities.size() % crowding.networks();
      identities.add(crowd.addOther(key, network));
    }
    networksTaken += crowding.networks();
    if (crowding.active()) {
      new Conspiracy().join(identities);
    } else {
      passive.serve(identities);
    }
    List<SimulatedHost> nearest =
        honest.stream()
            .sorted(KeyOrder.nearestTo(point, host -> host.peerId().sha256().word0()))
            .limit(NEAREST_MET)
            .toList();
    identities.forEach(identity -> meet(identity, nearest));
    crowd.run(MEETING, "meeting");
    return identities;
  }

  /** An identity meets those who are asked for peers near the key, and some others. */
  private void meet(SimulatedHost identity, List<SimulatedHost> nearest) {
    List<SimulatedHost> met = new ArrayList<>(nearest);
    for (int i = 0; i < OTHERS_MET; i++) {
      met.add(crowd.host(crowd.up()));
    }
    crowd.meet(identity, met);
  }
}
