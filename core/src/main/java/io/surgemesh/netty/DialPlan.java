package io.surgemesh.netty;

import io.surgemesh.identity.MeshException.Unreachable.Reason;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides which addresses of one peer are dialled when: as RFC 8305 ("Happy Eyeballs") has it, with
 * libp2p's names.
 *
 * <p>Addresses that the caller named come first, then those of this machine and its own network,
 * then the others; among equals the family changes each time. The next attempt begins when one has
 * failed, or a stagger after the last began, so that a dead address holds nothing up. The first
 * whose handshake is complete wins, and the others are abandoned. Names are resolved beside the
 * attempts. A {@code /dnsaddr} leads to those of its addresses that end as it does (multiformats
 * dnsaddr), which may be names again; every bound is one of {@link DialLimits}.
 */
final class DialPlan implements Machine<DialPlan.Output> {
  /** What a dial wants done. */
  sealed interface Output {
    /** Ask what a name stands for, and report with {@link #onResolved}. */
    record Resolve(Multiaddr name) implements Output {}

    /** Dial, and report a failure with {@link #onFailed}. */
    record Connect(DialTarget target) implements Output {}

    /** Give up an attempt that has not been reported. */
    record Abandon(DialTarget target) implements Output {}

    /** An address of the peer leads elsewhere, and need not be known any longer. */
    record Forget(PeerId peer, Multiaddr address) implements Output {}

    /** No address works. The address is the one tried last, null when none was. */
    record Failed(@Nullable Multiaddr address, Reason reason) implements Output {}
  }

  private record Lookup(Multiaddr name, boolean named, int depth) {}

  private final @Nullable PeerId peer;
  private final Predicate<Multiaddr> isOwn;
  private final DialHistory history;
  private final DialLimits limits;
  private final long staggerNanos;
  private final long deadlineNanos;
  private final Queue<Output> outputs = new ArrayDeque<>();
  private final Set<Multiaddr> seen = new LinkedHashSet<>();
  private final List<DialTarget> waiting = new ArrayList<>();
  private final Map<Multiaddr, DialTarget> running = new LinkedHashMap<>();
  private final Map<Multiaddr, Lookup> lookups = new LinkedHashMap<>();
  private int lookedUp;
  private int taken;
  private boolean ip4Last;
  private long nextNanos = Long.MIN_VALUE;
  private @Nullable Multiaddr lastAddress;
  private Reason lastReason = Reason.NO_ADDRESS;
  private boolean over;

  /**
   * Creates a plan.
   *
   * @param peer whom to reach, null when only an address is known
   * @param isOwn tells whether this host itself listens at an address
   * @param history shared by all dials of the host
   * @param deadlineNanos when to give up
   */
  DialPlan(
      @Nullable PeerId peer,
      Predicate<Multiaddr> isOwn,
      DialHistory history,
      DialLimits limits,
      long deadlineNanos) {
    this.peer = peer;
    this.isOwn = isOwn;
    this.history = history;
    this.limits = limits;
    this.staggerNanos = limits.stagger().toNanos();
    this.deadlineNanos = deadlineNanos;
  }

  /**
   * Begins.
   *
   * @param named addresses the caller asked for
   * @param learned other addresses, the best first
   */
  void start(List<Multiaddr> named, List<Multiaddr> learned, long nowNanos) {
    named.forEach(address -> add(address, address, true, 0, nowNanos));
    learned.forEach(address -> add(address, address, false, 0, nowNanos));
    advance(nowNanos);
  }

  /**
   * A name was resolved.
   *
   * @param found for {@code /dnsaddr} its addresses, otherwise IP addresses with the same port;
   *     none when there is no such name
   */
  void onResolved(Multiaddr name, List<Multiaddr> found, long nowNanos) {
    Lookup lookup = lookups.remove(name);
    if (lookup == null || over) {
      return;
    }
    if (found.isEmpty()) {
      noteFailure(name.withoutPeerId(), Reason.CONNECT_FAILED);
    }
    boolean text = DialTarget.isDnsaddr(name);
    for (Multiaddr address : found) {
      if (!lookup.named && DialTarget.isNear(address)) {
        // Any peer may have told the name: it must not lead behind this host's firewall.
        noteFailure(name.withoutPeerId(), Reason.CONNECT_FAILED);
      } else if (!text) {
        add(ending(address, name), name.withoutPeerId(), lookup.named, lookup.depth, nowNanos);
      } else if (DialTarget.endsLike(address, name)) {
        add(address, address, lookup.named, lookup.depth + 1, nowNanos);
      }
    }
    advance(nowNanos);
  }

  /** Returns an address ending with the peer that the name it was found by ends with. */
  private static Multiaddr ending(Multiaddr address, Multiaddr name) {
    return name.peerIdBytes().map(address.withoutPeerId()::withPeerId).orElse(address);
  }

