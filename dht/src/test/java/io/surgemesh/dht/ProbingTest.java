package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.MINUTE;
import static io.surgemesh.dht.TestPeers.drain;
import static io.surgemesh.dht.TestPeers.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.Probing.Outcome;
import io.surgemesh.dht.Probing.Output;
import io.surgemesh.identity.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ProbingTest {
  private final RoutingTable table = new RoutingTable(peer(0), 20, new IpGroups(2, false));
  private final Probing probing = new Probing(table, new SplittableRandom(1));

  private void fill(int count) {
    IntStream.rangeClosed(1, count).forEach(i -> table.onSeen(peer(i), IpGroups.NONE, 0, i));
  }

  /** Lets time pass until the next probe and returns its peer. */
  private PeerId next() {
    List<Output> outputs = new ArrayList<>();
    while (outputs.isEmpty()) {
      probing.onTimeout(probing.deadlineNanos());
      outputs = drain(probing);
    }
    assertThat(outputs).hasSize(1);
    return ((Output.Probe) outputs.get(0)).peer();
  }

  /** Probes one peer and tells what came of it. */
  private PeerId probe(Outcome outcome) {
    PeerId peer = next();
    end(peer, outcome);
    return peer;
  }

  private void end(PeerId peer, Outcome outcome) {
    long now = probing.deadlineNanos() - 1;
    if (outcome == Outcome.SILENT) {
      table.onSilent(peer);
    } else {
      table.onSeen(peer, IpGroups.NONE, 0, now);
    }
    probing.onProbed(peer, outcome, now);
  }

  @Test
  void whoWasSeenWithinFiveMinutesIsNotProbed() {
    fill(3);
    probing.start(0);
    assertThat(probe(Outcome.REACHED)).isEqualTo(peer(1));
    assertThat(probing.deadlineNanos()).isGreaterThan(5 * MINUTE);
    assertThat(probe(Outcome.REACHED)).isEqualTo(peer(2));
    assertThat(probe(Outcome.REACHED)).isEqualTo(peer(3));
  }

  @Test
  void aPeerThatHasBeenThereForLongIsProbedEverMoreRarely() {
    fill(1);
    probing.start(0);
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      probe(Outcome.REACHED);
      times.add(probing.deadlineNanos());
    }
    long first = times.get(1) - times.get(0);
    long last = times.get(39) - times.get(38);
    assertThat(first).isLessThan(7 * MINUTE);
    assertThat(last).isGreaterThan(60 * MINUTE);
  }

  @Test
  void whileAllAreThereOneIsProbedEveryMinute() {
    fill(100);
    probing.start(0);
    next();
    long begin = probing.deadlineNanos();
    for (int i = 0; i < 40; i++) {
      probe(Outcome.REACHED);
    }
    assertThat((probing.deadlineNanos() - begin) / 40.0)
        .isBetween(0.9 * Probing.GAP_NANOS, 1.1 * Probing.GAP_NANOS);
  }

  @Test
  void aTableAThirdOfWhichHasDiedIsMendedMuchSooner() {
    fill(100);
    probing.start(0);
    probe(Outcome.REACHED);
    long begin = probing.deadlineNanos();
    for (int i = 0; i < 60; i++) {
      probe(i % 3 == 0 ? Outcome.SILENT : Outcome.REACHED);
    }
    assertThat(probing.deadlineNanos() - begin).isLessThan(60 * Probing.GAP_NANOS / 8);
  }

  @Test
  void aSearchThatFindsOneGoneMakesTheNextProbeComeSoon() {
    fill(100);
    probing.start(0);
    probe(Outcome.REACHED);
    long now = probing.deadlineNanos() - Probing.GAP_NANOS / 2;
    probing.onGone(now);
    assertThat(probing.deadlineNanos() - now).isLessThan(2 * Probing.GAP_MIN_NANOS);
  }

  @Test
  void whoIsConnectedCostsNothingAndTheNextIsProbedAtOnce() {
    fill(3);
    probing.start(0);
    PeerId first = next();
    end(first, Outcome.CONNECTED);
    assertThat(drain(probing)).hasSize(1).doesNotContain(new Output.Probe(first));
  }

  @Test
  void noMoreProbesAreUnderWayThanTheBound() {
    fill(100);
    probing.start(0);
    List<Output> probes = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      probing.onTimeout(probing.deadlineNanos());
      probes.addAll(drain(probing));
    }
    assertThat(probes).hasSize(Probing.RUNNING_MAX).doesNotHaveDuplicates();
    // What nobody waits for changes nothing.
    probing.onProbed(peer(99), Outcome.SILENT, probing.deadlineNanos());
    assertThat(drain(probing)).isEmpty();
  }
}
