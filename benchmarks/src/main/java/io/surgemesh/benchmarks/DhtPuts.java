package io.surgemesh.benchmarks;

import io.surgemesh.dht.Dht;
import io.surgemesh.dht.ValueValidator;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Sha256;
import io.surgemesh.simulator.SimulatedHost;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Puts values from some peers, one after the other, and looks at who holds them in the end. */
final class DhtPuts {
  /** The namespace of the keys. */
  static final String NAMESPACE = "bench";

  /** Takes any value. */
  static final ValueValidator ANY =
      new ValueValidator() {
        @Override
        public boolean validate(Bytes key, Bytes value) {
          return true;
        }

        @Override
        public int select(Bytes key, List<Bytes> values) {
          return 0;
        }
      };

  private static final Duration INTERVAL = Duration.ofMillis(50);
  private static final Duration END = Duration.ofSeconds(90);
  private static final Bytes VALUE = Bytes.of(new byte[64]);

  private final DhtCrowd crowd;
  private final int k;
  private final List<Long> took = new ArrayList<>();
  private final List<Integer> putting = new ArrayList<>();

  DhtPuts(DhtCrowd crowd, int k) {
    this.crowd = crowd;
    this.k = k;
  }

  /** Puts so many values, each by another live peer. */
  void run(int count) {
    for (int i = 0; i < count; i++) {
      int peer = crowd.up();
      putting.add(peer);
      SimulatedHost host = crowd.host(peer);
      long startNanos = host.loop().nowNanos();
      Dht putter = crowd.peer(peer);
      CompletableFuture<Void> unused =
          putter
              .putValue(key(i), VALUE)
              .thenAccept(held -> took.add(host.loop().nowNanos() - startNanos));
      // Measured is what one put does.
      putter.withdrawValue(key(i));
      crowd.network().time().runFor(INTERVAL);
    }
    crowd.network().time().runFor(END);
  }

  /** Returns how long each put took to be reported, ascending. */
  List<Long> tookNanos() {
    return took.stream().sorted().toList();
  }

  /**
   * Returns which share of the k live peers nearest to each key, the putting one apart, hold it.
   */
  double share() {
    long[] points = new long[crowd.size()];
    for (int i = 0; i < points.length; i++) {
      points[i] = crowd.host(i).peerId().sha256().word0();
    }
    long holders = 0;
    long wanted = 0;
    for (int put = 0; put < putting.size(); put++) {
      List<CompletableFuture<Optional<Bytes>>> asked = new ArrayList<>();
      for (int peer : nearest(key(put), putting.get(put), points)) {
        asked.add(crowd.peer(peer).getValue(key(put), 1));
      }
      // With a quorum of one, who holds a value answers itself at once.
      crowd.network().time().runFor(Duration.ofNanos(1));
      wanted += asked.size();
      holders += asked.stream().filter(CompletableFuture::isDone).count();
    }
    return wanted == 0 ? Double.NaN : (double) holders / wanted;
  }

  private List<Integer> nearest(Bytes key, int except, long[] points) {
    long target = Sha256.of(key).word0();
    return IntStream.range(0, points.length)
        .filter(peer -> peer != except && crowd.network().isUp(peer))
        .boxed()
        .sorted(KeyOrder.nearestTo(target, peer -> points[peer]))
        .limit(k)
        .toList();
  }

  private static Bytes key(int number) {
    return Bytes.of(("/" + NAMESPACE + "/" + number).getBytes(StandardCharsets.US_ASCII));
  }
}
