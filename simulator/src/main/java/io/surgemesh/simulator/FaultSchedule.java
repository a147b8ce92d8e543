package io.surgemesh.simulator;

import io.surgemesh.mesh.Mesh;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * Brings the faults of a plan about, each at its time, and takes them back.
 *
 * <p>Faults of one kind at one peer may overlap: the worst of those that go on counts, so that a
 * plan without one of them does nothing else than it did with it.
 */
final class FaultSchedule {
  private static final int TORN_PERCENT = 50;

  private final SimulatedMesh mesh;
  private final SimulatedNetwork network;
  private final FaultListener listener;
  // All by the number of the fault in its plan.
  private final Map<Integer, Fault> active = new TreeMap<>();
  private final Map<Integer, Partition> splits = new TreeMap<>();
  private final Map<Integer, Churn> churns = new TreeMap<>();
  private final Set<Integer> crashes = new TreeSet<>();

  FaultSchedule(SimulatedMesh mesh, FaultListener listener) {
    this.mesh = mesh;
    this.network = mesh.network();
    this.listener = listener;
  }

  void schedule(FaultPlan plan) {
    long startNanos = network.time().nowNanos();
    for (int i = 0; i < plan.size(); i++) {
      int number = i;
      Fault fault = plan.faults().get(i);
      network.at(startNanos + fault.at().toNanos(), () -> begin(number, fault));
    }
  }

  private void begin(int number, Fault fault) {
    listener.onBegin(fault);
    active.put(number, fault);
    network.at(network.time().nowNanos() + fault.lasts().toNanos(), () -> end(number, fault));
    if (fault instanceof Fault.Crash crash) {
      if (network.isUp(crash.peer())) {
        mesh.crash(crash.peer(), crash.disk());
        crashes.add(number);
      }
    } else if (fault instanceof Fault.Churning churning) {
      churns.put(number, mesh.churn(config(churning)));
    } else if (fault instanceof Fault.Split split) {
      splits.put(
          number,
          split.way() == Fault.Way.BOTH
              ? network.partition(split.side())
              : network.partitionOneWay(split.side()));
    } else if (fault instanceof Fault.Cut cut) {
      if (cut.way() == Fault.Way.BOTH) {
        network.partition(cut.from(), cut.to());
      } else {
        network.partitionOneWay(cut.from(), cut.to());
      }
    } else if (fault instanceof Fault.Clog clog) {
      network.clog(clog.from(), clog.to(), clog.lasts());
    } else if (fault instanceof Fault.Hide hide) {
      network.setDialable(hide.peer(), false);
    } else if (fault instanceof Fault.Pause pause) {
      network.host(pause.peer()).pace().pause(pause.lasts());
    } else if (fault instanceof Fault.Sleep sleep) {
      network.host(sleep.peer()).pace().suspend(sleep.lasts());
    } else if (fault instanceof Fault.Loss loss) {
      updateLoss(loss.peer());
    } else if (fault instanceof Fault.Slow slow) {
      updatePace(slow.peer());
    } else if (fault instanceof Fault.Drift drift) {
      updateClock(drift.peer());
    } else if (fault instanceof Fault.Step step) {
      network.host(step.peer()).clock().step(step.by());
    }
  }

  private void end(int number, Fault fault) {
    active.remove(number);
    if (fault instanceof Fault.Crash crash) {
      // Whoever was down already is brought back by whoever took it down.
      if (crashes.remove(number) && !network.isUp(crash.peer())) {
        CompletableFuture<Mesh> unused = mesh.restart(crash.peer());
      }
    } else if (fault instanceof Fault.Churning) {
      Churn churn = churns.remove(number);
      if (churn != null) {
        churn.stop();
      }
    } else if (fault instanceof Fault.Split) {
      Partition split = splits.remove(number);
      if (split != null) {
        split.heal();
      }
    } else if (fault instanceof Fault.Cut cut) {
      heal(cut.from(), cut.to());
      if (cut.way() == Fault.Way.BOTH) {
        heal(cut.to(), cut.from());
      }
    } else if (fault instanceof Fault.Hide hide) {
      boolean hidden =
          isActive(other -> other instanceof Fault.Hide still && still.peer() == hide.peer());
      network.setDialable(hide.peer(), !hidden);
    } else if (fault instanceof Fault.Loss loss) {
      updateLoss(loss.peer());
    } else if (fault instanceof Fault.Slow slow) {
      updatePace(slow.peer());
    } else if (fault instanceof Fault.Drift drift) {
      updateClock(drift.peer());
    } else if (fault instanceof Fault.Step step) {
      updateClock(step.peer());
    }
    listener.onEnd(fault);
  }

  private static ChurnConfig config(Fault.Churning churning) {
    return ChurnConfig.of(churning.session(), churning.downtime()).withDiskFaults(TORN_PERCENT, 0);
  }

  private boolean isActive(Predicate<Fault> kind) {
    return active.values().stream().anyMatch(kind);
  }

  private void heal(int from, int to) {
    if (!isActive(other -> other instanceof Fault.Cut cut && stops(cut, from, to))) {
      network.cuts().healOneWay(from, to);
    }
  }

  private static boolean stops(Fault.Cut cut, int from, int to) {
    return (cut.from() == from && cut.to() == to)
        || (cut.way() == Fault.Way.BOTH && cut.from() == to && cut.to() == from);
  }

  private void updateLoss(int peer) {
    int permille = 0;
    for (Fault fault : active.values()) {
      if (fault instanceof Fault.Loss loss && loss.peer() == peer) {
        permille = Math.max(permille, loss.permille());
      }
    }
    if (peer == Fault.EVERYBODY) {
      network.setLossPermille(permille);
    } else {
      network.setNodeLossPermille(peer, permille);
    }
  }

  private void updatePace(int peer) {
    Duration slowest = Duration.ZERO;
    for (Fault fault : active.values()) {
      if (fault instanceof Fault.Slow slow
          && slow.peer() == peer
          && slow.perEvent().compareTo(slowest) > 0) {
        slowest = slow.perEvent();
      }
    }
    network.host(peer).pace().perEvent(slowest);
  }

  /** Sets a peer's clocks: right again but for the drift and the steps that go on. */
  private void updateClock(int peer) {
    int ppm = 0;
    Duration offset = Duration.ZERO;
    for (Fault fault : active.values()) {
      if (fault instanceof Fault.Drift drift && drift.peer() == peer) {
        ppm = Math.abs(drift.ppm()) > Math.abs(ppm) ? drift.ppm() : ppm;
      } else if (fault instanceof Fault.Step step && step.peer() == peer) {
        offset = offset.plus(step.by());
      }
    }
    network.host(peer).clock().drift(ppm).skew(offset);
  }
}
