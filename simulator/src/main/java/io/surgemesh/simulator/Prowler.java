package io.surgemesh.simulator;

import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.multiformats.Multiaddr;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Goes round a hostile host's peers: again and again a stream of something that one serves. */
final class Prowler {
  private static final long DIAL_AGAIN_NANOS = Duration.ofSeconds(5).toNanos();

  /** Reads and never lets the sender know, until its window is full. */
  static final StreamListener DEAF =
      new StreamListener() {
        @Override
        public void onData(Stream stream, ByteBuffer data) {}

        @Override
        public void onRemoteClose(Stream stream) {}

        @Override
        public void onReset(Stream stream, ResetReason reason) {}
      };

  private final SimulatedHost host;
  private final List<Multiaddr> known;
  private final RandomGenerator random;

  Prowler(SimulatedHost host, List<Multiaddr> known, RandomGenerator random) {
    this.host = host;
    this.known = List.copyOf(known);
    this.random = random;
  }

  /** Connects to the known peers, and again to those that are lost. */
  void stayConnected() {
    for (Multiaddr address : known) {
      if (!address.equals(host.dialAddress())) {
        host.connect(address).whenComplete((connection, failure) -> {});
      }
    }
    host.loop().arm(host.loop().nowNanos() + DIAL_AGAIN_NANOS, this::stayConnected);
  }

  /** Opens a stream each time an interval has passed, and hands it over once it is agreed. */
  void prowl(long intervalNanos, Consumer<Stream> opened) {
    host.loop()
        .arm(
            host.loop().nowNanos() + 1 + random.nextLong(2 * intervalNanos),
            () -> {
              openOne(opened);
              prowl(intervalNanos, opened);
            });
  }

  private void openOne(Consumer<Stream> opened) {
    List<PeerId> peers = List.copyOf(host.connectedPeers());
    if (peers.isEmpty()) {
      return;
    }
    PeerId peer = peers.get(random.nextInt(peers.size()));
    List<ProtocolId> served = host.peerstore().protocols(peer);
    if (!served.isEmpty()) {
      host.open(peer, served.get(random.nextInt(served.size())), DEAF)
          .whenComplete(
              (stream, failure) -> {
                if (stream != null) {
                  opened.accept(stream);
                }
              });
    }
  }
}
