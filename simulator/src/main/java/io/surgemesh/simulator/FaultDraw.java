package io.surgemesh.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Draws the faults of a plan. */
final class FaultDraw {
  private static final long MILLIS_PER_MINUTE = 60_000;
  private static final int STEP_SECONDS_MAX = 120;

  private final SplittableRandom random;
  // Apart from the other, which then draws the same as before there were several shapes.
  private final SplittableRandom shapes;
  private final int peers;
  private final long durationMillis;

  // Those of the fault being drawn.
  private long atMillis;
  private long lastsMillis;

  FaultDraw(long seed, int peers, Duration duration) {
    this.random = new SplittableRandom(Mix.mix(seed, 0x6661756c74L));
    this.shapes = new SplittableRandom(Mix.mix(seed, 0x7368617065L));
    this.peers = peers;
    this.durationMillis = duration.toMillis();
    FaultText.require(peers >= 2, "peers", peers);
    FaultText.require(durationMillis >= 1000, "duration", duration);
  }

  List<Fault> draw(FaultMix mix) {
    List<Fault> faults = new ArrayList<>();
    add(faults, mix.crashes(), 500, 30_000, () -> crash());
    add(faults, mix.churns(), 10_000, 60_000, () -> churning());
    add(faults, mix.partitions(), 500, 45_000, () -> partition());
    add(faults, mix.clogs(), 100, 8_000, () -> clog());
    add(faults, mix.losses(), 1_000, 30_000, () -> loss());
    add(
        faults,
        mix.slowdowns(),
        1_000,
        20_000,
        () -> new Fault.Slow(at(), peer(), Duration.ofMillis(drawn(1, 10)), lasts()));
    add(faults, mix.pauses(), 100, 40_000, () -> pause());
    add(faults, mix.hidings(), 1_000, 60_000, () -> new Fault.Hide(at(), peer(), lasts()));
    add(
        faults,
        mix.drifts(),
        5_000,
        60_000,
        () -> new Fault.Drift(at(), peer(), signed(drawn(10, 50_000)), lasts()));
    add(faults, mix.steps(), 1_000, 60_000, () -> step());
    return faults;
  }

  /** Adds as many faults of one kind as the rate says on average. */
  private void add(
      List<Fault> faults, double perMinute, long lastsMin, long lastsMax, Supplier<Fault> draw) {
    double expected = perMinute * durationMillis / MILLIS_PER_MINUTE;
    int count = (int) expected + (random.nextDouble() < expected - (int) expected ? 1 : 0);
    for (int i = 0; i < count; i++) {
      // Short ones are the more frequent: long ones leave little room for what comes after.
      long most = Math.min(durationMillis, drawn(lastsMin + 1, lastsMax));
      lastsMillis = drawn(Math.min(lastsMin, most - 1), most);
      atMillis = drawn(0, durationMillis - lastsMillis + 1);
      faults.add(draw.get());
    }
  }

  private Fault crash() {
    DiskFate[] fates = {DiskFate.KEPT, DiskFate.KEPT, DiskFate.TORN, DiskFate.TORN, DiskFate.LOST};
    return new Fault.Crash(at(), peer(), fates[random.nextInt(fates.length)], lasts());
  }

  private Fault churning() {
    Duration session = Duration.ofMillis(drawn(10_000, 120_000));
    Duration downtime = Duration.ofMillis(drawn(500, 10_000));
    SessionLength[] all = SessionLength.values();
    return new Fault.Churning(at(), session, downtime, all[shapes.nextInt(all.length)], lasts());
  }

  private Fault partition() {
    Fault.Way way = random.nextInt(3) == 0 ? Fault.Way.ONE : Fault.Way.BOTH;
    if (random.nextBoolean()) {
      int one = peer();
      return new Fault.Cut(at(), one, otherThan(one), way, lasts());
    }
    List<Integer> side = new ArrayList<>();
    for (int peer = 0; peer < peers; peer++) {
      if (random.nextBoolean()) {
        side.add(peer);
      }
    }
    return new Fault.Split(at(), side.isEmpty() ? List.of(peer()) : side, way, lasts());
  }

  private Fault clog() {
    int from = peer();
    return new Fault.Clog(at(), from, otherThan(from), lasts());
  }

  private Fault pause() {
    return random.nextBoolean()
        ? new Fault.Pause(at(), peer(), lasts())
        : new Fault.Sleep(at(), peer(), lasts());
  }

  private Fault loss() {
    int peer = random.nextInt(3) == 0 ? Fault.EVERYBODY : peer();
    return new Fault.Loss(at(), peer, (int) drawn(1, Fault.Loss.PERMILLE_MAX + 1), lasts());
  }

  private Fault step() {
    long millis = drawn(1, STEP_SECONDS_MAX * 1000L);
    return new Fault.Step(at(), peer(), Duration.ofMillis(signed(millis)), lasts());
  }

  private Duration at() {
    return Duration.ofMillis(atMillis);
  }

  private Duration lasts() {
    return Duration.ofMillis(lastsMillis);
  }

  private int peer() {
    return random.nextInt(peers);
  }

  private int otherThan(int peer) {
    return (peer + 1 + random.nextInt(peers - 1)) % peers;
  }

  private int signed(long size) {
    return (int) (random.nextBoolean() ? size : -size);
  }

  private long drawn(long from, long to) {
    return from + random.nextLong(Math.max(1, to - from));
  }
}
