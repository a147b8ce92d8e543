package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.surgemesh.host.Connection;
import io.surgemesh.host.Identify;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.host.Peerstore;
import io.surgemesh.host.Ping;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.wire.FrameDecoder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every host serves, given bytes that nobody thought of; an exception would fail the run. */
class HostProtocolsTest {
  private static final int ROUNDS = 40;
  private static final int FRAMES_MAX = 12;
  private static final List<ProtocolId> SERVED =
      List.of(Identify.PROTOCOL, Identify.PUSH, Ping.PROTOCOL);

  private final TwoNodes nodes = new TwoNodes();

  private byte[] honest() {
    return io.surgemesh.wire.pb.Identify.newBuilder()
        .setPublicKey(ByteString.copyFrom(nodes.near.key().publicKey().encode()))
        .addListenAddrs(ByteString.copyFrom(nodes.near.addresses().get(0).encode()))
        .addProtocols("/a/1")
        .setAgentVersion("test")
        .build()
        .toByteArray();
  }

  /** Returns some frames of identify, most of them damaged in a few places, or cut off. */
  private byte[] frames(SplittableRandom random) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = random.nextInt(FRAMES_MAX); i >= 0; i--) {
      byte[] frame = FrameDecoder.frame(honest());
      for (int flips = random.nextInt(3); flips > 0; flips--) {
        frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
      }
      all.writeBytes(frame);
    }
    byte[] bytes = all.toByteArray();
    return random.nextInt(4) > 0 ? bytes : Arrays.copyOf(bytes, random.nextInt(bytes.length));
  }

  private static void end(Stream stream, SplittableRandom random) {
    switch (random.nextInt(3)) {
      case 0 -> stream.closeWrite();
      case 1 -> stream.reset();
      default -> {
        // Left open.
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void bytesOfAnyKindLeaveAHostAsItWasAndWhatItKnowsBounded(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    nodes.near.handle(
        Identify.PROTOCOL,
        stream -> {
          stream.write(ByteBuffer.wrap(frames(random)));
          end(stream, random);
          return new RecordingListener();
        });
    for (int round = 0; round < ROUNDS; round++) {
      Connection connection = nodes.connect();
      for (ProtocolId protocol : SERVED) {
        connection
            .open(protocol, new RecordingListener())
            .thenAccept(
                stream -> {
                  stream.write(ByteBuffer.wrap(frames(random)));
                  end(stream, random);
                });
      }
      nodes.runMillis(200 + random.nextInt(15_000));
      nodes.near.disconnect(nodes.far.peerId());
      nodes.runMillis(100);
    }
    Peerstore known = nodes.far.peerstore();
    assertThat(known.addresses(nodes.near.peerId()))
        .hasSizeLessThanOrEqualTo(PeerInfo.ADDRESSES_MAX);
    assertThat(known.protocols(nodes.near.peerId()))
        .hasSizeLessThanOrEqualTo(Peerstore.PROTOCOLS_MAX);
    assertThat(nodes.far.connectedPeers()).isEmpty();
    assertThat(nodes.await(nodes.near.connect(nodes.far.dialAddress())).remotePeer())
        .isEqualTo(nodes.far.peerId());
  }
}
