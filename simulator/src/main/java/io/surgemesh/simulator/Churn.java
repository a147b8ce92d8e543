package io.surgemesh.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Peers that come and go: each is up for a session, crashes, is down for a while, comes back.
 *
 * <p>Every length and every disk's fate depends on the seed, the peer and how often it has gone, on
 * nothing else. What somebody else has taken down is left alone until it is up again. Confined to
 * the thread of the network.
 */
public final class Churn {
  private static final int KIND_SESSION = 0;
  private static final int KIND_DOWNTIME = 1;
  private static final int KIND_FATE = 2;
  private static final int KINDS = 3;

  /** Those who come and go. */
  private interface Population {
    int size();

    boolean isUp(int index);

    void takeDown(int index, DiskFate fate);

    void bringUp(int index);
  }

  private final SimulatedNetwork network;
  private final long seed;
  private final ChurnConfig config;
  private final Population population;
  private final TreeSet<Integer> away = new TreeSet<>();
  private long departures;
  private long returns;
  private boolean stopped;

  private Churn(SimulatedNetwork network, long seed, ChurnConfig config, Population population) {
    this.network = network;
    this.seed = seed;
    this.config = config;
    this.population = population;
    TreeSet<Integer> stable = new TreeSet<>(config.stable());
    for (int i = 0; i < population.size(); i++) {
      if (!stable.contains(i)) {
        stay(i, 0);
      }
    }
  }

  /** Begins with the peers of a mesh; see {@link SimulatedMesh#churn}. */
  static Churn of(SimulatedMesh mesh, long seed, ChurnConfig config) {
    Population peers =
        new Population() {
          @Override
          public int size() {
            return mesh.size();
          }

          @Override
          public boolean isUp(int index) {
            return mesh.network().isUp(index);
          }

          @Override
          public void takeDown(int index, DiskFate fate) {
            mesh.crash(index, fate);
          }

          @Override
          public void bringUp(int index) {
            // Whether it starts is told by the run itself.
            var unused = mesh.restart(index);
          }
        };
    return new Churn(mesh.network(), seed, config, peers);
  }

  /**
   * Begins with the hosts of a network, those there now; they have no disks.
   *
   * @param returning told of each new host before anything happens on it, to make it serve again
   */
  public static Churn of(
      SimulatedNetwork network, long seed, ChurnConfig config, Consumer<SimulatedHost> returning) {
    int size = network.hosts().size();
    Population hosts =
        new Population() {
          @Override
          public int size() {
            return size;
          }

          @Override
          public boolean isUp(int index) {
            return network.isUp(index);
          }

          @Override
          public void takeDown(int index, DiskFate fate) {
            network.crash(index);
          }

          @Override
          public void bringUp(int index) {
            returning.accept(network.restart(index));
          }
        };
    return new Churn(network, seed, config, hosts);
  }

  /** Takes nobody down any more; who is away through this comes back at once. */
  public void stop() {
    stopped = true;
    List<Integer> returning = new ArrayList<>(away);
    returning.forEach(this::bringUp);
  }

  /** Returns how often a peer has gone so far. */
  public long departures() {
    return departures;
  }

  /** Returns how often a peer has come back so far. */
  public long returns() {
    return returns;
  }

  private void stay(int index, long round) {
    long nanos =
        config.sessions().nanos(config.sessionMean().toNanos(), draw(index, round, KIND_SESSION));
    network.at(network.time().nowNanos() + nanos, () -> onSessionEnd(index, round));
  }

  private void onSessionEnd(int index, long round) {
    if (stopped) {
      return;
    }
    if (!population.isUp(index)) {
      stay(index, round + 1);
      return;
    }
    departures++;
    away.add(index);
    population.takeDown(index, fate(index, round));
    long nanos =
        SessionLength.EXPONENTIAL.nanos(
            config.downtimeMean().toNanos(), draw(index, round, KIND_DOWNTIME));
    network.at(network.time().nowNanos() + nanos, () -> onDowntimeEnd(index, round));
  }

  private void onDowntimeEnd(int index, long round) {
    if (!stopped) {
      bringUp(index);
      stay(index, round + 1);
    }
  }

  private void bringUp(int index) {
    away.remove(index);
    if (!population.isUp(index)) {
      returns++;
      population.bringUp(index);
    }
  }

  private DiskFate fate(int index, long round) {
    long percent = Mix.below(100, draw(index, round, KIND_FATE));
    if (percent < config.lostPercent()) {
      return DiskFate.LOST;
    }
    return percent < config.lostPercent() + config.tornPercent() ? DiskFate.TORN : DiskFate.KEPT;
  }

  private long draw(int index, long round, int kind) {
    return Mix.mix(Mix.mix(seed, index), round * KINDS + kind);
  }
}
