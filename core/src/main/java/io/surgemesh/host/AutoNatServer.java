package io.surgemesh.host;

import io.surgemesh.host.AutoNatMessage.Response;
import io.surgemesh.host.AutoNatMessage.Status;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.machine.RateLimit;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Dials peers that ask for it, and tells them what came of it.
 *
 * <p>A peer is dialled only at the IP address out of which it is connected, whatever it names: so
 * nobody can have a third party dialled, nor what listens behind this host's firewall (libp2p
 * AutoNAT v1 spec, Security Considerations). What is asked beyond the limits is refused.
 */
final class AutoNatServer implements Machine<AutoNatServer.Output> {
  /** What the driver must do. */
  sealed interface Output {
    /** Answer a question. */
    record Answer(long ticket, Response response) implements Output {}

    /**
     * Dial a peer at some addresses, anew though it is connected; report with {@link #onDialed}.
     */
    record DialBack(long ticket, PeerInfo peer) implements Output {}

    /** Give up a dial that was not reported. */
    record Abandon(long ticket) implements Output {}
  }

  /** How many peers are dialled at once. */
  static final int DIALS_MAX = 4;

  /** How many are dialled a second in the long run, and at once. */
  static final int DIALS_PER_SECOND = 1;

  static final int DIALS_BURST = 8;

  /** How long a peer waits until it is dialled again. */
  static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

  /** The most addresses that a peer may name; who names more is refused. */
  static final int NAMED_MAX = 64;

  /** At how many of them it is dialled. */
  static final int DIALED_MAX = 4;

  /** Until a dial has failed. */
  static final long DIAL_NANOS = Duration.ofSeconds(15).toNanos();

  private final RateLimit dials = new RateLimit(DIALS_PER_SECOND, DIALS_BURST);
  private final Queue<Output> outputs = new ArrayDeque<>(0);
  // Until when each dial under way may go on, the earliest first; at most DIALS_MAX.
  private final Map<Long, Long> running = new LinkedHashMap<>();
  // When each was dialled, the earliest first; bounded by the rate of dials.
  private final Map<PeerId, Long> dialled = new LinkedHashMap<>();

  /**
   * A peer asks to be dialled.
   *
   * @param ticket names the question in what is put out
   * @param remote out of which address it is connected
   */
  void onDial(
      long ticket, PeerId from, Multiaddr remote, AutoNatMessage.Dial question, long nowNanos) {
    if (!question.peerId().isEmpty() && !question.peerId().equals(from.bytes())) {
      answer(ticket, Status.BAD_REQUEST);
      return;
    }
    List<Multiaddr> allowed = allowed(question.addresses(), remote);
    if (allowed.isEmpty() || !mayDial(from, nowNanos)) {
      answer(ticket, Status.DIAL_REFUSED);
      return;
    }
    dialled.put(from, nowNanos);
    running.put(ticket, nowNanos + DIAL_NANOS);
    outputs.add(new Output.DialBack(ticket, new PeerInfo(from, allowed)));
  }

  private static List<Multiaddr> allowed(List<Multiaddr> named, Multiaddr remote) {
    if (named.size() > NAMED_MAX || remote.ip().isEmpty()) {
      return List.of();
    }
    return named.stream()
        .filter(address -> address.ip().equals(remote.ip()) && address.ipTcpPort() > 0)
        .distinct()
        .limit(DIALED_MAX)
        .toList();
  }

  private boolean mayDial(PeerId peer, long nowNanos) {
    Iterator<Long> earliest = dialled.values().iterator();
    while (earliest.hasNext() && nowNanos - earliest.next() >= PAUSE_NANOS) {
      earliest.remove();
    }
    return running.size() < DIALS_MAX && !dialled.containsKey(peer) && dials.allows(nowNanos);
  }

  /**
   * A dial is over.
   *
   * @param reached the address at which the peer has proven its identity; empty when at none
   */
  void onDialed(long ticket, Optional<Multiaddr> reached, long nowNanos) {
    if (running.remove(ticket) == null) {
      return;
    }
    if (reached.isPresent()) {
      outputs.add(new Output.Answer(ticket, new Response(Status.OK, reached.get().bytes())));
    } else {
      answer(ticket, Status.DIAL_ERROR);
    }
  }

  private void answer(long ticket, Status status) {
    outputs.add(new Output.Answer(ticket, Response.of(status)));
  }

  @Override
  public void onTimeout(long nowNanos) {
    while (deadlineNanos() <= nowNanos) {
      long late = running.keySet().iterator().next();
      running.remove(late);
      outputs.add(new Output.Abandon(late));
      answer(late, Status.DIAL_ERROR);
    }
  }

  @Override
  public long deadlineNanos() {
    return running.isEmpty() ? NEVER : running.values().iterator().next();
  }

  @Override
  public @Nullable Output poll() {
    return outputs.poll();
  }
}
