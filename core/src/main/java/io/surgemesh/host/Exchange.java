package io.surgemesh.host;

import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.machine.Loop;
import io.surgemesh.machine.Timer;
import io.surgemesh.multiformats.MalformedMessageException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One request and one response on a stream of its own, and the serving side of the same.
 *
 * <p>Request and response are single frames. The caller's end is closed once the response is there,
 * or the peer has agreed to the protocol if there is none to come: js-libp2p loses what reaches it
 * together with a close before it has agreed. A server answers any number of requests in sequence
 * on one stream, as libp2p's kad-dht allows; a stream on which none comes for a minute is reset, as
 * is one whose peer leaves {@value Stream#WRITE_QUEUE_BYTES_SOFT} bytes of answers unread.
 */
public final class Exchange {
  /** Answers one request of a peer. Called on the host's mesh loop. */
  @FunctionalInterface
  public interface Responder<T> {
    /**
     * Returns the response, null for a request that has none.
     *
     * @throws MalformedMessageException when the request is not valid; the stream is reset
     */
    @Nullable T respond(PeerId from, T request) throws MalformedMessageException;
  }

  /** How long a server waits for the next request on a stream, as go-libp2p's kad-dht does. */
  private static final long SERVER_IDLE_NANOS = Duration.ofMinutes(1).toNanos();

  /** In place of the longest response, that none is to come. */
  private static final int NO_RESPONSE = 0;

  private Exchange() {}

  /**
   * Sends {@code request} to {@code peer} and waits for one frame; call on the host's mesh loop.
   *
   * @param responseBytesMax longest response accepted
   * @param timeout from this call to the whole response, connecting included; then the stream is
   *     reset
   * @return completes on the mesh loop, with {@code MeshException} when it failed; cancelling it
   *     resets the stream
   */
  public static <T> CompletableFuture<T> call(
      Host host,
      PeerId peer,
      ProtocolId protocol,
      FrameCodec<T> codec,
      T request,
      int responseBytesMax,
      Duration timeout) {
    Caller<T> caller = new Caller<>(host.loop(), peer, protocol, codec, responseBytesMax);
    caller.start(host.openEagerly(peer, protocol, caller.channel), List.of(request), timeout);
    caller.response.handle((response, failure) -> caller.onDone());
    return caller.response;
  }

  /**
   * Sends one frame to {@code peer} and closes, expecting no response.
   *
   * @param timeout from this call to the frame queued, connecting included
   * @return completes on the mesh loop once the frame is queued on an open stream, with {@code
   *     MeshException} when none could be had
   */
  public static <T> CompletableFuture<Void> tell(
      Host host,
      PeerId peer,
      ProtocolId protocol,
      FrameCodec<T> codec,
      T request,
      Duration timeout) {
    return tellAll(host, peer, protocol, codec, List.of(request), timeout);
  }

  /**
   * Sends some frames to {@code peer} on one stream, as {@link #tell} sends one.
   *
   * @param requests at least one; together at most {@value Stream#WRITE_QUEUE_BYTES_SOFT} bytes
   */
  public static <T> CompletableFuture<Void> tellAll(
      Host host,
      PeerId peer,
      ProtocolId protocol,
      FrameCodec<T> codec,
      List<T> requests,
      Duration timeout) {
    Caller<T> caller = new Caller<>(host.loop(), peer, protocol, codec, NO_RESPONSE);
    caller.start(host.open(peer, protocol, caller.channel), requests, timeout);
    return caller.sent;
  }

  /**
   * Serves {@code protocol} on {@code host}: each inbound frame is answered in order.
   *
   * @param requestBytesMax longest request accepted, in bytes; a longer one resets its stream
   */
  public static <T> void serve(
      Host host,
      ProtocolId protocol,
      FrameCodec<T> codec,
      int requestBytesMax,
      Responder<T> responder) {
    host.handle(
        protocol,
        stream -> {
          Server<T> server = new Server<>(host.loop(), responder);
          FrameChannel<T> channel =
              new FrameChannel<>(host.loop(), codec, requestBytesMax, server).bind(stream);
          server.await(channel);
          return channel;
        });
  }

  private static final class Server<T> implements FrameListener<T> {
    private final Loop loop;
    private final Responder<T> responder;
    private @Nullable Timer idle;
    private long heardNanos;

    Server(Loop loop, Responder<T> responder) {
      this.loop = loop;
      this.responder = responder;
    }

    /** Gives the peer some time for its next request; called on whichever loop accepts. */
    void await(FrameChannel<T> channel) {
      loop.dispatch(() -> begin(channel));
    }

    private void begin(FrameChannel<T> channel) {
      heardNanos = loop.nowNanos();
      arm(channel);
    }

    private void arm(FrameChannel<T> channel) {
      idle = loop.arm(heardNanos + SERVER_IDLE_NANOS, () -> onIdle(channel));
    }

    /** A request only leaves its time: most streams end long before their timer is due. */
    private void onIdle(FrameChannel<T> channel) {
      if (loop.nowNanos() - heardNanos < SERVER_IDLE_NANOS) {
        arm(channel);
      } else {
        channel.reset();
      }
    }

    private void cancel() {
      if (idle != null) {
        idle.cancel();
        idle = null;
      }
    }

    @Override
    public void onFrame(FrameChannel<T> channel, T message) {
      heardNanos = loop.nowNanos();
      try {
        T response = responder.respond(channel.remotePeer(), message);
        if (response != null) {
          channel.send(response);
        }
        if (!channel.isWritable()) {
          // A peer that asks without reading the answers would have us keep megabytes for it.
          cancel();
          channel.reset();
        }
      } catch (MalformedMessageException malformed) {
        cancel();
        channel.reset();
      }
    }

    @Override
    public void onRemoteClose(FrameChannel<T> channel) {
      cancel();
      channel.closeWrite();
    }

    @Override
    public void onReset(FrameChannel<T> channel, ResetReason reason) {
      cancel();
    }
  }

  private static final class Caller<T> implements FrameListener<T> {
    private final Loop loop;
    private final PeerId peer;
    private final ProtocolId protocol;
    private final int responseBytesMax;
    private final FrameChannel<T> channel;
    private final CompletableFuture<T> response = new CompletableFuture<>();
    private final CompletableFuture<Void> sent = new CompletableFuture<>();
    private @Nullable Timer timer;

    Caller(Loop loop, PeerId peer, ProtocolId protocol, FrameCodec<T> codec, int responseBytesMax) {
      this.loop = loop;
      this.peer = peer;
      this.protocol = protocol;
      this.responseBytesMax = responseBytesMax;
      this.channel = new FrameChannel<>(loop, codec, responseBytesMax, this);
    }

    void start(CompletableFuture<Stream> opening, List<T> requests, Duration timeout) {
      timer = loop.arm(loop.nowNanos() + timeout.toNanos(), this::onTimeout);
      // Unlike whenComplete, no failure is made anew, with its stack, for a future nobody has.
      opening.handle(
          (stream, failure) -> {
            loop.dispatch(() -> onOpened(stream, failure, requests));
            return null;
          });
    }

    private void onOpened(@Nullable Stream stream, @Nullable Throwable failure, List<T> requests) {
      if (stream == null) {
        fail(failure == null ? broken(ResetReason.CONNECTION_CLOSED) : failure);
        return;
      }
      channel.bind(stream);
      if (response.isDone()) {
        channel.reset();
        return;
      }
      requests.forEach(channel::send);
      if (responseBytesMax == NO_RESPONSE) {
        channel.closeWrite();
      }
      sent.complete(null);
    }

    @Override
    public void onFrame(FrameChannel<T> from, T message) {
      cancelTimer();
      from.closeWrite();
      response.complete(message);
    }

    @Override
    public void onRemoteClose(FrameChannel<T> from) {
      // Nearly always the end of an answered call, for which no failure need be made.
      if (!response.isDone()) {
        fail(broken(ResetReason.REMOTE));
      }
    }

    @Override
    public void onReset(FrameChannel<T> from, ResetReason reason) {
      fail(broken(reason));
    }

    private @Nullable Void onDone() {
      if (response.isCancelled()) {
        loop.execute(this::cancelTimer);
        channel.reset();
      }
      return null;
    }

    private void onTimeout() {
      channel.reset();
      fail(broken(ResetReason.TIMED_OUT));
    }

    private void fail(Throwable failure) {
      cancelTimer();
      Throwable cause =
          failure instanceof java.util.concurrent.CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure;
      response.completeExceptionally(cause);
      sent.completeExceptionally(cause);
    }

    private MeshException broken(ResetReason reason) {
      if (reason == ResetReason.NOT_SUPPORTED) {
        return new MeshException.ProtocolNotSupported(peer, protocol.value());
      }
      return new MeshException.StreamBroken(peer, reason);
    }

    private void cancelTimer() {
      if (timer != null) {
        timer.cancel();
        timer = null;
      }
    }
  }
}
