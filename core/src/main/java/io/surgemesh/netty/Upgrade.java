package io.surgemesh.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.surgemesh.identity.MeshException.Unreachable.Reason;
import io.surgemesh.machine.Machine;
import io.surgemesh.machine.MachineDriver;
import io.surgemesh.session.ConnectionUpgrade;
import io.surgemesh.session.HandshakeFault;
import io.surgemesh.session.Security;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drives a {@link ConnectionUpgrade} over a fresh socket. */
final class Upgrade implements Phase {
  private static final Logger LOG = LoggerFactory.getLogger(Upgrade.class);

  /** Told once how the upgrade ended. */
  interface Listener {
    /** The connection is ready; returns the phase that carries streams, null when it is refused. */
    @Nullable Phase onReady(ConnectionUpgrade.Ready ready);

    /** It failed, and the channel closes. */
    void onFailed(Reason reason, HandshakeFault fault);
  }

  private final Channel channel;
  private final NettyLoop loop;
  private final Listener listener;
  private final PhaseHandler handler;
  private final MachineDriver<ConnectionUpgrade, ConnectionUpgrade.Output> driver;
  private final HostIdentity identity;
  private final boolean dialer;
  private @Nullable TlsHandshake tls;
  private boolean over;

  private Upgrade(
      FreshSocket socket, HostIdentity identity, ConnectionUpgrade machine, Listener listener) {
    this.channel = socket.channel();
    this.loop = socket.loop();
    this.identity = identity;
    this.dialer = socket.outbound();
    this.listener = listener;
    this.handler = new PhaseHandler(channel, this);
    this.driver = new MachineDriver<>(loop, machine, this::perform, this::onBug);
  }

  /**
   * Begins on a fresh channel, on its event loop.
   *
   * @param deadlineNanos when to give up, on the loop's clock
   */
  static void begin(
      FreshSocket socket, HostIdentity identity, long deadlineNanos, Listener listener) {
    byte[] ephemeral = identity.freshKey();
    List<Security> securities = socket.securities();
    ConnectionUpgrade machine =
        socket.outbound()
            ? ConnectionUpgrade.dialing(
                identity.noise(), securities.get(0), socket.expected(), ephemeral, deadlineNanos)
            : ConnectionUpgrade.accepting(identity.noise(), securities, ephemeral, deadlineNanos);
    Upgrade upgrade = new Upgrade(socket, identity, machine, listener);
    Channel channel = socket.channel();
    channel.pipeline().addLast(upgrade.handler);
    // Nothing has timed out yet: sends the first flight and arms the timer.
    upgrade.driver.input(Machine::onTimeout);
    channel.flush();
  }

  @Override
  public void onBytes(ByteBuf bytes) {
    ByteBuffer view = bytes.nioBuffer();
    driver.input((machine, nowNanos) -> machine.onBytes(view, nowNanos));
    TlsHandshake handshake = tls;
    if (handshake != null && !over && view.hasRemaining()) {
      handshake.onBytes(view);
    }
    bytes.skipBytes(bytes.readableBytes() - view.remaining());
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
    driver.input(ConnectionUpgrade::onClosed);
  }

  private void perform(ConnectionUpgrade.Output output) {
    if (output instanceof ConnectionUpgrade.Send send) {
      channel.write(Unpooled.wrappedBuffer(send.bytes()));
    } else if (output instanceof ConnectionUpgrade.Verify verify) {
      verify(verify);
    } else if (output instanceof ConnectionUpgrade.StartTls) {
      startTls();
    } else if (output instanceof ConnectionUpgrade.Ready ready) {
      channel.flush();
      onReady(ready);
    } else if (output instanceof ConnectionUpgrade.Failed failed) {
      fail(failed.reason(), failed.fault());
    }
  }

  private void verify(ConnectionUpgrade.Verify verify) {
    handler.pause();
    if (identity.proofs().contains(verify)) {
      loop.execute(() -> onVerified(true));
    } else {
      loop.offload(() -> checked(verify), this::onChecked);
    }
  }

  /** Runs on a worker. */
  private boolean checked(ConnectionUpgrade.Verify verify) throws ClosedChannelException {
    if (!channel.isActive()) {
      // Whoever has left while its turn had not come costs no arithmetic.
      throw new ClosedChannelException();
    }
    return identity.proofs().check(verify);
  }

  private void onChecked(@Nullable Boolean valid, @Nullable Throwable failure) {
    if (failure instanceof RejectedExecutionException) {
      driver.input(ConnectionUpgrade::onBusy);
      handler.resume();
    } else if (failure instanceof ClosedChannelException) {
      // The loop may not have heard of it yet.
      onClosed();
    } else {
      onVerified(Boolean.TRUE.equals(valid));
    }
  }

  private void onVerified(boolean valid) {
    driver.input((machine, nowNanos) -> machine.onVerified(valid, nowNanos));
    channel.flush();
    handler.resume();
  }

  private void startTls() {
    tls = new TlsHandshake(channel, loop, identity.tls(), dialer, new Secured());
    tls.begin();
  }

  private void onReady(ConnectionUpgrade.Ready ready) {
    over = true;
    Phase next = listener.onReady(ready);
    if (next == null) {
      channel.close();
    } else {
      handler.become(next);
      // The reader may hold records already.
      next.onBytes(Unpooled.EMPTY_BUFFER);
      next.onReadComplete();
    }
  }

  private void fail(Reason reason, HandshakeFault fault) {
    if (!over) {
      over = true;
      LOG.debug("handshake with {} failed: {}", channel.remoteAddress(), reason);
      listener.onFailed(reason, fault);
    }
    // What the peer was told last, such as a refusal, tells it why.
    channel.flush();
    channel.close();
  }

  private void onBug(RuntimeException bug) {
    LOG.error("bug in the handshake with {}, closed", channel.remoteAddress(), bug);
    fail(Reason.HANDSHAKE_FAILED, HandshakeFault.NONE);
  }

  /** Passes on how TLS ended; what it has read already comes out of its records. */
  private final class Secured implements TlsHandshake.Listener {
    @Override
    public void onSecured(TlsRecords records, TlsAgreement agreement) {
      driver.input(
          (machine, nowNanos) ->
              machine.onSecured(
                  records, records, agreement.remoteKey(), agreement.muxer(), nowNanos));
    }

    @Override
    public void onInsecure(HandshakeFault fault) {
      driver.input((machine, nowNanos) -> machine.onInsecure(fault, nowNanos));
    }

    @Override
    public void onBusy() {
      driver.input(ConnectionUpgrade::onBusy);
    }

    @Override
    public void onPaused() {
      handler.pause();
    }

    @Override
    public void onResumed() {
      handler.resume();
    }
  }
}
