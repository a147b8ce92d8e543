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
 * repeat, each after twice the time of the one before, up to {@value #RETRY_MAX_NANOS} ns. A table
 * that fills without us, because others dialled this peer, is completed by the same search.
 *
 * <p>Peers remembered from an earlier life, or met in this one, are dialled along with them in each
 * attempt, so that the mesh is found again when every bootstrap peer is gone; without any bootstrap
 * peer they are dialled too, but nobody waits for them.
 *
 * <p>A table with somebody in it is not yet the mesh: peers that started while the network was in
 * parts know their own part alone, and nobody in it remembers the other. So bootstrap peers that
 * are not in the table are dialled again: while the table shows that the mesh, or this part of it,
 * is small, {@value #SEEK_NANOS} ns after the last dial ended; otherwise, as a bucket may have no
 * room for them, every {@value #SEEK_LARGE_NANOS} ns by a few peers, in all about as many as make a
 * small mesh.
 */
final class Joining implements Machine<Joining.Output> {
  /** What joining wants done. */
  sealed interface Output {
    /** Dial a bootstrap address and report. */
    record Dial(Multiaddr address) implements Output {}

    /**
     * Tell anew whom this host has met, with {@link #onRemembered}; the next attempt dials them.
     */
    record Recall() implements Output {}

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
  static final long RETRY_MAX_NANOS = Duration.ofSeconds(15).toNanos();

  /** Short, as parts are to be one mesh again within seconds of the network's healing. */
  static final long SEEK_NANOS = Duration.ofSeconds(4).toNanos();

  static final long SEEK_LARGE_NANOS = Duration.ofSeconds(15).toNanos();

  static final int REMEMBERED_MAX = 32;

  /**
   * With fewer peers in the table, who was reached meanwhile is asked too before joining is over.
   */
  static final int FEW_PEERS = 20;

  private static final int DEPTH_MAX = 24;

  private final List<Multiaddr> bootstrapPeers;
  private final RoutingTable table;
  private final RandomGenerator random;
  private final Queue<Output> outputs = new ArrayDeque<>(0);
  private final List<Multiaddr> remembered = new ArrayList<>(0);
  private final List<Multiaddr> dialing = new ArrayList<>(0);
  private final List<PeerId> reached = new ArrayList<>(0);
  private final List<Multiaddr> seeking = new ArrayList<>(0);

  /** By bootstrap address: who answered there last. */
  private final @Nullable PeerId[] answered;

  /** By bootstrap address: how often in a row it was sought and answered. */
  private final int[] unlisted;

  private boolean attempting;
  private boolean looking;
  private boolean lookedUp;
  private boolean reported;
  private int peers;
  private long dialEndNanos = NEVER;
  private long retryNanos = NEVER;
  private long retryAfterNanos = RETRY_MIN_NANOS;
  private long seekNanos = NEVER;

  /**
   * Creates the machine.
   *
   * @param bootstrapPeers whom to ask, without this peer; bounded by the caller
   * @param table tells which of them this peer knows
   */
  Joining(List<Multiaddr> bootstrapPeers, RoutingTable table, RandomGenerator random) {
    this.bootstrapPeers = bootstrapPeers.stream().distinct().toList();
    this.table = table;
    this.random = random;
    this.answered = new PeerId[this.bootstrapPeers.size()];
    this.unlisted = new int[answered.length];
  }

  /**
   * Takes addresses of peers met in this life or an earlier one, in place of those told before;
   * further ones than {@value #REMEMBERED_MAX} are ignored.
   */
  void onRemembered(List<Multiaddr> addresses) {
    remembered.clear();
    addresses.stream()
        .filter(address -> !bootstrapPeers.contains(address))
        .distinct()
        .limit(REMEMBERED_MAX)
        .forEach(remembered::add);
  }

  /** The table was filled by hand: there is nothing to join. */
  void onAssumed(int count, long nowNanos) {
    peers = count;
    seekLater(nowNanos);
  }

  void start(long nowNanos) {
    if (bootstrapPeers.isEmpty()) {
      report(new Output.Joined(peers));
    }
    if (!bootstrapPeers.isEmpty() || !remembered.isEmpty()) {
      attempt(nowNanos);
    }
  }

  /** An address answered, and who. */
  void onDialed(Multiaddr address, PeerId peer, long nowNanos) {
    int index = bootstrapPeers.indexOf(address);
    if (index >= 0) {
      answered[index] = peer;
    }
    if (seeking.remove(address)) {
      seekLater(nowNanos);
      if (isAskedAgain(index)) {
        onReached(peer);
      }
    }
    if (dialing.remove(address)) {
      onReached(peer);
      settle(nowNanos);
    }
  }

  /** One that answers and yet never enters the table is asked ever more rarely. */
  private boolean isAskedAgain(int index) {
    return Integer.bitCount(++unlisted[index]) == 1;
  }

  private void onReached(PeerId peer) {
    reached.add(peer);
    if (!looking) {
      lookUp();
    }
  }

  void onDialFailed(Multiaddr address, long nowNanos) {
    if (seeking.remove(address)) {
      seekLater(nowNanos);
      unlisted[bootstrapPeers.indexOf(address)] = 0;
    }
    if (dialing.remove(address)) {
      settle(nowNanos);
    }
  }

  /** The search for our own id is over. */
  void onLookedUp(long nowNanos) {
    looking = false;
    // Whoever answered first may have been joining just now and know hardly anybody.
    if (!reached.isEmpty() && (peers < FEW_PEERS || !attempting)) {
      lookUp();
    }
    settle(nowNanos);
  }

  /** Returns whether a search for our own id is under way. */
  boolean isLookingUp() {
    return looking;
  }

  /** Tells how many peers the routing table holds now. */
  void onTable(int count, long nowNanos) {
    boolean filled = peers == 0 && count > 0;
    boolean emptied = peers > 0 && count == 0;
    peers = count;
    if (filled && !attempting && !looking) {
      retryNanos = NEVER;
      seekLater(nowNanos);
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
    if (nowNanos >= seekNanos) {
      seek(nowNanos);
    }
  }

  @Override
  public long deadlineNanos() {
    return Math.min(seekNanos, Math.min(dialEndNanos, retryNanos));
  }

  @Override
  public @Nullable Output poll() {
    return outputs.poll();
  }

  private void attempt(long nowNanos) {
    attempting = true;
    lookedUp = false;
    retryNanos = NEVER;
    seekNanos = NEVER;
    seeking.clear();
    dialEndNanos = nowNanos + DIAL_NANOS;
    reached.clear();
    dialing.clear();
    dialing.addAll(bootstrapPeers);
    dialing.addAll(remembered);
    dialing.forEach(address -> outputs.add(new Output.Dial(address)));
  }

  /** Dials the bootstrap peers that the table lacks, if it is this peer's turn. */
  private void seek(long nowNanos) {
    for (int i = 0; i < bootstrapPeers.size(); i++) {
      if (isKnown(i)) {
        unlisted[i] = 0;
      } else {
        seeking.add(bootstrapPeers.get(i));
      }
    }
    if (random.nextInt(1 << depth()) > 0) {
      seeking.clear();
    }
    seeking.forEach(address -> outputs.add(new Output.Dial(address)));
    seekNanos = NEVER;
    seekLater(nowNanos);
  }

  /** About 2^depth times as many peers as fit into a bucket make the mesh. */
  private int depth() {
    return Math.min(DEPTH_MAX, table.firstUnfilledIndex());
  }

  private boolean isKnown(int index) {
    PeerId peer = answered[index];
    return peer != null && table.contains(peer);
  }

  private void seekLater(long nowNanos) {
    if (!bootstrapPeers.isEmpty() && seeking.isEmpty()) {
      seekNanos = nowNanos + Jitter.around(depth() == 0 ? SEEK_NANOS : SEEK_LARGE_NANOS, random);
    }
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
      seekLater(nowNanos);
      report(new Output.Joined(peers));
    } else {
      report(new Output.Failed());
      retryLater(nowNanos);
    }
  }

  private void retryLater(long nowNanos) {
    outputs.add(new Output.Recall());
    retryNanos = nowNanos + Jitter.around(retryAfterNanos, random);
    retryAfterNanos = Math.min(2 * retryAfterNanos, RETRY_MAX_NANOS);
  }

  private void report(Output outcome) {
    if (!reported) {
      reported = true;
      outputs.add(outcome);
    }
  }
}
