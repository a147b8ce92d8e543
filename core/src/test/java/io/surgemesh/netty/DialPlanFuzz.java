package io.surgemesh.netty;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException.Unreachable.Reason;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Plays the input against a dial: addresses, what names stand for, failures, time. */
public final class DialPlanFuzz {
  private static final PeerId PEER = KeyPair.fromSeed(new byte[KeyPair.SEED_BYTES]).peerId();
  private static final DialLimits LIMITS = new DialLimits(Duration.ofMillis(250), 3, 6, 4, 2);
  private static final List<Multiaddr> KNOWN =
      List.of(
          Multiaddr.of("/ip4/127.0.0.1/tcp/1"),
          Multiaddr.of("/ip4/198.51.100.1/tcp/2"),
          Multiaddr.of("/ip6/2001:db8::1/tcp/3"),
          Multiaddr.of("/dns4/example.org/tcp/4"),
          Multiaddr.of("/dnsaddr/example.org"),
          Multiaddr.of("/dnsaddr/example.com").withPeerId(PEER.bytes()),
          Multiaddr.of("/ip4/198.51.100.2/tcp/5").withPeerId(PEER.bytes()),
          Multiaddr.of("/ip4/0.0.0.0/tcp/6"));

  private final ByteBuffer script;
  private final DialPlan plan;
  private final ArrayDeque<DialTarget> running = new ArrayDeque<>();
  private final ArrayDeque<Multiaddr> resolving = new ArrayDeque<>();
  private long nowNanos;
  private int connects;
  private boolean over;

  private DialPlanFuzz(byte[] data) {
    this.script = ByteBuffer.wrap(data);
    this.plan =
        new DialPlan(
            (next() & 1) == 0 ? PEER : null,
            KNOWN.get(0)::equals,
            new DialHistory(),
            LIMITS,
            Duration.ofSeconds(30).toNanos());
    plan.start(addresses(), addresses(), nowNanos);
    drain();
  }

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    new DialPlanFuzz(data).play();
  }

  private int next() {
    return script.hasRemaining() ? script.get() & 0xff : 0;
  }

  private List<Multiaddr> addresses() {
    List<Multiaddr> addresses = new ArrayList<>();
    for (int left = next() & 15; left > 0; left--) {
      int which = next();
      if (which < 0x80) {
        addresses.add(KNOWN.get(which % KNOWN.size()));
        continue;
      }
      byte[] encoded = new byte[Math.min(which - 0x80, script.remaining())];
      script.get(encoded);
      try {
        addresses.add(Multiaddr.decode(encoded));
      } catch (MalformedMessageException unreadable) {
        // Such a one never comes so far.
      }
    }
    return addresses;
  }

  private void play() {
    while (script.hasRemaining()) {
      step(next());
      drain();
      if (running.size() > LIMITS.parallelMax() || connects > LIMITS.attemptsMax()) {
        throw new AssertionError("more attempts than allowed");
      }
      if (over && (!running.isEmpty() || plan.deadlineNanos() != DialPlan.NEVER)) {
        throw new AssertionError("goes on after its end");
      }
    }
  }

  private void step(int step) {
    DialTarget target = running.peek();
    Multiaddr name = resolving.peek();
    switch (step & 7) {
      case 0 -> {
        if (name != null) {
          resolving.remove();
          plan.onResolved(name, addresses(), nowNanos);
        }
      }
      case 1, 2 -> {
        if (target != null) {
          running.remove();
          plan.onFailed(
              target, List.of(Reason.values()).get((step >> 3) % Reason.values().length), nowNanos);
        }
      }
      case 3 -> plan.onSuperseded(nowNanos);
      case 4 -> plan.onOver(nowNanos);
      default -> {
        nowNanos += Duration.ofMillis(next() << (step >> 5)).toNanos();
        plan.onTimeout(nowNanos);
      }
    }
    if ((step & 7) == 3) {
      // What runs may still become a connection, and is nobody's to watch.
      running.clear();
      over = true;
    }
    over |= (step & 7) == 4;
  }

  private void drain() {
    for (var output = plan.poll(); output != null; output = plan.poll()) {
      if (output instanceof DialPlan.Output.Resolve resolve) {
        resolving.add(resolve.name());
      } else if (output instanceof DialPlan.Output.Connect connect) {
        connects++;
        running.add(connect.target());
        if (over || connect.target().address().equals(KNOWN.get(0))) {
          throw new AssertionError("dials itself, or after its end");
        }
      } else if (output instanceof DialPlan.Output.Abandon abandon) {
        running.remove(abandon.target());
      } else if (output instanceof DialPlan.Output.Failed) {
        over = true;
      }
    }
  }
}
