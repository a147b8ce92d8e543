package io.surgemesh.simulator;

import java.time.Duration;
import java.util.List;

/**
 * Something that goes wrong at one moment of a simulation and is over a while later.
 *
 * <p>Peers are named by their index. Times are from the moment a plan is scheduled, in whole
 * milliseconds: finer parts are cut off, so that a fault is what its text says. Each fault reads
 * back from its {@code toString()} by {@link FaultPlan#parse}.
 */
public sealed interface Fault {
  /** Which way a partition lets nothing through. */
  enum Way {
    /** From the first group to the second only. */
    ONE,
    /** Both ways. */
    BOTH
  }

  /** Stands for every peer where a fault may be of one. */
  int EVERYBODY = -1;

  /** Returns when it begins. */
  Duration at();

  /** Returns how long it lasts; zero for what is never undone. */
  Duration lasts();

  /** Returns when it is over. */
  default Duration end() {
    return at().plus(lasts());
  }

  /** Returns the word its text begins with, which names its kind. */
  default String kind() {
    String text = toString();
    return text.substring(0, text.indexOf('@'));
  }

  /** A peer's process dies, and starts again on what its disk has kept. */
  record Crash(Duration at, int peer, DiskFate disk, Duration lasts) implements Fault {
    /** Cuts the times to milliseconds and checks the ranges. */
    public Crash {
      at = FaultText.time(at);
      lasts = FaultText.span(lasts);
      FaultText.requirePeer(peer);
    }

    @Override
    public String toString() {
      return FaultText.of("crash", at, peer, disk, lasts);
    }
  }

  /**
   * Every peer comes and goes: dies after a session, comes back on what was synced.
   *
   * @param session how long one stays up on average
   * @param downtime how long it is away on average
   * @param sessions how the sessions are spread about their average
   */
  record Churning(
      Duration at, Duration session, Duration downtime, SessionLength sessions, Duration lasts)
      implements Fault {
    /** Cuts the times to milliseconds and checks the ranges. */
    public Churning {
      at = FaultText.time(at);
      session = FaultText.span(session);
      downtime = FaultText.span(downtime);
      lasts = FaultText.span(lasts);
    }

    @Override
    public String toString() {
      return FaultText.of("churn", at, session, downtime, sessions, lasts);
    }
  }

  /** Nothing passes between two peers; what is on its way waits, connections break in time. */
  record Cut(Duration at, int from, int to, Way way, Duration lasts) implements Fault {
    /** Cuts the times to milliseconds and checks the ranges. */
    public Cut {
      at = FaultText.time(at);
      lasts = FaultText.span(lasts);
      FaultText.requirePeer(from);
      FaultText.requirePeer(to);
    }

    @Override
    public String toString() {
      return FaultText.of("cut", at, from, to, way, lasts);
    }
  }

  /** Nothing passes between some peers and all others; as {@link Cut} for each pair. */
  record Split(Duration at, List<Integer> side, Way way, Duration lasts) implements Fault {
    /** Copies the side, cuts the times to milliseconds and checks the ranges. */
    public Split {
      at = FaultText.time(at);
      lasts = FaultText.span(lasts);
      side = FaultText.group(side);
    }

    @Override
    public String toString() {
      return FaultText.of("split", at, FaultText.dotted(side), way, lasts);
    }
  }

  /** Others cannot dial a peer, as if it were behind a NAT; its connections stay. */
  record Hide(Duration at, int peer, Duration lasts) implements Fault {
    /** Cuts the times to milliseconds and checks the ranges. */
    public Hide {
      at = FaultText.time(at);
      lasts = FaultText.span(lasts);
      FaultText.requirePeer(peer);
    }

    @Override
    public String toString() {
      return FaultText.of("hide", at, peer, lasts);
    }
  }

