package io.surgemesh.gossip;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** Plays the input against a router: RPCs of a few peers, verdicts, heartbeats, time. */
public final class MeshRouterFuzz {
  private static final RpcCodec CODEC = new RpcCodec(GossipLimits.defaults());
  private static final int PEERS = 4;
  private static final int OUTPUTS_MAX = 10_000;

  private final ByteBuffer script;
  private final MeshRouter router =
      new MeshRouter(GossipConfig.defaults(), new SplittableRandom(1));
  private long nowNanos;

  private MeshRouterFuzz(byte[] data) {
    this.script = ByteBuffer.wrap(data);
    router.onStart(0);
    router.onJoin(RouterHarness.TOPIC, 0);
    for (int i = 1; i <= PEERS; i++) {
      router.onPeer(Peers.id(i), i % 2 == 0, 0);
      router.onRpc(Peers.id(i), RouterHarness.subscribe(RouterHarness.TOPIC), 0);
    }
    drain();
  }

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    new MeshRouterFuzz(data).play();
  }

  private int next() {
    return script.hasRemaining() ? script.get() & 0xff : 0;
  }

  private void play() {
    while (script.hasRemaining()) {
      step(next());
      drain();
    }
  }

  private void step(int step) {
    int peer = 1 + (step >> 4) % PEERS;
    switch (step & 7) {
      case 0 -> router.onRpc(Peers.id(peer), RouterHarness.graft(RouterHarness.TOPIC), nowNanos);
      case 1 ->
          router.onRpc(
              Peers.id(peer),
              RouterHarness.prune(RouterHarness.TOPIC, (long) next() << 56 | next()),
              nowNanos);
      case 2 -> {
        Bytes data = Bytes.of(new byte[] {(byte) next()});
        router.onRpc(Peers.id(peer), RouterHarness.message(data), nowNanos);
        Verdict verdict = List.of(Verdict.values()).get(next() % Verdict.values().length);
        router.onValidated(MessageKey.of(RouterHarness.TOPIC, data), verdict, nowNanos);
      }
      case 3 -> {
        nowNanos += Duration.ofMillis(next() * 64L).toNanos();
        router.onTimeout(nowNanos);
      }
      default -> {
        byte[] rpc = new byte[Math.min(next() + 1, script.remaining())];
        script.get(rpc);
        try {
          router.onRpc(Peers.id(peer), CODEC.decode(rpc), nowNanos);
        } catch (MalformedMessageException unreadable) {
          // Its stream would be reset.
        }
      }
    }
  }

  private void drain() {
    int count = 0;
    for (RouterOutput output = router.poll(); output != null; output = router.poll()) {
      if (++count > OUTPUTS_MAX) {
        throw new AssertionError("answers without an end");
      }
    }
  }
}
