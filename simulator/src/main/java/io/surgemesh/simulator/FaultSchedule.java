package io.surgemesh.simulator;

import io.surgemesh.mesh.Mesh;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * Brings the faults of the plans of one mesh about, each at its time, and takes them back.
 *
 * <p>Faults of one kind at one peer may overlap: the worst of those that go on counts, and of what
 * was set before the first of them, so that a plan without one of them does nothing else than it
 * did with it. What was set before is set again after the last.
 */
final class FaultSchedule {
  private static final int TORN_PERCENT = 50;

  private final SimulatedMesh mesh;
  private final SimulatedNetwork network;
  private int scheduled;
  // All by the number of the fault.
  private final Map<Integer, Fault> active = new TreeMap<>();
  private final Map<Integer, Partition> splits = new TreeMap<>();
  private final Map<Integer, Churn> churns = new TreeMap<>();
  private final Set<Integer> crashes = new TreeSet<>();
  // By peer, what others had set before the first of the faults that go on.
  private final Map<Integer, Integer> lossesBefore = new TreeMap<>();
  private final Map<Integer, Duration> pacesBefore = new TreeMap<>();
  private final Map<Integer, ClockLine> wallsBefore = new TreeMap<>();
  private final Map<Integer, Boolean> dialableBefore = new TreeMap<>();
  // Pairs of sender and receiver that others had cut.
  private final Set<Long> cutBefore = new TreeSet<>();

  FaultSchedule(SimulatedMesh mesh, SimulatedNetwork network) {
    this.mesh = mesh;
    this.network = network;
  }

  void schedule(FaultPlan plan, FaultListener listener) {
    long startNanos = network.time().nowNanos();
    for (Fault fault : plan.faults()) {
      int number = scheduled++;
      network.at(
          startNanos + fault.at().toNanos(),
          () -> {
            listener.onBegin(fault);
            begin(number, fault, listener);
          });
    }
  }

  private void begin(int number, Fault fault, FaultListener listener) {
    active.put(number, fault);
    network.at(
        network.time().nowNanos() + fault.lasts().toNanos(),
        () -> {
          end(number, fault);
          listener.onEnd(fault);
        });
    if (fault instanceof Fault.Crash crash) {
      if (network.isUp(crash.peer())) {
        mesh.crash(crash.peer(), crash.disk());
        crashes.add(number);
      }
    } else if (fault instanceof Fault.Churning churning) {
      // Of the text alone: this period stays as it is when other faults are left out.
      churns.put(number, mesh.churn(config(churning), churning.toString().hashCode()));
    } else if (fault instanceof Fault.Split split) {
      splits.put(
          number,
          split.way() == Fault.Way.BOTH
              ? network.partition(split.side())
              : network.partitionOneWay(split.side()));
    } else if (fault instanceof Fault.Cut cut) {
      cut(cut);
    } else if (fault instanceof Fault.Clog clog) {
      network.clog(clog.from(), clog.to(), clog.lasts());
    } else if (fault instanceof Fault.Pause pause) {
      network.host(pause.peer()).pace().pause(pause.lasts());
    } else if (fault instanceof Fault.Sleep sleep) {
      network.host(sleep.peer()).pace().suspend(sleep.lasts());
    } else if (fault instanceof Fault.Step step) {
      wallBefore(step.peer());
      network.host(step.peer()).clock().step(step.by());
    } else {
      update(fault);
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
    } else {
      update(fault);
    }
  }

  /** Sets what a fault has a say in to the worst of what goes on and of what was before. */
  private void update(Fault fault) {
    if (fault instanceof Fault.Hide hide) {
      updateDialable(hide.peer());
    } else if (fault instanceof Fault.Loss loss) {
      updateLoss(loss.peer());
    } else if (fault instanceof Fault.Slow slow) {
      updatePace(slow.peer());
    } else if (fault instanceof Fault.Drift drift) {
      updateClock(drift.peer());
    } else if (fault instanceof Fault.Step step) {
      updateClock(step.peer());
    }
  }

  private static ChurnConfig config(Fault.Churning churning) {
    return ChurnConfig.of(churning.session(), churning.downtime())
        .withSessions(churning.sessions())
        .withDiskFaults(TORN_PERCENT, 0);
  }

