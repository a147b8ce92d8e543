package io.surgemesh.host;

import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.MeshException.StreamBroken;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.machine.Loop;
import io.surgemesh.machine.Timer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Measures round trips: 32 bytes that the other side sends back.
 *
 * <p>The serving side takes at most {@value PingLimits#STREAMS_MAX} streams and, in the long run,
 * {@value PingLimits#PINGS_PER_SECOND} pings per second of one peer; it resets what is beyond.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/ping/ping.md">libp2p ping spec</a>
 */
public final class Ping {
  /** The protocol's name. */
  public static final ProtocolId PROTOCOL = new ProtocolId("/ipfs/ping/1.0.0");

  /** The size of a ping, in bytes. */
  public static final int PAYLOAD_BYTES = 32;

  private Ping() {}

  /** Answers pings of peers. */
  public static void serve(Host host) {
    PingLimits limits = new PingLimits();
    host.handle(PROTOCOL, stream -> new PingResponder(limits, stream));
  }

  /**
   * Pings a peer once, on a stream of its own, connecting first when need be.
   *
   * @param timeout for all of it
   * @return the round trip without connecting and agreeing the protocol, on the clock of the
   *     connection's loop; {@link MeshException} when there is no valid answer in time
   */
  public static CompletableFuture<Duration> ping(Host host, PeerId peer, Duration timeout) {
    Loop loop = host.loop();
    Pinger pinger = new Pinger(peer, new SplittableRandom(loop.nowNanos()));
    loop.execute(
        () -> {
          Timer timer = loop.arm(loop.nowNanos() + timeout.toNanos(), pinger::onTimeout);
          pinger.answered.whenComplete((rtt, failure) -> loop.execute(timer::cancel));
        });
    host.open(peer, PROTOCOL, pinger)
        .whenComplete(
            (stream, failure) -> {
              if (stream != null) {
                stream.connection().loop().execute(() -> pinger.onOpened(stream));
              } else if (failure != null) {
                pinger.fail(failure);
              }
            });
    return pinger.answered;
  }

  /** The asking side of one ping; confined to the connection's loop but for its future. */
  private static final class Pinger implements StreamListener {
    private final PeerId peer;
    private final CompletableFuture<Duration> answered = new CompletableFuture<>();
    private final byte[] payload = new byte[PAYLOAD_BYTES];
    private final byte[] echo = new byte[PAYLOAD_BYTES];
    private volatile @Nullable Stream stream;
    private int echoed;
    private long sentNanos;

    Pinger(PeerId peer, SplittableRandom random) {
      this.peer = peer;
      random.nextBytes(payload);
    }

    void onOpened(Stream opened) {
      stream = opened;
      if (answered.isDone()) {
        opened.reset();
        return;
      }
      sentNanos = opened.connection().loop().nowNanos();
      opened.write(ByteBuffer.wrap(payload.clone()));
    }

    @Override
    public void onData(Stream from, ByteBuffer data) {
      int bytes = data.remaining();
      if (bytes > PAYLOAD_BYTES - echoed) {
        misbehaved(from);
        return;
      }
      data.get(echo, echoed, bytes);
      echoed += bytes;
      from.consumed(bytes);
      if (echoed < PAYLOAD_BYTES) {
        return;
      }
      if (Arrays.equals(echo, payload)) {
        from.closeWrite();
        answered.complete(Duration.ofNanos(from.connection().loop().nowNanos() - sentNanos));
      } else {
        misbehaved(from);
      }
    }

    @Override
    public void onRemoteClose(Stream from) {
      from.closeWrite();
      fail(new StreamBroken(peer, ResetReason.REMOTE));
    }

    @Override
    public void onReset(Stream from, ResetReason reason) {
      fail(new StreamBroken(peer, reason));
    }

    void onTimeout() {
      fail(new StreamBroken(peer, ResetReason.TIMED_OUT));
      Stream opened = stream;
      if (opened != null) {
        opened.reset();
      }
    }

    private void misbehaved(Stream from) {
      fail(new StreamBroken(peer, ResetReason.MISBEHAVED));
      from.reset();
      from.connection().misbehaved(Rule.PING_ECHO, Rule.Reaction.RESET);
    }

    void fail(Throwable failure) {
      Throwable cause = failure.getCause();
      answered.completeExceptionally(
          failure instanceof CompletionException && cause != null ? cause : failure);
    }
  }
}
