package io.surgemesh.job;

/**
 * What a provider has and what of it is promised: no millicore, byte of memory or byte of spool is
 * promised twice.
 *
 * <p>Holds are promises of a quote; all of them together take at most a quarter of what is free.
 * Claims are promises of a Commit. Confined to the mesh loop; bounded by its users, who hold one
 * {@link Claim} each.
 */
final class Capacity {
  private static final int HOLDS_SHARE = 4;
  private static final int PERMILLE = 1000;

  private long millicores;
  private long memoryBytes;
  private final long spoolBytes;
  private long millicoresTaken;
  private long memoryTaken;
  private long spoolTaken;
  private long millicoresHeld;
  private long memoryHeld;
  private long spoolHeld;

  /** Creates a capacity without processor and memory; {@link #resize} gives it some. */
  Capacity(long spoolBytes) {
    this.spoolBytes = spoolBytes;
  }

  /** Sets what there is; less than is taken means that nothing is free until enough came back. */
  void resize(long newMillicores, long newMemoryBytes) {
    millicores = newMillicores;
    memoryBytes = newMemoryBytes;
  }

  /** Returns a claim that holds nothing yet. */
  Claim claim(Demand demand) {
    return new Claim(demand);
  }

  /** Returns whether {@code demand} is free, holds of others counted as taken. */
  boolean fits(Demand demand) {
    return demand.millicores() <= freeMillicores()
        && demand.memoryBytes() <= freeMemoryBytes()
        && demand.spoolBytes() <= spoolBytes - spoolTaken - spoolHeld;
  }

  /** Returns the millicores neither held nor taken, 0 or more. */
  long freeMillicores() {
    return Math.max(0, millicores - millicoresTaken - millicoresHeld);
  }

  /** Returns the memory neither held nor taken, 0 or more. */
  long freeMemoryBytes() {
    return Math.max(0, memoryBytes - memoryTaken - memoryHeld);
  }

  /** Returns the share of millicores taken, 0 to 1,000. */
  int cpuBusyPermille() {
    return busyPermille(millicoresTaken, millicores);
  }

  /** Returns the share of memory taken, 0 to 1,000. */
  int memoryBusyPermille() {
    return busyPermille(memoryTaken, memoryBytes);
  }

  /** Returns whether nothing is promised. */
  boolean isIdle() {
    return millicoresTaken == 0
        && memoryTaken == 0
        && spoolTaken == 0
        && millicoresHeld == 0
        && memoryHeld == 0
        && spoolHeld == 0;
  }

  /** Returns whether promises exceed what there was at their time; must never be. */
  boolean isOversold() {
    return millicoresTaken + millicoresHeld > millicores
        || memoryTaken + memoryHeld > memoryBytes
        || spoolTaken + spoolHeld > spoolBytes
        || millicoresTaken < 0
        || millicoresHeld < 0
        || spoolTaken < 0
        || spoolHeld < 0;
  }

  private boolean fitsAsHold(Demand demand) {
    return fits(demand)
        && millicoresHeld + demand.millicores() <= (millicores - millicoresTaken) / HOLDS_SHARE
        && memoryHeld + demand.memoryBytes() <= (memoryBytes - memoryTaken) / HOLDS_SHARE
        && spoolHeld + demand.spoolBytes() <= (spoolBytes - spoolTaken) / HOLDS_SHARE;
  }

  private void addHeld(Demand demand, int sign) {
    millicoresHeld += sign * (long) demand.millicores();
    memoryHeld += sign * demand.memoryBytes();
    spoolHeld += sign * demand.spoolBytes();
  }

  private static int busyPermille(long taken, long all) {
    return all == 0 ? 0 : (int) Math.min(PERMILLE, taken * PERMILLE / all);
  }

  /** One negotiation's promise, from hold to release; each step happens at most once. */
  final class Claim {
    private final Demand demand;
    private boolean held;
    private boolean working;
    private boolean spooling;

    private Claim(Demand demand) {
      this.demand = demand;
    }

    /** Tries to hold; returns whether it did. */
    boolean hold() {
      if (!held && !working && !spooling && fitsAsHold(demand)) {
        addHeld(demand, 1);
        held = true;
      }
      return held;
    }

    /** Ends the hold, if there is one. */
    void unhold() {
      if (held) {
        addHeld(demand, -1);
        held = false;
      }
    }

    /** Turns the hold into a claim, or claims what is free without one; returns whether it did. */
    boolean take() {
      if (working || spooling) {
        return true;
      }
      unhold();
      if (!fits(demand)) {
        return false;
      }
      millicoresTaken += demand.millicores();
      memoryTaken += demand.memoryBytes();
      spoolTaken += demand.spoolBytes();
      working = true;
      spooling = true;
      return true;
    }

    /** Gives back processor and memory: the handler has returned. */
    void freeWork() {
      if (working) {
        millicoresTaken -= demand.millicores();
        memoryTaken -= demand.memoryBytes();
        working = false;
      }
    }

    /** Gives back everything. */
    void freeAll() {
      unhold();
      freeWork();
      if (spooling) {
        spoolTaken -= demand.spoolBytes();
        spooling = false;
      }
    }
  }
}