  /** Nothing arrives from one peer at another for a while; no connection breaks by it. */
  record Clog(Duration at, int from, int to, Duration lasts) implements Fault {
    /** Cuts the times to milliseconds and checks the ranges. */
    public Clog {
      at = FaultText.time(at);
      lasts = FaultText.span(lasts);
      FaultText.requirePeer(from);
      FaultText.requirePeer(to);
    }

    @Override
    public String toString() {
      return FaultText.of("clog", at, from, to, lasts);
    }
  }

  /**
   * Packets are lost below the streams.
   *
   * @param peer at whom; {@link #EVERYBODY} for the whole network
   * @param permille how many of 1,000; 1 to 300
   */
  record Loss(Duration at, int peer, int permille, Duration lasts) implements Fault {
    /** The worst loss. */
    public static final int PERMILLE_MAX = 300;

    /** Cuts the times to milliseconds and checks the ranges. */
    public Loss {
      at = FaultText.time(at);
      lasts = FaultText.span(lasts);
      FaultText.requirePeerOrEverybody(peer);
      FaultText.require(permille >= 1 && permille <= PERMILLE_MAX, "permille", permille);
    }

    @Override
    public String toString() {
      return FaultText.of("loss", at, peer == EVERYBODY ? "all" : peer, permille, lasts);
    }
  }

  /** A peer takes this long for each event, others wait meanwhile. */
  record Slow(Duration at, int peer, Duration perEvent, Duration lasts) implements Fault {
    /** Cuts the times to milliseconds and checks the ranges. */
    public Slow {
      at = FaultText.time(at);
      perEvent = FaultText.span(perEvent);
      lasts = FaultText.span(lasts);
      FaultText.requirePeer(peer);
    }

    @Override
    public String toString() {
      return FaultText.of("slow", at, peer, perEvent, lasts);
    }
  }

  /** A peer stands still as a laptop that sleeps: its monotonic clock does not go on. */
  record Sleep(Duration at, int peer, Duration lasts) implements Fault {
    /** Cuts the times to milliseconds and checks the ranges. */
    public Sleep {
      at = FaultText.time(at);
      lasts = FaultText.span(lasts);
      FaultText.requirePeer(peer);
    }

    @Override
    public String toString() {
      return FaultText.of("sleep", at, peer, lasts);
    }
  }

  /** A peer stands still while its clocks go on. */
  record Pause(Duration at, int peer, Duration lasts) implements Fault {
    /** Cuts the times to milliseconds and checks the ranges. */
    public Pause {
      at = FaultText.time(at);
      lasts = FaultText.span(lasts);
      FaultText.requirePeer(peer);
    }

    @Override
    public String toString() {
      return FaultText.of("pause", at, peer, lasts);
    }
  }

  /**
   * A peer's clocks run too fast or too slow.
   *
   * @param ppm microseconds gained per second, negative ones lost; not 0, at most 100,000
   */
  record Drift(Duration at, int peer, int ppm, Duration lasts) implements Fault {
    /** The worst drift. */
    public static final int PPM_MAX = 100_000;

    /** Cuts the times to milliseconds and checks the ranges. */
    public Drift {
      at = FaultText.time(at);
      lasts = FaultText.span(lasts);
      FaultText.requirePeer(peer);
      FaultText.require(ppm != 0 && Math.abs((long) ppm) <= PPM_MAX, "ppm", ppm);
    }

    @Override
    public String toString() {
      return FaultText.of("drift", at, peer, ppm, lasts);
    }
  }

  /**
   * A peer's wall clock jumps, and jumps back in the end.
   *
   * @param by forward, or back when negative
   */
  record Step(Duration at, int peer, Duration by, Duration lasts) implements Fault {
    /** Cuts the times to milliseconds and checks the ranges. */
    public Step {
      at = FaultText.time(at);
      by = FaultText.millis(by);
      lasts = FaultText.span(lasts);
      FaultText.requirePeer(peer);
      FaultText.require(!by.isZero(), "by", by);
    }

    @Override
    public String toString() {
      return FaultText.of("step", at, peer, by, lasts);
    }
  }
}
