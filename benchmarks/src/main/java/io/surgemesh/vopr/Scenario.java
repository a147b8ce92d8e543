package io.surgemesh.vopr;

import io.surgemesh.simulator.DiskConfig;
import io.surgemesh.simulator.Fault;
import io.surgemesh.simulator.FaultMix;
import io.surgemesh.simulator.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What one seed draws: who takes part, how they are set up, for how long what goes wrong.
 *
 * @param seed decides everything
 * @param surroundings where they are
 * @param roles of the honest peers, by index
 * @param hostiles the kinds of the hostile peers
 * @param offerTtl how long offers hold
 * @param grace of agreements
 * @param receiptInterval of agreements
 * @param disks how slow the disks are
 * @param trouble how long faults go on while the peers work
 * @param jobs how many are submitted in that time
 * @param lookups how many peers are looked up in that time
 * @param plan what goes wrong
 */
record Scenario(
    long seed,
    Surroundings surroundings,
    List<Role> roles,
    List<Hostile> hostiles,
    Duration offerTtl,
    Duration grace,
    Duration receiptInterval,
    DiskConfig disks,
    Duration trouble,
    int jobs,
    int lookups,
    FaultPlan plan) {
  /** What an honest peer does. */
  enum Role {
    SELLER,
    BUYER,
    BOTH,
    BYSTANDER;

    boolean sells() {
      return this == SELLER || this == BOTH;
    }

    boolean buys() {
      return this == BUYER || this == BOTH;
    }
  }

  private static final Duration BOARDS_WITHIN = Duration.ofSeconds(5);

  /**
   * Until who knows nobody on the other side has found it: what is left of a dial when the network
   * heals, the longest pause before the next, and what it takes to join and to be sent offers.
   */
  private static final Duration JOINED_WITHIN = Duration.ofSeconds(25);

  private static final int PEERS_MIN = 5;
  private static final int PEERS_MAX = 30;

  /** Keeps what is drawn here apart from what the mesh draws from the same seed. */
  private static final long SALT = 0x766f7072L;

  private static final long SURROUNDINGS_SALT = 0x6e6574L;

  /** Copies the lists. */
  Scenario {
    roles = List.copyOf(roles);
    hostiles = List.copyOf(hostiles);
  }

  /** Draws the scenario of a seed. */
  static Scenario drawn(long seed) {
    SplittableRandom random = new SplittableRandom(seed ^ SALT);
    // Small meshes are the more frequent: they are quick, and little hides in them.
    double size = random.nextDouble();
    int peers = PEERS_MIN + (int) (size * size * (PEERS_MAX - PEERS_MIN + 1));
    List<Role> roles = drawRoles(peers, random);
    List<Hostile> hostiles = new ArrayList<>();
    int hostileCount = random.nextInt(1 + peers / 5);
    for (int i = 0; i < hostileCount; i++) {
      hostiles.add(List.of(Hostile.values()).get(random.nextInt(Hostile.values().length)));
    }
    Duration trouble = Duration.ofSeconds(30 + random.nextInt(150));
    FaultMix mix = FaultMix.everything().drawnFrom(random);
    return new Scenario(
        seed,
        Surroundings.drawn(new SplittableRandom(seed ^ SURROUNDINGS_SALT)),
        roles,
        hostiles,
        Duration.ofSeconds(20 + random.nextInt(100)),
        Duration.ofSeconds(3 + random.nextInt(13)),
        Duration.ofMillis(100 + random.nextInt(5000)),
        drawDisks(random),
        trouble,
        10 + random.nextInt(60),
        random.nextInt(60),
        drawPlan(peers, trouble, mix, random));
  }

  /** Returns what stands for the scenario of a seed that cannot be drawn. */
  static Scenario undrawn(long seed) {
    return new Scenario(
        seed,
        Surroundings.PLAIN,
        List.of(),
        List.of(),
        Duration.ZERO,
        Duration.ZERO,
        Duration.ZERO,
        DiskConfig.instant(),
        Duration.ZERO,
        0,
        0,
        FaultPlan.none());
  }

  /** Every third plan ends in halves that were apart for a while: those must heal at once. */
  private static FaultPlan drawPlan(
      int peers, Duration trouble, FaultMix mix, SplittableRandom random) {
    FaultPlan plan = FaultPlan.drawn(random.nextLong(), peers, trouble, mix);
    if (random.nextInt(3) > 0) {
      return plan;
    }
    List<Integer> side = new ArrayList<>();
    for (int peer = 0; peer < peers; peer++) {
      if (random.nextBoolean()) {
        side.add(peer);
      }
    }
    Duration lasts = Duration.ofSeconds(1 + random.nextInt((int) trouble.toSeconds() - 1));
    List<Fault> faults = new ArrayList<>(plan.faults());
    faults.add(
        new Fault.Split(
            trouble.minus(lasts),
            side.isEmpty() ? List.of(0) : side,
            List.of(Fault.Way.values()).get(random.nextInt(2)),
            lasts));
    return FaultPlan.of(faults);
  }

  /** The slower a disk, the longer is what must be durable first not so when a crash comes. */
  private static DiskConfig drawDisks(SplittableRandom random) {
    int syncMillisMax =
        switch (random.nextInt(3)) {
          case 0 -> 5;
          case 1 -> 100;
          default -> 2000;
        };
    return new DiskConfig(Duration.ofMillis(1), Duration.ofMillis(1 + syncMillisMax));
  }

  private static List<Role> drawRoles(int peers, SplittableRandom random) {
    List<Role> roles = new ArrayList<>(List.of(Role.BYSTANDER, Role.SELLER, Role.BUYER));
    while (roles.size() < peers) {
      int drawn = random.nextInt(10);
      roles.add(
          drawn < 4
              ? Role.SELLER
              : drawn < 7 ? Role.BUYER : drawn < 9 ? Role.BOTH : Role.BYSTANDER);
    }
    for (int i = roles.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      Role swapped = roles.get(i);
      roles.set(i, roles.get(j));
      roles.set(j, swapped);
    }
    return roles;
  }

  /**
   * Returns how long after healing boards must agree.
   *
   * <p>Who had a wrong clock has dated its own offer wrongly, or has refused those of others as
   * dated wrongly; only the next version of an offer mends that, at two thirds of its ttl.
   *
   * <p>Those who knew each other before the network fell apart are one again within seconds. Who
   * started meanwhile has to join as any newcomer does.
   */
  Duration boardsWithin() {
    boolean clocksWereWrong =
        plan.faults().stream()
            .anyMatch(
                fault ->
                    fault instanceof Fault.Step
                        || fault instanceof Fault.Drift
                        || fault instanceof Fault.Sleep);
    Duration joined = startedApart() ? JOINED_WITHIN : BOARDS_WITHIN;
    Duration renewed = clocksWereWrong ? BOARDS_WITHIN.plus(offerTtl) : BOARDS_WITHIN;
    return joined.compareTo(renewed) > 0 ? joined : renewed;
  }

  /** Returns whether somebody may have started while parts were apart that have just healed. */
  private boolean startedApart() {
    return plan.faults().stream()
        .filter(fault -> fault instanceof Fault.Split)
        .filter(split -> split.end().plus(JOINED_WITHIN).compareTo(trouble) > 0)
        .anyMatch(split -> plan.faults().stream().anyMatch(fault -> startsDuring(split, fault)));
  }

  private static boolean startsDuring(Fault split, Fault fault) {
    boolean restarts = fault instanceof Fault.Crash || fault instanceof Fault.Churning;
    return restarts
        && fault.end().compareTo(split.at()) > 0
        && fault.at().compareTo(split.end()) < 0;
  }

  /** Returns the same with another plan. */
  Scenario withPlan(FaultPlan other) {
    return new Scenario(
        seed,
        surroundings,
        roles,
        hostiles,
        offerTtl,
        grace,
        receiptInterval,
        disks,
        trouble,
        jobs,
        lookups,
        other);
  }
}