  /** An attempt failed. */
  void onFailed(DialTarget target, Reason reason, long nowNanos) {
    if (running.remove(target.address()) == null || over) {
      return;
    }
    noteFailure(target.address(), reason);
    if (reason == Reason.LIMIT || reason == Reason.CLOSED) {
      fail();
      return;
    }
    PeerId expected = target.expected();
    if (expected != null) {
      history.failed(expected, target.address(), reason, nowNanos);
      if (reason == Reason.WRONG_PEER) {
        outputs.add(new Output.Forget(expected, target.known()));
      }
    }
    nextNanos = nowNanos;
    advance(nowNanos);
  }

  /** The peer has dialled us: nothing more is begun, but what runs may become a connection too. */
  void onSuperseded(long nowNanos) {
    over = true;
    running.clear();
    waiting.clear();
    lookups.clear();
  }

  /** An attempt of ours has won, or nobody wants a connection any more. */
  void onOver(long nowNanos) {
    over = true;
    running.values().forEach(target -> outputs.add(new Output.Abandon(target)));
    running.clear();
    waiting.clear();
    lookups.clear();
  }

  @Override
  public void onTimeout(long nowNanos) {
    advance(nowNanos);
  }

  @Override
  public long deadlineNanos() {
    if (over) {
      return NEVER;
    }
    boolean starts = !waiting.isEmpty() && running.size() < limits.parallelMax();
    return starts ? Math.min(nextNanos, deadlineNanos) : deadlineNanos;
  }

  @Override
  public @Nullable Output poll() {
    return outputs.poll();
  }

  private void add(Multiaddr address, Multiaddr known, boolean named, int depth, long nowNanos) {
    if (isOthers(address) || !seen.add(address)) {
      return;
    }
    Multiaddr bare = address.withoutPeerId();
    if (!DialTarget.isDnsaddr(address) && !DialTarget.isDialable(bare)) {
      return;
    }
    if (!DialTarget.isLiteral(address)) {
      lookUp(new Lookup(address, named, depth));
      return;
    }
    PeerId expected = peer == null ? endOf(address) : peer;
    if (isOwn.test(bare)) {
      noteFailure(bare, Reason.SELF_DIAL);
      if (expected != null) {
        outputs.add(new Output.Forget(expected, known.withoutPeerId()));
      }
      return;
    }
    Reason refusal = expected == null ? null : history.refusal(expected, bare, named, nowNanos);
    if (refusal != null) {
      noteFailure(bare, refusal);
    } else if (taken < limits.attemptsMax() && (bare.equals(address) || seen.add(bare))) {
      taken++;
      waiting.add(new DialTarget(bare, known.withoutPeerId(), expected, named));
    }
  }

  private void lookUp(Lookup lookup) {
    if (lookedUp < limits.lookupsMax() && lookup.depth < limits.depthMax()) {
      lookedUp++;
      lookups.put(lookup.name, lookup);
      outputs.add(new Output.Resolve(lookup.name));
    }
  }

  /** Returns whether an address ends with another peer than is wanted, or none that we know. */
  private boolean isOthers(Multiaddr address) {
    Optional<Bytes> end = address.peerIdBytes();
    return end.isPresent()
        && (peer == null ? endOf(address) == null : !end.get().equals(peer.bytes()));
  }

  private static @Nullable PeerId endOf(Multiaddr address) {
    try {
      Optional<Bytes> end = address.peerIdBytes();
      return end.isEmpty() ? null : PeerId.decode(end.get());
    } catch (MalformedMessageException notOurs) {
      return null;
    }
  }

  private void noteFailure(Multiaddr address, Reason reason) {
    lastAddress = address;
    lastReason = reason;
  }

  private void advance(long nowNanos) {
    if (over) {
      return;
    }
    if (nowNanos >= deadlineNanos) {
      lastAddress = running.isEmpty() ? lastAddress : running.keySet().iterator().next();
      lastReason = Reason.TIMED_OUT;
      fail();
      return;
    }
    while (!waiting.isEmpty()
        && running.size() < limits.parallelMax()
        && (running.isEmpty() || nowNanos >= nextNanos)) {
      DialTarget next = takeNext();
      running.put(next.address(), next);
      outputs.add(new Output.Connect(next));
      nextNanos = nowNanos + staggerNanos;
    }
    if (waiting.isEmpty() && running.isEmpty() && lookups.isEmpty()) {
      fail();
    }
  }

  private DialTarget takeNext() {
    int best = 0;
    for (int i = 1; i < waiting.size(); i++) {
      best = rank(waiting.get(i)) < rank(waiting.get(best)) ? i : best;
    }
    DialTarget next = waiting.remove(best);
    ip4Last = isIp4(next);
    return next;
  }

  private int rank(DialTarget target) {
    int scope = target.named() ? 0 : DialTarget.isNear(target.address()) ? 1 : 2;
    return 2 * scope + (isIp4(target) == ip4Last ? 1 : 0);
  }

  private static boolean isIp4(DialTarget target) {
    return target.address().components().get(0).protocol() == Multiaddr.Protocol.IP4;
  }

  private void fail() {
    outputs.add(new Output.Failed(lastAddress, lastReason));
    onOver(deadlineNanos);
  }
}
