package io.surgemesh.gossip;

import io.surgemesh.host.FrameChannel;
import io.surgemesh.host.FrameListener;
import io.surgemesh.host.Host;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.machine.Timer;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Our stream to one peer, with what waits to be sent on it. Confined to the mesh loop.
 *
 * <p>A peer that does not speak the protocol is asked again when identify says that it does; a
 * stream that breaks is opened again, {@value #ATTEMPTS_MAX} times at growing intervals.
 */
final class PeerLink implements FrameListener<Rpc> {
  /** Told how the link fares, on the mesh loop. */
  interface Owner {
    /** The stream is open; again, when it was before. */
    void onOpen(PeerId peer, boolean outboundConnection, boolean again);

    /** The stream broke and is given up. */
    void onGivenUp(PeerId peer);
  }

  static final int ATTEMPTS_MAX = 5;
  private static final long RETRY_NANOS = 1_000_000_000L;

  /** A stream that stood this long owes nothing to the attempts before it. */
  private static final long STEADY_NANOS = 60_000_000_000L;

  private final Host host;
  private final ProtocolId protocol;
  private final PeerId peer;
  private final Owner owner;
  private final RpcCodec codec;
  private @Nullable SendQueue queue;
  private @Nullable FrameChannel<Rpc> channel;
  private @Nullable FrameChannel<Rpc> inbound;
  private @Nullable Timer retry;
  private boolean opening;
  private boolean refused;
  private boolean wasOpen;
  private boolean closed;
  private int attempts;
  private long openedNanos;

  PeerLink(Host host, ProtocolId protocol, PeerId peer, RpcCodec codec, Owner owner) {
    this.host = host;
    this.protocol = protocol;
    this.peer = peer;
    this.owner = owner;
    this.codec = codec;
  }

  /** Opens the stream unless it is open, on its way, given up or refused. */
  void open() {
    if (closed || opening || refused || channel != null || attempts >= ATTEMPTS_MAX) {
      return;
    }
    opening = true;
    attempts++;
    FrameChannel<Rpc> fresh =
        new FrameChannel<>(host.loop(), codec, codec.limits().rpcBytesMax(), this);
    host.open(peer, protocol, fresh)
        .whenComplete(
            (stream, failure) -> host.loop().dispatch(() -> onOpened(fresh, stream, failure)));
  }

  /** Identify has said that the peer speaks the protocol: what was refused may work now. */
  void openAnew() {
    refused = false;
    open();
  }

  private void onOpened(
      FrameChannel<Rpc> fresh, @Nullable Stream stream, @Nullable Throwable failure) {
    opening = false;
    if (stream == null) {
      onFailed(failure);
      return;
    }
    fresh.bind(stream);
    if (closed) {
      fresh.reset();
      return;
    }
    channel = fresh;
    openedNanos = host.loop().nowNanos();
    boolean again = wasOpen;
    wasOpen = true;
    owner.onOpen(peer, stream.connection().isOutbound(), again);
    flush();
  }

  private void onFailed(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof MeshException.ProtocolNotSupported) {
      refused = true;
      giveUp();
    } else {
      retryLater();
    }
  }

  private void onBroken(FrameChannel<Rpc> broken) {
    if (channel == broken) {
      channel = null;
      if (host.loop().nowNanos() - openedNanos >= STEADY_NANOS) {
        attempts = 1;
      }
      retryLater();
    }
  }

  private void retryLater() {
    if (closed || attempts >= ATTEMPTS_MAX) {
      giveUp();
      return;
    }
    cancelRetry();
    long waitNanos = RETRY_NANOS << (attempts - 1);
    retry = host.loop().arm(host.loop().nowNanos() + waitNanos, this::open);
  }

  private void giveUp() {
    queue = null;
    if (!closed) {
      owner.onGivenUp(peer);
    }
  }

  /** Sends an RPC, or queues it; what cannot be sent for long is dropped by its kind. */
  void send(SendQueue.Kind kind, Rpc rpc) {
    if (closed || refused) {
      return;
    }
    FrameChannel<Rpc> open = channel;
    if (queue == null && open != null && open.isWritable()) {
      open.send(rpc);
      return;
    }
    GossipLimits limits = codec.limits();
    SendQueue waiting =
        queue == null ? new SendQueue(limits.queueFramesMax(), limits.queueBytesMax()) : queue;
    queue = waiting;
    if (waiting.add(kind, rpc, codec.encodedBytes(rpc))) {
      flush();
      return;
    }
    queue = null;
    if (open != null) {
      open.reset();
      onBroken(open);
    }
  }

  private void flush() {
    FrameChannel<Rpc> open = channel;
    SendQueue waiting = queue;
    while (waiting != null && open != null && open.isWritable()) {
      Rpc rpc = waiting.poll();
      if (rpc == null) {
        // Most links have nothing waiting, so they hold no queue.
        queue = null;
        return;
      }
      open.send(rpc);
    }
  }

  /** The peer is gone. */
  void close() {
    closed = true;
    cancelRetry();
    queue = null;
    FrameChannel<Rpc> open = channel;
    channel = null;
    if (open != null) {
      // What was sent still goes out, such as the withdrawal of an offer.
      open.closeWrite();
    }
  }

  private void cancelRetry() {
    Timer armed = retry;
    retry = null;
    if (armed != null) {
      armed.cancel();
    }
  }

  /** Returns the stream on which the peer speaks to us; null when there is none. */
  @Nullable FrameChannel<Rpc> inbound() {
    return inbound;
  }

  /** Sets the stream on which the peer speaks to us. */
  void setInbound(@Nullable FrameChannel<Rpc> other) {
    inbound = other;
  }

  @Override
  public void onFrame(FrameChannel<Rpc> from, Rpc rpc) {
    // Peers answer on a stream of their own.
  }

  @Override
  public void onRemoteClose(FrameChannel<Rpc> from) {
    // Some close the direction that they do not use; ours goes on.
  }

  @Override
  public void onWritable(FrameChannel<Rpc> from) {
    flush();
  }

  @Override
  public void onReset(FrameChannel<Rpc> from, ResetReason reason) {
    onBroken(from);
  }
}
