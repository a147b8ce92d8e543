package io.surgemesh.simulator;

import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.wire.FrameDecoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** Opens streams at a rate and fills each with frames, short ones or long ones. */
final class FloodingPeer implements HostilePeer {
  private static final int STREAMS_PER_SECOND_MAX = 10_000;
  private static final int FRAMES_MAX = 100;
  private static final int FRAME_BYTES_MAX = 1024;

  private final List<ProtocolId> protocols;
  private final long intervalNanos;

  FloodingPeer(List<ProtocolId> protocols, int streamsPerSecond) {
    if (streamsPerSecond < 1 || streamsPerSecond > STREAMS_PER_SECOND_MAX) {
      throw new IllegalArgumentException("streamsPerSecond out of range: " + streamsPerSecond);
    }
    this.protocols = List.copyOf(protocols);
    this.intervalNanos = Duration.ofSeconds(1).toNanos() / streamsPerSecond;
  }

  @Override
  public void start(SimulatedHost host, List<Multiaddr> known, RandomGenerator random) {
    protocols.forEach(protocol -> host.handle(protocol, stream -> Prowler.DEAF));
    Prowler prowler = new Prowler(host, known, random);
    prowler.stayConnected();
    prowler.prowl(intervalNanos, stream -> fill(stream, random));
  }

  private static void fill(Stream stream, RandomGenerator random) {
    byte[] body = new byte[random.nextBoolean() ? 0 : random.nextInt(FRAME_BYTES_MAX)];
    random.nextBytes(body);
    byte[] frame = FrameDecoder.frame(body);
    int frames = 1 + random.nextInt(FRAMES_MAX);
    for (int i = 0; i < frames && stream.isWritable(); i++) {
      stream.write(ByteBuffer.wrap(frame));
    }
  }
}
