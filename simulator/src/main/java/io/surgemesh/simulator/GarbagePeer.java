package io.surgemesh.simulator;

import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.wire.FrameDecoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** Says random bytes: some in whole frames, some not, some and then nothing. */
final class GarbagePeer implements HostilePeer {
  private static final long INTERVAL_NANOS = Duration.ofMillis(300).toNanos();
  private static final int BYTES_MAX = 2048;

  private final List<ProtocolId> protocols;

  GarbagePeer(List<ProtocolId> protocols) {
    this.protocols = List.copyOf(protocols);
  }

  @Override
  public void start(SimulatedHost host, List<Multiaddr> known, RandomGenerator random) {
    StreamListener babbling = new Babbling(random);
    protocols.forEach(protocol -> host.handle(protocol, stream -> babbling));
    Prowler prowler = new Prowler(host, known, random);
    prowler.stayConnected();
    prowler.prowl(INTERVAL_NANOS, stream -> babble(stream, random));
  }

  private static void babble(Stream stream, RandomGenerator random) {
    byte[] noise = new byte[random.nextInt(BYTES_MAX)];
    random.nextBytes(noise);
    boolean framed = random.nextBoolean();
    stream.write(ByteBuffer.wrap(framed ? FrameDecoder.frame(noise) : noise));
    switch (random.nextInt(3)) {
      case 0 -> stream.closeWrite();
      case 1 -> stream.reset();
      default -> {
        // Stays open, as if more were to come.
      }
    }
  }

  private record Babbling(RandomGenerator random) implements StreamListener {
    @Override
    public void onData(Stream stream, ByteBuffer data) {
      stream.consumed(data.remaining());
      babble(stream, random);
    }

    @Override
    public void onRemoteClose(Stream stream) {
      babble(stream, random);
    }

    @Override
    public void onReset(Stream stream, ResetReason reason) {}
  }
}
