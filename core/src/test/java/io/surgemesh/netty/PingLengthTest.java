package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.Connection;
import io.surgemesh.host.Ping;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.MeshException.StreamBroken;
import io.surgemesh.identity.ResetReason;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pings, and answers to pings, that are not of 32 bytes. */
@Tag("socket")
@Timeout(60)
class PingLengthTest {
  private final Hosts hosts = new Hosts();

  @AfterEach
  void close() {
    hosts.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 31, 33, 63})
  void whatIsNotAWholeNumberOfPingsIsReset(int bytes) {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    Connection connection = Hosts.await(a.connect(Hosts.addressOf(b)));
    RecordingListener heard = new RecordingListener();
    Stream stream = Hosts.await(connection.open(Ping.PROTOCOL, heard));
    stream.write(ByteBuffer.wrap(new byte[bytes]));
    stream.closeWrite();
    assertThat(Hosts.await(heard.reset)).isEqualTo(ResetReason.REMOTE);
    assertThat(heard.received.get()).isLessThanOrEqualTo(bytes / Ping.PAYLOAD_BYTES * 32L);
    assertThat(a.connectedPeers()).contains(b.peerId());
  }

  @Test
  void anAnswerLongerThanThePingFailsIt() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    b.handle(
        Ping.PROTOCOL,
        opened ->
            new RecordingListener() {
              @Override
              public void onData(Stream stream, ByteBuffer data) {
                byte[] more = new byte[data.remaining() + 1];
                data.get(more, 0, more.length - 1);
                stream.write(ByteBuffer.wrap(more));
              }
            });
    assertFails(a, b, ResetReason.MISBEHAVED);
  }

  @Test
  void anAnswerShorterThanThePingFailsIt() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    b.handle(Ping.PROTOCOL, PingLengthTest::cut);
    assertFails(a, b, ResetReason.REMOTE);
  }

  private static StreamListener cut(Stream opened) {
    return new RecordingListener() {
      @Override
      public void onData(Stream stream, ByteBuffer data) {
        byte[] less = new byte[data.remaining() - 1];
        data.get(less);
        stream.write(ByteBuffer.wrap(less));
        stream.closeWrite();
      }
    };
  }

  private static void assertFails(NettyHost a, NettyHost b, ResetReason reason) {
    Hosts.await(a.connect(Hosts.addressOf(b)));
    Throwable failure = Hosts.awaitFailure(Ping.ping(a, b.peerId(), Duration.ofSeconds(10)));
    assertThat(((StreamBroken) failure).reason()).isEqualTo(reason);
    assertThat(a.connectedPeers()).contains(b.peerId());
  }
}
