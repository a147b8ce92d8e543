package io.surgemesh.vopr;

import io.surgemesh.dht.Dht;
import io.surgemesh.host.Peerstore;
import io.surgemesh.job.JobRun;
import io.surgemesh.ledger.LedgerEntry;
import io.surgemesh.market.Agreement;
import io.surgemesh.market.Energy;
import io.surgemesh.market.Place;
import io.surgemesh.market.Price;
import io.surgemesh.market.Resources;
import io.surgemesh.market.Terms;
import io.surgemesh.mesh.Mesh;
import io.surgemesh.mesh.Offering;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.simulator.DiskFate;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** One honest peer over all of its lives, and the application that uses it. */
final class Citizen {
  private static final int MILLICORES_STEP = 500;
  private static final long MEMORY_STEP = 512L << 20;
  private static final int STEPS_MAX = 8;

  private final World world;
  private final History history;
  private final int index;
  private final Scenario.Role role;
  private final int millicores;
  private final long memoryBytes;
  private final Price price;
  private int life = -1;
  private boolean alive;
  private boolean draining;
  // What the last crash did, or the next one will do, to the disk.
  private DiskFate disk = DiskFate.KEPT;
  private final List<LedgerEntry> entries = new ArrayList<>();
  // In the routing table of this life when it was last asked for, of peers that there never were.
  private long strangers;

  Citizen(World world, History history, int index, Scenario.Role role, SplittableRandom random) {
    this.world = world;
    this.history = history;
    this.index = index;
    this.role = role;
    this.millicores = MILLICORES_STEP * (1 + random.nextInt(STEPS_MAX));
    this.memoryBytes = MEMORY_STEP * (1 + random.nextInt(STEPS_MAX));
    this.price = Price.perCpuSecond(random.nextInt(1000));
  }

  /** A process of this peer is up: a seller begins to sell. */
  void onStarted() {
    onGone();
    life++;
    alive = true;
    strangers = 0;
    history.add(new Happening.Started(index, mesh().peerId(), life));
    if (life > 0) {
      entries.clear();
      entries.addAll(entriesFrom(0));
      history.add(new Happening.Reopened(index, disk, List.copyOf(entries)));
      disk = DiskFate.KEPT;
    }
    if (sells()) {
      history.add(new Happening.Sells(index, life, millicores, memoryBytes));
      offer();
    }
  }

  /** This peer's process is about to die. */
  void onCrashing(DiskFate fate) {
    if (isUp()) {
      readLog();
      disk = fate;
    }
  }

  /** Takes note of the end of this peer's process, however it came. */
  void notice() {
    if (!world.mesh().isUp(index)) {
      onGone();
    }
  }

  private void onGone() {
    if (alive) {
      alive = false;
      history.add(new Happening.Crashed(index, life, disk));
    }
  }

  /** Puts up what this peer sells, again. */
  void offer() {
    if (!sells() || !isUp()) {
      return;
    }
    int current = life;
    Resources resources =
        new Resources(millicores, "amd64", memoryBytes, 0, 0, 0, List.of(), List.of());
    mesh()
        .offer(
            new Offering(
                resources,
                price,
                Place.UNKNOWN,
                Energy.UNKNOWN,
                Map.of(Work.RUNTIME, run -> handle(run, current))))
        .whenComplete(
            (nothing, failure) -> {
              if (failure != null && isUp(current) && !draining) {
                history.add(new Happening.Bug("peer " + index + " cannot offer: " + failure));
              }
            });
  }

  /** This peer signs an agreement under which it provides. */
  void onSold(Agreement agreement) {
    if (isUp()) {
      Terms terms = agreement.terms();
      history.add(
          new Happening.Sold(
              index, life, agreement.id(), terms.cpuMillicores(), terms.memoryBytes()));
    }
  }

  private void handle(JobRun run, int ofLife) throws IOException {
    if (!isUp(ofLife)) {
      // What a crash has cut short.
      throw new Work.PlannedFailure();
    }
    Work work = Work.parse(run.arguments());
    history.add(
        new Happening.Ran(
            index,
            life,
            run.agreementId(),
            work.millicores(),
            work.memoryBytes(),
            world.userThreads().begunNanos()));
    try (InputStream input = run.input()) {
      work.run(input, run.output());
    }
  }

  /** Reads what is new in this peer's log. */
  void readLog() {
    for (LedgerEntry entry : entriesFrom(entries.size())) {
      entries.add(entry);
      history.add(new Happening.Logged(index, entry));
    }
  }

  private List<LedgerEntry> entriesFrom(int first) {
    List<Bytes> envelopes = world.mesh().ledgerEntries(index);
    List<LedgerEntry> found = new ArrayList<>();
    for (int i = first; i < envelopes.size(); i++) {
      try {
        found.add(LedgerEntry.decode(envelopes.get(i)));
      } catch (MalformedMessageException malformed) {
        history.add(new Happening.Stillborn(index, String.valueOf(malformed.getMessage())));
        break;
      }
    }
    return found;
  }

  /**
   * Shows the checkers what this peer's board lists, and what else can be measured.
   *
   * <p>How many peers are connected is no such thing: hosts close what is idle when they have too
   * many, and promise no more than that.
   */
  void look() {
    if (!isUp()) {
      return;
    }
    measured("peers remembered", mesh().host().peerstore().size(), Peerstore.PEERS_MAX);
    measured("peers never met in the table", strangers, 0);
    int current = life;
    mesh()
        .offers()
        .offers()
        .whenComplete(
            (offers, failure) -> {
              if (isUp(current) && failure == null) {
                history.add(new Happening.Board(index, life, wallNow(), offers));
              }
            });
  }

  /**
   * Looks for peers in this one's routing table that there never were: only who has answered may be
   * in it, whatever liars say. What is found shows when this peer is next looked at.
   *
   * <p>Takes this peer an event, so it is for times when none is slow.
   */
  void lookIntoTable() {
    if (!isUp() || !(mesh().routing() instanceof Dht dht)) {
      return;
    }
    int current = life;
    dht.tablePeers()
        .whenComplete(
            (peers, failure) -> {
              if (isUp(current) && failure == null) {
                strangers = peers.stream().filter(peer -> !world.hasPeer(peer)).count();
              }
            });
  }

  private void measured(String what, long value, long most) {
    history.add(new Happening.Measured(index, what, value, most));
  }

  private Instant wallNow() {
    return world.mesh().network().host(index).wallClock().instant();
  }

  /** This peer has drained and leaves for good. */
  void leave() {
    if (isUp()) {
      readLog();
      alive = false;
      history.add(new Happening.Left(index, life));
      mesh().close();
      mesh().host().close();
    }
  }

  /** This peer is about to drain. */
  void onDraining() {
    draining = true;
    history.add(new Happening.Withdraws(index, life));
  }

  Mesh mesh() {
    return world.mesh().peer(index);
  }

  int index() {
    return index;
  }

  int life() {
    return life;
  }

  /** Returns whether this peer's process runs, in whichever life. */
  boolean isUp() {
    return alive && world.mesh().isUp(index);
  }

  /** Returns whether that life of this peer has not ended. */
  boolean isUp(int ofLife) {
    return ofLife == life && isUp();
  }

  boolean sells() {
    return role.sells() && !draining;
  }

  boolean buys() {
    return role.buys() && !draining;
  }

  int millicores() {
    return millicores;
  }

  long memoryBytes() {
    return memoryBytes;
  }
}
