package io.surgemesh.netty;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Finds peers on the own network, and lets itself be found (libp2p mdns spec, on RFC 6762).
 *
 * <p>Asks at once, then ever more rarely; answers at most once a second, after a short random while
 * so that many do not answer together. Nothing it hears is trusted: only addresses of the own
 * network are taken, those of loopback only from this machine, and whoever is dialled must prove
 * the PeerId. A packet past {@value #PACKETS_PER_SECOND_MAX} a second is not looked at. Of what is
 * told {@value #REPORTS_PER_MINUTE_MAX} peers a minute are reported, each once in ten seconds, of
 * {@value #PEERS_MAX} that are remembered for that.
 */
final class Mdns implements Machine<Mdns.Output> {
  /** What discovery wants done. */
  sealed interface Output {
    /** Ask everybody. */
    record Ask() implements Output {}

    /** Tell everybody where this peer is. */
    record Answer() implements Output {}

    /** A peer may be at these addresses, which are without it. */
    record Found(PeerId peer, List<Multiaddr> addresses) implements Output {}
  }

  static final int PACKETS_PER_SECOND_MAX = 100;
  static final int REPORTS_PER_MINUTE_MAX = 128;
  static final int PEERS_MAX = 256;

  static final long ASK_MIN_NANOS = Duration.ofSeconds(1).toNanos();
  static final long ASK_MAX_NANOS = Duration.ofMinutes(2).toNanos();
  static final long ANSWER_EVERY_NANOS = Duration.ofSeconds(1).toNanos();
  static final long REPORT_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

  /** RFC 6762, section 6: 20 to 120 ms. */
  private static final long DELAY_MIN_NANOS = Duration.ofMillis(20).toNanos();

  private static final long DELAY_SPAN_NANOS = Duration.ofMillis(100).toNanos();

  private final PeerId self;
  private final RandomGenerator random;
  private final Queue<Output> outputs = new ArrayDeque<>();
  private final Map<PeerId, Long> reportedNanos = new LinkedHashMap<>();
  private long askNanos = NEVER;
  private long askAfterNanos = ASK_MIN_NANOS;
  private long answerNanos = NEVER;
  private long answerableNanos;
  private long secondNanos;
  private int packets;
  private long minuteNanos;
  private int reports;

  Mdns(PeerId self, RandomGenerator random) {
    this.self = self;
    this.random = random;
  }

  void start(long nowNanos) {
    answerableNanos = nowNanos;
    secondNanos = nowNanos;
    minuteNanos = nowNanos;
    askNanos = nowNanos;
    onTimeout(nowNanos);
  }

  /** A packet came from the own network; {@code fromHere} tells that from this machine. */
  void onPacket(byte[] packet, boolean fromHere, long nowNanos) {
    if (nowNanos - secondNanos >= SECOND_NANOS) {
      secondNanos = nowNanos;
      packets = 0;
    }
    if (++packets > PACKETS_PER_SECOND_MAX) {
      return;
    }
    try {
      MdnsMessage message = MdnsMessage.decode(packet);
      if (message.asksForPeers()) {
        answerSoon(nowNanos);
      }
      report(message.addresses(), fromHere, nowNanos);
    } catch (MalformedMessageException malformed) {
      // The port is shared with whatever else speaks there.
    }
  }

  private void answerSoon(long nowNanos) {
    if (answerNanos == NEVER) {
      long delayNanos = DELAY_MIN_NANOS + random.nextLong(DELAY_SPAN_NANOS);
      answerNanos = Math.max(nowNanos, answerableNanos) + delayNanos;
    }
  }

  private void report(List<Multiaddr> told, boolean fromHere, long nowNanos) {
    Map<PeerId, List<Multiaddr>> byPeer = new LinkedHashMap<>();
    for (Multiaddr address : told) {
      Multiaddr bare = address.withoutPeerId();
      PeerId peer = peerOf(address);
      if (peer != null
          && !peer.equals(self)
          && DialTarget.isDialable(bare)
          && (bare.isPrivate() || (fromHere && bare.isLoopback()))) {
        byPeer.computeIfAbsent(peer, unused -> new ArrayList<>()).add(bare);
      }
    }
    byPeer.forEach((peer, addresses) -> report(peer, addresses, nowNanos));
  }

  private void report(PeerId peer, List<Multiaddr> addresses, long nowNanos) {
    Long lastNanos = reportedNanos.get(peer);
    if (lastNanos != null && nowNanos - lastNanos < REPORT_EVERY_NANOS) {
      return;
    }
    if (nowNanos - minuteNanos >= MINUTE_NANOS) {
      minuteNanos = nowNanos;
      reports = 0;
    }
    if (++reports > REPORTS_PER_MINUTE_MAX) {
      return;
    }
    reportedNanos.remove(peer);
    if (reportedNanos.size() == PEERS_MAX) {
      reportedNanos.remove(reportedNanos.keySet().iterator().next());
    }
    reportedNanos.put(peer, nowNanos);
    outputs.add(new Output.Found(peer, List.copyOf(addresses)));
  }

  private static @Nullable PeerId peerOf(Multiaddr address) {
    try {
      return PeerId.decode(address.peerIdBytes().orElseThrow());
    } catch (MalformedMessageException notOurs) {
      return null;
    }
  }

  @Override
  public void onTimeout(long nowNanos) {
    if (nowNanos >= askNanos) {
      outputs.add(new Output.Ask());
      askNanos = nowNanos + askAfterNanos;
      askAfterNanos = Math.min(2 * askAfterNanos, ASK_MAX_NANOS);
    }
    if (nowNanos >= answerNanos) {
      outputs.add(new Output.Answer());
      answerNanos = NEVER;
      answerableNanos = nowNanos + ANSWER_EVERY_NANOS;
    }
  }

  @Override
  public long deadlineNanos() {
    return Math.min(askNanos, answerNanos);
  }

  @Override
  public @Nullable Output poll() {
    return outputs.poll();
  }
}
