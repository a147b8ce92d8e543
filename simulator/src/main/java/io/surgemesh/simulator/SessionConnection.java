package io.surgemesh.simulator;

import io.surgemesh.host.ConnectionLimits;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.MeshException.StreamBroken;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.ConnectionUpgrade;
import io.surgemesh.session.Security;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection at byte level: a byte pipe, and over it the machines that run over
 * sockets too, first those of the handshake, then yamux.
 */
final class SessionConnection implements ConnectionEnd, SessionUpgrade.Listener {
  /** Told once what came of a dial, on the dialer's loop. */
  interface DialListener {
    void onReady(SessionConnection connection);

    void onFailed(Unreachable.Reason reason);
  }

  private static final int EPHEMERAL_KEY_BYTES = 32;

  // Apart from the numbers of frames, with which the link draws from the same seed.
  private static final long CUTS = -1;
  private static final long EPHEMERAL_KEY = -2;

  private final SimulatedHost host;
  private final int remoteIndex;
  private final Multiaddr remoteAddress;
  private final boolean outbound;
  private final long seed;
  private @Nullable BytePipe pipe;
  private @Nullable DialListener dial;
  private @Nullable SessionUpgrade upgrade;
  private @Nullable SessionMux mux;
  private @Nullable PeerId remotePeer;
  // What the handshake has left; bounded by the pipe.
  private @Nullable ByteBuffer held;
  private boolean open = true;
  private final long begunNanos;
  private long usedNanos;
  private int opened;

  /**
   * Creates an end that does nothing before {@link #dial} or {@link #accept}.
   *
   * @param seed decides the cuts of what this end sends, and its ephemeral key
   */
  SessionConnection(
      SimulatedHost host, int remoteIndex, Multiaddr remoteAddress, boolean outbound, long seed) {
    this.host = host;
    this.remoteIndex = remoteIndex;
    this.remoteAddress = remoteAddress;
    this.outbound = outbound;
    this.seed = seed;
    this.begunNanos = loop().nowNanos();
  }

  @Override
  public void bind(Link out) {
    pipe = new BytePipe(out, Mix.mix(seed, CUTS));
  }

  /**
   * Begins the handshake as the dialer, on its loop.
   *
   * @param expected whom the peer must prove to be; null for anyone
   */
  void dial(@Nullable PeerId expected, DialListener listener) {
    if (open) {
      dial = listener;
      begin(
          ConnectionUpgrade.dialing(
              host.noise(), Security.NOISE, expected, ephemeralKey(), deadlineNanos()));
    } else {
      listener.onFailed(Unreachable.Reason.CONNECT_FAILED);
    }
  }

  /** Begins the handshake as the side that was dialled, on its loop. */
  void accept() {
    if (open) {
      begin(
          ConnectionUpgrade.accepting(
              host.noise(), List.of(Security.NOISE), ephemeralKey(), deadlineNanos()));
    }
  }

  private void begin(ConnectionUpgrade machine) {
    upgrade = new SessionUpgrade(loop(), pipe(), machine, this);
    upgrade.begin();
  }

  private byte[] ephemeralKey() {
    byte[] key = new byte[EPHEMERAL_KEY_BYTES];
    new SplittableRandom(Mix.mix(seed, EPHEMERAL_KEY)).nextBytes(key);
    return key;
  }

  private long deadlineNanos() {
    return loop().nowNanos() + host.network().config().timeouts().dial().toNanos();
  }

  @Override
  public SimulatedHost host() {
    return host;
  }

