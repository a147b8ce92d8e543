package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Gets this peer into the mesh and back into it (libp2p kad-dht r2, Bootstrap process).
 *
 * <p>An attempt dials every bootstrap address at once and looks for our own neighbours as soon as
 * the first answers; it does not wait for the others. While the routing table is empty, attempts
 * repeat, each after twice the time of the one before, up to a minute. A table that fills without
 * us, because others dialled this peer, is completed by the same search.
 */
final class Joining implements Machine<Joining.Output> {
  /** What joining wants done. */
  sealed interface Output {
    /** Dial a bootstrap address and report. */
    record Dial(Multiaddr address) implements Output {}

    /** Search for our own id, asking these first, and report with {@link #onLookedUp}. */
    record LookUpSelf(List<PeerId> first) implements Output {}

    /** The first attempt is over: this peer knows others, or was given none to ask. */
    record Joined(int peers) implements Output {}

    /** The first attempt is over and nobody answered. */
    record Failed() implements Output {}
  }

  /** How long a dial may take before the attempt goes on without it (go-libp2p's dial time-out). */
  static final long DIAL_NANOS = Duration.ofSeconds(15).toNanos();

  static final long RETRY_MIN_NANOS = Duration.ofSeconds(1).toNanos();
  static final long RETRY_MAX_NANOS = Duration.ofMinutes(1).toNanos();

  private final List<Multiaddr> bootstrapPeers;
  private final RandomGenerator random;
  private final Queue<Output> outputs = new ArrayDeque<>(0);
  private final List<Multiaddr> dialing = new ArrayList<>(0);
  private final List<PeerId> reached = new ArrayList<>(0);
  private boolean attempting;
  private boolean looking;
  private boolean lookedUp;
  private boolean reported;
  private int peers;
  private long dialEndNanos = NEVER;
  private long retryNanos = NEVER;
  private long retryAfterNanos = RETRY_MIN_NANOS;

  /**
   * Creates the machine.
   *
   * @param bootstrapPeers whom to ask, without this peer; bounded by the caller
   */
  Joining(List<Multiaddr> bootstrapPeers, RandomGenerator random) {
    this.bootstrapPeers = bootstrapPeers.stream().distinct().toList();
    this.random = random;
  }

  void start(long nowNanos) {
    if (bootstrapPeers.isEmpty()) {
      report(new Output.Joined(peers));
    } else {
      attempt(nowNanos);
    }
  }

  /** A bootstrap address answered, and who. */
  void onDialed(Multiaddr address, PeerId peer, long nowNanos) {
    if (!dialing.remove(address)) {
      return;
    }
    reached.add(peer);
    if (!looking) {
      lookUp();
    }
    settle(nowNanos);
  }

  void onDialFailed(Multiaddr address, long nowNanos) {
    if (dialing.remove(address)) {
      settle(nowNanos);
    }
  }

  /** The search for our own id is over. */
  void onLookedUp(long nowNanos) {
    looking = false;
    if (peers == 0 && !reached.isEmpty()) {
      lookUp();
    }
    settle(nowNanos);
  }

  /** Tells how many peers the routing table holds now. */
  void onTable(int count, long nowNanos) {
    boolean filled = peers == 0 && count > 0;
    boolean emptied = peers > 0 && count == 0;
    peers = count;
    if (filled && !attempting && !looking) {
      retryNanos = NEVER;
      lookUp();
    } else if (emptied && !attempting) {
      retryLater(nowNanos);
    }
  }

  @Override
  public void onTimeout(long nowNanos) {
    if (nowNanos >= dialEndNanos) {
      dialing.clear();
      settle(nowNanos);
    }
    if (nowNanos >= retryNanos) {
      attempt(nowNanos);
    }
  }

  @Override
  public long deadlineNanos() {
    return Math.min(dialEndNanos, retryNanos);
  }

  @Override
  public @Nullable Output poll() {
    return outputs.poll();
  }

  private void attempt(long nowNanos) {
    attempting = true;
    lookedUp = false;
    retryNanos = NEVER;
    dialEndNanos = nowNanos + DIAL_NANOS;
    reached.clear();
    dialing.clear();
    dialing.addAll(bootstrapPeers);
    dialing.forEach(address -> outputs.add(new Output.Dial(address)));
  }

  private void lookUp() {
    looking = true;
    lookedUp = true;
    outputs.add(new Output.LookUpSelf(List.copyOf(reached)));
    reached.clear();
  }

  /** Ends the attempt when it has succeeded or nothing of it is left to wait for. */
  private void settle(long nowNanos) {
    if (dialing.isEmpty()) {
      dialEndNanos = NEVER;
    }
    if (!attempting || looking || (peers == 0 && !dialing.isEmpty())) {
      return;
    }
    if (peers > 0 && !lookedUp) {
      // Nobody we dialled answered, but others dialled us.
      lookUp();
      return;
    }
    attempting = false;
    dialing.clear();
    dialEndNanos = NEVER;
    if (peers > 0) {
      retryAfterNanos = RETRY_MIN_NANOS;
      report(new Output.Joined(peers));
    } else {
      report(new Output.Failed());
      retryLater(nowNanos);
    }
  }

  private void retryLater(long nowNanos) {
    if (!bootstrapPeers.isEmpty()) {
      retryNanos = nowNanos + Jitter.around(retryAfterNanos, random);
      retryAfterNanos = Math.min(2 * retryAfterNanos, RETRY_MAX_NANOS);
    }
  }

  private void report(Output outcome) {
    if (!reported) {
      reported = true;
      outputs.add(outcome);
    }
  }
}
