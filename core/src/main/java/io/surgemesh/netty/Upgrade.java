package io.surgemesh.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.surgemesh.identity.MeshException.Unreachable.Reason;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.PublicKey;
import io.surgemesh.machine.Timer;
import io.surgemesh.session.CipherState;
import io.surgemesh.session.MultistreamNegotiation;
import io.surgemesh.session.NoiseHandshake;
import io.surgemesh.session.Yamux;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a socket an authenticated, multiplexed connection: multistream-select, Noise, then the
 * muxer, agreed inside Noise or by a second multistream-select.
 *
 * <p>One absolute deadline covers all of it. The dialer sends its first Noise message along with
 * the proposal, so its side is ready after one round trip more than TCP's.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/connections/README.md">libp2p
 *     connections spec, Upgrading Connections</a>
 */
final class Upgrade implements Phase {
  static final String NOISE = "/noise";

  private static final Logger LOG = LoggerFactory.getLogger(Upgrade.class);

  /** Told once how the upgrade ended. */
  interface Listener {
    /** The connection is ready; returns the phase that carries streams, null when it is refused. */
    @Nullable Phase onUpgraded(Upgraded upgraded);

    /** It failed, and the channel closes. */
    void onFailed(Reason reason);
  }

  /**
   * A secure channel with an agreed muxer.
   *
   * @param early plain bytes that came behind the muxer's agreement
   */
  record Upgraded(CipherState send, RecordReader reader, PublicKey remoteKey, ByteBuffer early) {}

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private enum Stage {
    SECURITY,
    NOISE,
    MUXER,
    OVER
  }

  private final Channel channel;
  private final NettyLoop loop;
  private final boolean dialer;
  private final NoiseHandshake noise;
  private final Listener listener;
  private final PhaseHandler handler;
  private final Timer deadline;
  private MultistreamNegotiation multistream;
  private Stage stage = Stage.SECURITY;
  private NoiseHandshake.@Nullable Established established;
  private @Nullable RecordReader reader;

  private Upgrade(
      Channel channel,
      NettyLoop loop,
      HostIdentity identity,
      boolean dialer,
      @Nullable PeerId expected,
      long deadlineNanos,
      Listener listener) {
    this.channel = channel;
    this.loop = loop;
    this.dialer = dialer;
    this.listener = listener;
    byte[] ephemeral = identity.freshKey();
    this.noise =
        dialer
            ? NoiseHandshake.initiator(identity.noise(), expected, ephemeral)
            : NoiseHandshake.responder(identity.noise(), ephemeral);
    this.multistream = negotiation(NOISE);
    this.handler = new PhaseHandler(channel, this);
    this.deadline = loop.arm(deadlineNanos, () -> fail(Reason.TIMED_OUT));
  }

  /**
   * Begins on a fresh channel, on its event loop.
   *
   * @param expected whom the peer must prove to be, null when anybody will do
   * @param deadlineNanos when to give up, on the loop's clock
   */
  static void begin(
      Channel channel,
      NettyLoop loop,
      HostIdentity identity,
      boolean dialer,
      @Nullable PeerId expected,
      long deadlineNanos,
      Listener listener) {
    Upgrade upgrade =
        new Upgrade(channel, loop, identity, dialer, expected, deadlineNanos, listener);
    channel.pipeline().addLast(upgrade.handler);
    upgrade.performMultistream();
    if (dialer) {
      upgrade.performNoise();
    }
    channel.flush();
  }

  private MultistreamNegotiation negotiation(String protocol) {
    return dialer
        ? MultistreamNegotiation.proposing(List.of(protocol))
        : MultistreamNegotiation.choosing(protocol::equals);
  }

  @Override
  public void onBytes(ByteBuf bytes) {
    switch (stage) {
      case SECURITY -> {
        ByteBuffer view = bytes.nioBuffer();
        multistream.onBytes(view, loop.nowNanos());
        bytes.skipBytes(bytes.readableBytes() - view.remaining());
        performMultistream();
        if (stage == Stage.NOISE) {
          onBytes(bytes);
        }
      }
      case NOISE -> {
        ByteBuffer view = bytes.nioBuffer();
        noise.onBytes(view, loop.nowNanos());
        bytes.skipBytes(bytes.readableBytes() - view.remaining());
        performNoise();
      }
      case MUXER -> readMuxerLines(bytes);
      case OVER -> bytes.skipBytes(bytes.readableBytes());
    }
  }