  @Override
  public int remoteIndex() {
    return remoteIndex;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public PeerId remotePeer() {
    return Objects.requireNonNull(remotePeer, "peer of a connection that is not ready");
  }

  @Override
  public Multiaddr remoteAddress() {
    return remoteAddress;
  }

  @Override
  public boolean isOutbound() {
    return outbound;
  }

  @Override
  public VirtualLoop loop() {
    return host.virtualLoop();
  }

  @Override
  public void used() {
    usedNanos = loop().nowNanos();
  }

  @Override
  public ConnectionLimits.Candidate candidate() {
    return ConnectionLimits.Candidate.of(this, begunNanos, usedNanos, opened);
  }

  @Override
  public CompletableFuture<Stream> open(ProtocolId protocol, StreamListener listener) {
    return open(protocol, listener, false);
  }

  @Override
  public CompletableFuture<Stream> openEagerly(ProtocolId protocol, StreamListener listener) {
    return open(protocol, listener, true);
  }

  private CompletableFuture<Stream> open(
      ProtocolId protocol, StreamListener listener, boolean eagerly) {
    used();
    opened++;
    CompletableFuture<Stream> opening = new CompletableFuture<>();
    SessionMux ready = mux;
    SessionStream stream = open && ready != null ? ready.open() : null;
    if (stream != null) {
      SessionNegotiation.propose(this, stream, protocol, listener, opening);
      if (eagerly) {
        stream.assume(protocol, listener);
        opening.complete(stream);
      }
      return opening;
    }
    MeshException failure =
        open
            ? new Unreachable(remotePeer, remoteAddress, Unreachable.Reason.LIMIT)
            : new StreamBroken(remotePeer(), ResetReason.CONNECTION_CLOSED);
    loop().execute(() -> opening.completeExceptionally(failure));
    return opening;
  }

  @Override
  public void receive(Frame frame) {
    if (frame.kind() == TraceKind.BYTES) {
      onSegment(ByteBuffer.wrap(frame.bytes()));
    } else if (frame.kind() == TraceKind.TAKEN) {
      pipe().onTaken(frame.length());
      if (mux != null) {
        mux.onTaken();
      }
    } else if (frame.kind() == TraceKind.DISCONNECT) {
      onGone();
    } else {
      throw new AssertionError(frame);
    }
  }

  private void onSegment(ByteBuffer segment) {
    ByteBuffer before = held;
    held = null;
    if (before == null) {
      take(segment);
    } else {
      int bytes = before.remaining() + segment.remaining();
      take(ByteBuffer.allocate(bytes).put(before).put(segment).flip());
    }
  }

  private void take(ByteBuffer bytes) {
    int arrived = bytes.remaining();
    if (mux == null && upgrade != null) {
      upgrade.onBytes(bytes);
    }
    if (mux != null) {
      mux.onBytes(bytes);
    }
    if (open) {
      pipe().take(arrived - bytes.remaining());
      held = bytes.hasRemaining() ? bytes : null;
    }
  }

  @Override
  public void onUpgraded(ConnectionUpgrade.Ready ready) {
    if (!open) {
      onUpgradeFailed(Unreachable.Reason.HANDSHAKE_FAILED);
      return;
    }
    remotePeer = ready.remoteKey().toPeerId();
    SessionMux carrying = new SessionMux(this, pipe(), host.network().wiring().byteLevel(), ready);
    mux = carrying;
    host.onReady(this);
    DialListener dialled = dial;
    dial = null;
    if (dialled != null) {
      dialled.onReady(this);
    }
    if (ready.early().hasRemaining()) {
      carrying.onEarly(ready.early());
    }
  }

  @Override
  public void onUpgradeFailed(Unreachable.Reason reason) {
    breakOff();
    DialListener dialled = dial;
    dial = null;
    if (dialled != null) {
      dialled.onFailed(reason);
    }
  }

  @Override
  public void onResumed() {
    ByteBuffer left = held;
    held = null;
    if (left != null && open) {
      take(left);
    }
  }

  @Override
  public void close() {
    if (open) {
      if (mux != null) {
        mux.sayFarewell();
      }
      breakOff();
    }
  }

  /** Closes without a farewell, after what is in the pipe. */
  void breakOff() {
    if (open) {
      pipe().close();
      onGone();
    }
  }

  @Override
  public void onGone() {
    if (!open) {
      return;
    }
    open = false;
    held = null;
    if (mux != null) {
      mux.close(SessionStream::onConnectionGone);
    } else if (upgrade != null) {
      // Whoever closes a connection is told in a later event.
      loop().execute(upgrade::onClosed);
    }
    host.onConnectionGone(this);
  }

  @Override
  public void crash() {
    if (open) {
      pipe().close();
      open = false;
      if (mux != null) {
        mux.close(SessionStream::crash);
      } else if (upgrade != null) {
        upgrade.stop();
      }
    }
  }

  private BytePipe pipe() {
    return Objects.requireNonNull(pipe, "connection without pipe");
  }
}
