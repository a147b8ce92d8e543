package io.surgemesh.vopr;

import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.simulator.SimulatedHost;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Whom a hostile peer knows, and whom it makes up. */
final class Contacts {
  private static final long DIAL_AGAIN_NANOS = Duration.ofSeconds(5).toNanos();
  private static final byte[] ED25519_ID_HEAD = {0x00, 0x24, 0x08, 0x01, 0x12, 0x20};
  private static final int KEY_BYTES = 32;

  /** Takes everything and does nothing with it. */
  static final StreamListener IDLE =
      new StreamListener() {
        @Override
        public void onData(Stream stream, ByteBuffer data) {
          stream.consumed(data.remaining());
        }

        @Override
        public void onRemoteClose(Stream stream) {}

        @Override
        public void onReset(Stream stream, ResetReason reason) {}
      };

  private final SimulatedHost host;
  private final List<Multiaddr> known;
  private final RandomGenerator random;

  Contacts(SimulatedHost host, List<Multiaddr> known, RandomGenerator random) {
    this.host = host;
    this.known = List.copyOf(known);
    this.random = random;
  }

  /** Connects to the known peers, and again to those that are lost. */
  void stayConnected() {
    for (Multiaddr address : known) {
      host.connect(address).whenComplete((connection, failure) -> {});
    }
    host.loop().arm(host.loop().nowNanos() + DIAL_AGAIN_NANOS, this::stayConnected);
  }

  /** Does something again and again, at random moments. */
  void every(Duration mean, Runnable task) {
    long nanos = 1 + random.nextLong(2 * mean.toNanos());
    host.loop()
        .arm(
            host.loop().nowNanos() + nanos,
            () -> {
              task.run();
              every(mean, task);
            });
  }

  /** Returns one of the peers connected now; empty when there is none. */
  Optional<PeerId> anyone() {
    List<PeerId> peers = List.copyOf(host.connectedPeers());
    return peers.isEmpty()
        ? Optional.empty()
        : Optional.of(peers.get(random.nextInt(peers.size())));
  }

  /** Returns the address of some known peer, without its id. */
  Multiaddr anyAddress() {
    return known.get(random.nextInt(known.size())).withoutPeerId();
  }

  /** Returns an address at which nobody listens. */
  Multiaddr nowhere() {
    return Multiaddr.of(
        "/ip4/10.200." + random.nextInt(256) + "." + (1 + random.nextInt(254)) + "/tcp/4001");
  }

  /** Returns the id of a peer that does not exist. */
  PeerId nobody() {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    byte[] id = new byte[ED25519_ID_HEAD.length + KEY_BYTES];
    System.arraycopy(ED25519_ID_HEAD, 0, id, 0, ED25519_ID_HEAD.length);
    System.arraycopy(key, 0, id, ED25519_ID_HEAD.length, KEY_BYTES);
    try {
      return PeerId.decode(Bytes.of(id));
    } catch (MalformedMessageException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
