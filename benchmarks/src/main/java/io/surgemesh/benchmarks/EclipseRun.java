package io.surgemesh.benchmarks;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.market.Capability;
import io.surgemesh.market.MeshName;
import io.surgemesh.multiformats.Sha256;
import io.surgemesh.simulator.SimulatedHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One owner of many identities in three /16, ground to a point, crowds what stands there. */
final class EclipseRun {
  /** So many keys are made for each that is used: the nearest ones. */
  private static final int GROUND_FACTOR = 20;

  private static final int DIALS_EACH = 5;

  /** A key is crowded by a hundredth and a tenth of the identities first. */
  private static final int[] CROWDED_BY_PARTS = {100, 10, 1};

  private static final int SAMPLES_PER_HOUR = 6;
  private static final double FINDABLE = 0.99;
  private static final double TABLE_SHARE_MAX = 0.15;
  private static final int HONEST_MIN = 8;
  private static final Duration ANNOUNCING = Duration.ofMinutes(4);

  private final DhtCrowd crowd;
  private final DhtAttackOptions options;
  private final AttackReport report;
  private final Conspiracy conspiracy = new Conspiracy();
  private final List<SimulatedHost> others = new ArrayList<>();

  EclipseRun(DhtCrowd crowd, DhtAttackOptions options, AttackReport report) {
    this.crowd = crowd;
    this.options = options;
    this.report = report;
  }

  List<Metric> ofKey() {
    Capability key = new Capability("bench", "key");
    List<KeyPair> nearest = nearest(Sha256.of(key.key(MeshName.PUBLIC)).word0());
    List<Chart.Point> points = new ArrayList<>();
    double found = 0;
    for (int part : CROWDED_BY_PARTS) {
      int identities = Math.min(nearest.size(), Math.max(1, nearest.size() / part));
      List<SimulatedHost> added = add(nearest.subList(others.size(), identities));
      added.forEach(other -> dial(other, crowd.up()));
      crowd.run(Duration.ofMinutes(1), "meeting");
      found = findable(key);
      points.add(new Chart.Point(identities, found));
    }
    report.draw("Crowded key found, by identities", "identities", true, points);
    return List.of(options.metric("dht.eclipse.key", found, against(), FINDABLE, false));
  }

  /** Lets one more peer provide a key; returns which part of the searches found it. */
  private double findable(Capability key) {
    int provider = crowd.up();
    crowd.peer(provider).announce(key);
    crowd.run(ANNOUNCING, "announcing");
    DhtCrowd.Counted searched = crowd.searchProvider(options.searches(), "the key", key, provider);
    report.note("key crowded by %d: %.1f queries per search", others.size(), searched.queries());
    crowd.peer(provider).withdraw(key);
    return searched.found();
  }

  List<Metric> ofPeer() {
    int victim = crowd.up();
    add(nearest(crowd.host(victim).peerId().sha256().word0()));
    Set<PeerId> hostile = new HashSet<>();
    others.forEach(other -> hostile.add(other.peerId()));
    List<Chart.Point> shares = new ArrayList<>();
    List<Chart.Point> outbound = new ArrayList<>();
    int fewestHonest = Integer.MAX_VALUE;
    int fewestOutbound = Integer.MAX_VALUE;
    for (int sample = 0; sample < options.hours() * SAMPLES_PER_HOUR; sample++) {
      for (int i = sample % SAMPLES_PER_HOUR; i < others.size(); i += SAMPLES_PER_HOUR) {
        dial(others.get(i), victim);
      }
      fewestOutbound = Math.min(fewestOutbound, honestOutbound(crowd.host(victim), hostile));
      crowd.run(Duration.ofHours(1).dividedBy(SAMPLES_PER_HOUR), "crowding a peer");
      List<PeerId> table = crowd.now(crowd.peer(victim).tablePeers());
      int taken = (int) table.stream().filter(hostile::contains).count();
      int kept = honestOutbound(crowd.host(victim), hostile);
      fewestHonest = Math.min(fewestHonest, table.size() - taken);
      fewestOutbound = Math.min(fewestOutbound, kept);
      double hours = (sample + 1.0) / SAMPLES_PER_HOUR;
      shares.add(new Chart.Point(hours, (double) taken / table.size()));
      outbound.add(new Chart.Point(hours, kept));
    }
    double worstShare = shares.stream().mapToDouble(Chart.Point::y).max().orElseThrow();
    report.draw("Share of a crowded peer's table taken", "hours", false, shares);
    report.draw("Its outbound connections to honest peers", "hours", false, outbound);
    String against = against() + ", for " + options.hours() + " h; the worst of it";
    return List.of(
        options.metric("dht.eclipse.table", worstShare, against, TABLE_SHARE_MAX, true),
        atLeast("honest", fewestHonest, "peers", "honest ones in the table; " + against),
        atLeast(
            "outbound",
            fewestOutbound,
            "connections",
            "open ones to honest peers, that the crowded one dialled; " + against));
  }

  private Metric atLeast(String name, int value, String unit, String what) {
    String id = options.metric("dht.eclipse." + name, 0, "", 0, false).id();
    return new Metric(id, value, unit, what, HONEST_MIN, false);
  }

  /** Returns how many connections a host has that it dialled itself, to peers of nobody's crowd. */
  private int honestOutbound(SimulatedHost host, Set<PeerId> hostile) {
    int count = 0;
    for (PeerId peer : host.connectedPeers()) {
      // One who is connected is not dialled again.
      if (!hostile.contains(peer) && crowd.now(host.connect(peer)).isOutbound()) {
        count++;
      }
    }
    return count;
  }

  private String against() {
    return options.identities()
        + " identities of three /16, nearest of "
        + GROUND_FACTOR
        + " times as many, that name their own number alone";
  }

  /** Returns the identities nearest to a point, of all that are ground, the nearest first. */
  private List<KeyPair> nearest(long point) {
    return new GroundKeys(options.identities() * GROUND_FACTOR)
        .nearest(point, options.identities());
  }

  /** Adds hosts of such identities, which conspire with all before them. */
  private List<SimulatedHost> add(List<KeyPair> identities) {
    List<SimulatedHost> added = identities.stream().map(crowd::addOther).toList();
    conspiracy.join(added);
    others.addAll(added);
    return added;
  }

  /** A host meets one peer, so that it may come into its table, and some others. */
  private void dial(SimulatedHost other, int first) {
    List<SimulatedHost> met = new ArrayList<>();
    int peer = first;
    for (int i = 0; i < DIALS_EACH; i++) {
      met.add(crowd.host(peer));
      peer = crowd.up();
    }
    crowd.meet(other, met);
  }
}
