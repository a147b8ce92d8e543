package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps connections to some peers of its own choosing, so that a crowd that dials this peer never
 * stands between it and the mesh.
 *
 * <p>An anchor is of the routing table, so that it answers; this peer dialled it, so that it did
 * not come by itself; and no other anchor is in its {@link IpGroups IP group}, so that whoever
 * holds three networks has three of them at most (as Bitcoin's peers choose theirs; Heilman,
 * Kendler, Zohar and Goldberg 2015, countermeasures 2 and 5); unless groups are not limited. Up to
 * {@value #ANCHORS_MAX} are protected from being closed until they leave the table or close the
 * connection. While there are fewer, one peer at a time is dialled, ever less often as it does not
 * help: the far end may have no place either.
 */
final class Anchors implements Machine<Anchors.Output> {
  /** What is to be done. */
  sealed interface Output {
    /** Report the connections to peers that serve the DHT, with {@link #onLinks}. */
    record Look() implements Output {}

    /** Protect the connection to a peer. */
    record Keep(PeerId peer) implements Output {}

    /** Protect it no longer. */
    record Release(PeerId peer) implements Output {}

    /** Connect to a peer, and report with {@link #onReached}. */
    record Dial(PeerId peer) implements Output {}
  }

  /**
   * A connection to a peer.
   *
   * @param remote where the peer is
   * @param outbound whether this peer dialled it
   */
  record Link(PeerId peer, Multiaddr remote, boolean outbound) {}

  /** The most peers that are kept: eight, should three networks be one attacker's, and one more. */
  static final int ANCHORS_MAX = 12;

  /** Between two looks. */
  static final long LOOK_NANOS = Duration.ofMinutes(1).toNanos();

  /** Between two dials at first; doubled with each, and halved by each look that finds enough. */
  static final long GAP_MIN_NANOS = Duration.ofSeconds(5).toNanos();

  static final long GAP_MAX_NANOS = Duration.ofMinutes(5).toNanos();

  /** Of so many nearest to a random point the first that is not connected is dialled. */
  private static final int DIAL_CHOICES = 8;

  private final RoutingTable table;
  private final IpGroups ipGroups;
  private final int anchorsMax;
  private final RandomGenerator random;
  private final Queue<Output> outputs = new ArrayDeque<>(0);
  private Set<PeerId> kept = new LinkedHashSet<>(0);
  private @Nullable PeerId dialled;
  private long gapNanos = GAP_MIN_NANOS;
  private long dialNanos;
  private long lookNanos = NEVER;
  private boolean closed;

  /**
   * Creates a machine that has not started.
   *
   * @param anchorsMax how many peers are kept; 0 for none
   */
  Anchors(RoutingTable table, IpGroups ipGroups, int anchorsMax, RandomGenerator random) {
    this.table = table;
    this.ipGroups = ipGroups;
    this.anchorsMax = anchorsMax;
    this.random = random;
  }

  void start(long nowNanos) {
    if (anchorsMax > 0) {
      dialNanos = nowNanos + Jitter.around(GAP_MIN_NANOS, random);
      lookNanos = dialNanos;
    }
  }

  /** A peer that may have been dialled for this is connected. */
  void onReached(PeerId peer) {
    if (dialled != null && peer.equals(dialled)) {
      dialled = null;
      outputs.add(new Output.Look());
    }
  }

  /** Takes all connections to peers that serve the DHT, in an order equal in equal runs. */
  void onLinks(List<Link> links, long nowNanos) {
    if (closed) {
      return;
    }
    Set<PeerId> chosen = new LinkedHashSet<>();
    GroupCounts groups = new GroupCounts(ipGroups.isUnlimited() ? anchorsMax : 1);
    links.stream().filter(link -> kept.contains(link.peer)).forEach(l -> choose(l, groups, chosen));
    links.stream()
        .filter(link -> !kept.contains(link.peer))
        .forEach(l -> choose(l, groups, chosen));
    kept.stream()
        .filter(peer -> !chosen.contains(peer))
        .map(Output.Release::new)
        .forEach(outputs::add);
    chosen.stream()
        .filter(peer -> !kept.contains(peer))
        .map(Output.Keep::new)
        .forEach(outputs::add);
    kept = chosen;
    lookNanos = nowNanos + LOOK_NANOS;
    if (kept.size() == anchorsMax) {
      gapNanos = Math.max(GAP_MIN_NANOS, gapNanos / 2);
    } else {
      if (nowNanos >= dialNanos) {
        dial(links, nowNanos);
      }
      lookNanos = Math.min(lookNanos, dialNanos);
    }
  }

  private void choose(Link link, GroupCounts groups, Set<PeerId> chosen) {
    if (link.outbound
        && chosen.size() < anchorsMax
        && table.contains(link.peer)
        && groups.add(ipGroups.of(List.of(link.remote)))) {
      chosen.add(link.peer);
    }
  }

  private void dial(List<Link> links, long nowNanos) {
    dialled =
        table.nearest(Key.of(Refresh.anyKey(random)), DIAL_CHOICES).stream()
            .filter(peer -> links.stream().noneMatch(link -> link.peer.equals(peer)))
            .findFirst()
            .orElse(null);
    if (dialled != null) {
      outputs.add(new Output.Dial(dialled));
    }
    dialNanos = nowNanos + Jitter.around(gapNanos, random);
    gapNanos = Math.min(2 * gapNanos, GAP_MAX_NANOS);
  }

  /** Lets all go. */
  void close() {
    closed = true;
    lookNanos = NEVER;
    outputs.clear();
    kept.forEach(peer -> outputs.add(new Output.Release(peer)));
    kept = new LinkedHashSet<>(0);
  }

  @Override
  public void onTimeout(long nowNanos) {
    if (nowNanos >= lookNanos) {
      lookNanos = nowNanos + LOOK_NANOS;
      outputs.add(new Output.Look());
    }
  }

  @Override
  public long deadlineNanos() {
    return lookNanos;
  }

  @Override
  public @Nullable Output poll() {
    return outputs.poll();
  }
}
