package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.surgemesh.host.Connection;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.identity.ResetReason;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that read their connection and give no credit for a stream. */
@Tag("socket")
@Timeout(60)
class StreamDeadlinesTest {
  private static final ProtocolId GIVE = new ProtocolId("/test/give/1");
  private static final int GIVEN_BYTES = 600_000;

  private final Hosts hosts = new Hosts();

  @AfterEach
  void close() {
    hosts.close();
  }

  /** Writes more than a window when the peer has closed its direction. */
  private static final class Giver extends RecordingListener {
    private final boolean closes;

    Giver(boolean closes) {
      this.closes = closes;
    }

    @Override
    public void onRemoteClose(Stream stream) {
      stream.write(ByteBuffer.allocate(GIVEN_BYTES));
      if (closes) {
        stream.closeWrite();
      }
    }
  }

  /** Takes what comes and gives no credit. */
  private static final class Withholder extends RecordingListener {
    @Override
    public void onData(Stream stream, ByteBuffer data) {
      received.addAndGet(data.remaining());
    }
  }

  private final CompletableFuture<Giver> giver = new CompletableFuture<>();

  private NettyHost victim(Duration open, Duration closing, boolean closes) {
    NettyHost host =
        hosts.start(c -> c.withDeadlines(c.deadlines().withStreamStall(open, closing)));
    host.handle(
        GIVE,
        stream -> {
          Giver accepted = new Giver(closes);
          giver.complete(accepted);
          return accepted;
        });
    return host;
  }

  private void assertReset(NettyHost victim) {
    NettyHost peer = hosts.start();
    Connection connection = Hosts.await(peer.connect(Hosts.addressOf(victim)));
    Withholder withholder = new Withholder();
    Hosts.await(connection.open(GIVE, withholder)).closeWrite();
    assertThat(Hosts.await(withholder.reset)).isEqualTo(ResetReason.REMOTE);
    assertThat(withholder.received.get()).isLessThan(GIVEN_BYTES);
    assertThat(Hosts.await(Hosts.await(giver).reset)).isEqualTo(ResetReason.TIMED_OUT);
    assertThat(peer.connectedPeers()).contains(victim.peerId());
  }

  @Test
  void whatNobodyTakesIsResetOnceOurDirectionIsClosed() {
    assertReset(victim(Duration.ofHours(1), Duration.ofMillis(400), true));
  }

  @Test
  void whatNobodyTakesIsResetLaterWhileOurDirectionIsOpen() {
    assertReset(victim(Duration.ofMillis(400), Duration.ofHours(1), false));
  }

  @Test
  void whoTakesAllIsServedToTheEnd() {
    NettyHost victim = victim(Duration.ofSeconds(5), Duration.ofSeconds(5), true);
    NettyHost peer = hosts.start();
    Connection connection = Hosts.await(peer.connect(Hosts.addressOf(victim)));
    RecordingListener taker = new RecordingListener();
    Hosts.await(connection.open(GIVE, taker)).closeWrite();
    Hosts.await(taker.remoteClosed);
    await().until(() -> taker.received.get() == GIVEN_BYTES);
  }
}