  private <F extends Fault> List<F> active(Class<F> kind, Predicate<F> fits) {
    return active.values().stream().filter(kind::isInstance).map(kind::cast).filter(fits).toList();
  }

  private void cut(Fault.Cut cut) {
    noteCutBefore(cut.from(), cut.to());
    if (cut.way() == Fault.Way.BOTH) {
      noteCutBefore(cut.to(), cut.from());
      network.partition(cut.from(), cut.to());
    } else {
      network.partitionOneWay(cut.from(), cut.to());
    }
  }

  /** Takes note of what is cut already, unless it is so by another fault. */
  private void noteCutBefore(int from, int to) {
    boolean isFirst = active(Fault.Cut.class, cut -> stops(cut, from, to)).size() == 1;
    if (isFirst && network.cuts().isPairCut(from, to)) {
      cutBefore.add(Cuts.pair(from, to));
    }
  }

  private void heal(int from, int to) {
    boolean isLast = active(Fault.Cut.class, cut -> stops(cut, from, to)).isEmpty();
    if (isLast && !cutBefore.remove(Cuts.pair(from, to))) {
      network.cuts().healOneWay(from, to);
    }
  }

  private static boolean stops(Fault.Cut cut, int from, int to) {
    return (cut.from() == from && cut.to() == to)
        || (cut.way() == Fault.Way.BOTH && cut.from() == to && cut.to() == from);
  }

  private void updateDialable(int peer) {
    boolean before = dialableBefore.computeIfAbsent(peer, network::isDialable);
    boolean hidden = !active(Fault.Hide.class, hide -> hide.peer() == peer).isEmpty();
    network.setDialable(peer, before && !hidden);
    if (!hidden) {
      dialableBefore.remove(peer);
    }
  }

  private void updateLoss(int peer) {
    Losses losses = network.losses();
    int permille =
        lossesBefore.computeIfAbsent(
            peer, absent -> peer == Fault.EVERYBODY ? losses.everywhere() : losses.ofNode(peer));
    List<Fault.Loss> ongoing = active(Fault.Loss.class, loss -> loss.peer() == peer);
    for (Fault.Loss loss : ongoing) {
      permille = Math.max(permille, loss.permille());
    }
    if (peer == Fault.EVERYBODY) {
      network.setLossPermille(permille);
    } else {
      network.setNodeLossPermille(peer, permille);
    }
    if (ongoing.isEmpty()) {
      lossesBefore.remove(peer);
    }
  }

  private void updatePace(int peer) {
    NodePace pace = network.host(peer).pace();
    Duration slowest = pacesBefore.computeIfAbsent(peer, absent -> pace.perEvent());
    List<Fault.Slow> ongoing = active(Fault.Slow.class, slow -> slow.peer() == peer);
    for (Fault.Slow slow : ongoing) {
      slowest = slow.perEvent().compareTo(slowest) > 0 ? slow.perEvent() : slowest;
    }
    pace.perEvent(slowest);
    if (ongoing.isEmpty()) {
      pacesBefore.remove(peer);
    }
  }

  /** Sets a peer's clocks: as they were, but for the drift and the steps that go on. */
  private void updateClock(int peer) {
    NodeClock clock = network.host(peer).clock();
    ClockLine before = wallBefore(peer);
    long nowNanos = network.time().nowNanos();
    int ppm = before.rate() - ClockLine.RATE_TRUE;
    Duration offset = Duration.ofNanos(before.at(nowNanos) - nowNanos);
    List<Fault.Drift> drifts = active(Fault.Drift.class, drift -> drift.peer() == peer);
    for (Fault.Drift drift : drifts) {
      ppm = Math.abs(drift.ppm()) > Math.abs(ppm) ? drift.ppm() : ppm;
    }
    List<Fault.Step> steps = active(Fault.Step.class, step -> step.peer() == peer);
    for (Fault.Step step : steps) {
      offset = offset.plus(step.by());
    }
    clock.drift(ppm).skew(offset);
    if (drifts.isEmpty() && steps.isEmpty()) {
      wallsBefore.remove(peer);
    }
  }

  private ClockLine wallBefore(int peer) {
    return wallsBefore.computeIfAbsent(peer, absent -> network.host(peer).clock().wall());
  }
}
