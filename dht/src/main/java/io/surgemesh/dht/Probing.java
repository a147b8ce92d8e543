package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which peers of the routing table are gone before a search needs them.
 *
 * <p>All the time, at about even distances, the peer is probed that is likeliest to be gone by how
 * long it was known and how long it has been silent; one that has been there for a day is asked
 * rarely. While peers are found gone, by probes or by searches, the next ones come sooner: a table
 * of which a part has died is mended within minutes, a healthy one costs little.
 *
 * <p>At most {@value #RUNNING_MAX} probes are under way; while they are, no other begins.
 */
final class Probing implements Machine<Probing.Output> {
  /** What probing wants done. */
  sealed interface Output {
    /** See whether a peer is there, and report with {@link #onProbed}. */
    record Probe(PeerId peer) implements Output {}
  }

  /** What came of a probe. */
  enum Outcome {
    /** It was connected anyway: nothing was sent. */
    CONNECTED,
    /** It could be connected. */
    REACHED,
    /** It could not. */
    SILENT,
    /** This host could not try: it is at a limit of its own, or closing. */
    UNTRIED
  }

  /** Between two probes while all peers are there. */
  static final long GAP_NANOS = Duration.ofMinutes(1).toNanos();

  /** Between two probes after a peer was found gone; doubled after each that is there. */
  static final long GAP_MIN_NANOS = Duration.ofSeconds(2).toNanos();

  /** Whoever was seen since is not probed. */
  static final long SILENT_NANOS = Duration.ofMinutes(5).toNanos();

  /** Whoever is likelier than this to be there is not probed. */
  static final double GONE_CHANCE_MIN = 0.125;

  /** The most probes under way. */
  static final int RUNNING_MAX = 8;

  private final RoutingTable table;
  private final RandomGenerator random;
  private final Queue<Output> outputs = new ArrayDeque<>(0);
  private final Set<PeerId> running = new LinkedHashSet<>(0);
  private long gapNanos = GAP_NANOS;
  private long nextNanos = NEVER;

  Probing(RoutingTable table, RandomGenerator random) {
    this.table = table;
    this.random = random;
  }

  void start(long nowNanos) {
    nextNanos = nowNanos + random.nextLong(GAP_NANOS);
  }

  /** A probe is over. */
  void onProbed(PeerId peer, Outcome outcome, long nowNanos) {
    if (!running.remove(peer)) {
      return;
    }
    switch (outcome) {
      case CONNECTED -> probe(nowNanos);
      case REACHED -> gapNanos = Math.min(2 * gapNanos, GAP_NANOS);
      case SILENT -> onGone(nowNanos);
      case UNTRIED -> {}
    }
  }

  /** A peer of the table was found gone. */
  void onGone(long nowNanos) {
    gapNanos = GAP_MIN_NANOS;
    nextNanos = Math.min(nextNanos, nowNanos + Jitter.around(gapNanos, random));
  }

  @Override
  public void onTimeout(long nowNanos) {
    if (nowNanos >= nextNanos) {
      nextNanos = nowNanos + Jitter.around(gapNanos, random);
      probe(nowNanos);
    }
  }

  private void probe(long nowNanos) {
    if (running.size() < RUNNING_MAX) {
      Doubt doubt = table.likeliestGone(SILENT_NANOS, running, nowNanos);
      if (doubt != null && doubt.goneChance() >= GONE_CHANCE_MIN) {
        running.add(doubt.peer());
        outputs.add(new Output.Probe(doubt.peer()));
      }
    }
  }

  @Override
  public long deadlineNanos() {
    return nextNanos;
  }

  @Override
  public @Nullable Output poll() {
    return outputs.poll();
  }
}