  @Override
  public void onReadComplete() {
    channel.flush();
  }

  @Override
  public void onWritabilityChanged() {
    // What a handshake sends always fits.
  }

  @Override
  public void onClosed() {
    fail(Reason.HANDSHAKE_FAILED);
  }

  private void performMultistream() {
    for (var output = multistream.poll(); output != null; output = multistream.poll()) {
      if (output instanceof MultistreamNegotiation.Send send) {
        sendLines(send.bytes());
      } else if (output instanceof MultistreamNegotiation.Agreed) {
        stage = stage == Stage.SECURITY ? Stage.NOISE : stage;
      } else {
        fail(Reason.HANDSHAKE_FAILED);
        return;
      }
    }
  }

  private void performNoise() {
    for (var output = noise.poll(); output != null; output = noise.poll()) {
      if (output instanceof NoiseHandshake.Send send) {
        channel.write(Unpooled.wrappedBuffer(send.bytes()));
      } else if (output instanceof NoiseHandshake.Verify verify) {
        verify(verify);
      } else if (output instanceof NoiseHandshake.Established done) {
        onEstablished(done);
      } else if (output instanceof NoiseHandshake.Failed failed) {
        fail(
            failed.reason() == NoiseHandshake.Reason.WRONG_PEER
                ? Reason.WRONG_PEER
                : Reason.HANDSHAKE_FAILED);
        return;
      }
    }
  }

  private void verify(NoiseHandshake.Verify verify) {
    handler.pause();
    loop.offload(
        () -> verify.key().verify(verify.message().toByteArray(), verify.signature().toByteArray()),
        (valid, failure) -> {
          noise.onVerified(Boolean.TRUE.equals(valid), loop.nowNanos());
          performNoise();
          channel.flush();
          handler.resume();
        });
  }

  private void onEstablished(NoiseHandshake.Established done) {
    if (stage == Stage.OVER) {
      return;
    }
    established = done;
    reader = new RecordReader(done.receive());
    if (done.muxer() != null) {
      succeed(NOTHING);
    } else {
      stage = Stage.MUXER;
      multistream = negotiation(Yamux.PROTOCOL);
      performMultistream();
    }
  }

  private void readMuxerLines(ByteBuf bytes) {
    RecordReader records = reader;
    if (records == null) {
      return;
    }
    for (byte[] plain = records.poll(bytes); plain != null; plain = records.poll(bytes)) {
      ByteBuffer view = ByteBuffer.wrap(plain);
      multistream.onBytes(view, loop.nowNanos());
      for (var output = multistream.poll(); output != null; output = multistream.poll()) {
        if (output instanceof MultistreamNegotiation.Send send) {
          sendLines(send.bytes());
        } else if (output instanceof MultistreamNegotiation.Agreed) {
          channel.flush();
          succeed(view);
          return;
        } else {
          fail(Reason.HANDSHAKE_FAILED);
          return;
        }
      }
    }
    if (records.isBroken()) {
      fail(Reason.HANDSHAKE_FAILED);
    }
  }

  private void sendLines(ByteBuffer lines) {
    NoiseHandshake.Established secure = established;
    if (secure == null) {
      channel.write(Unpooled.wrappedBuffer(lines));
      return;
    }
    byte[] plain = new byte[lines.remaining()];
    lines.get(plain);
    byte[] sealed = new byte[plain.length + CipherState.TAG_BYTES];
    int length = secure.send().encrypt(plain, 0, plain.length, sealed, 0);
    channel.write(
        Unpooled.wrappedBuffer(new byte[] {(byte) (length >>> 8), (byte) length}, sealed));
  }

  private void succeed(ByteBuffer early) {
    NoiseHandshake.Established secure = established;
    RecordReader records = reader;
    if (stage == Stage.OVER || secure == null || records == null) {
      return;
    }
    stage = Stage.OVER;
    deadline.cancel();
    Phase next =
        listener.onUpgraded(new Upgraded(secure.send(), records, secure.remoteKey(), early));
    if (next == null) {
      channel.close();
    } else {
      handler.become(next);
      if (early.hasRemaining()) {
        next.onBytes(Unpooled.EMPTY_BUFFER);
      }
    }
  }

  private void fail(Reason reason) {
    if (stage != Stage.OVER) {
      stage = Stage.OVER;
      deadline.cancel();
      LOG.debug("handshake with {} failed: {}", channel.remoteAddress(), reason);
      listener.onFailed(reason);
      channel.close();
    }
  }
}
