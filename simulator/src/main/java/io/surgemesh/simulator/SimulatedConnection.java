package io.surgemesh.simulator;

import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamAcceptor;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.MeshException.StreamBroken;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.machine.Timer;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One end of a connection: streams by id, and the link to the other end. */
final class SimulatedConnection implements ConnectionEnd {
  /** Streams in one direction at once; the opener's next one fails as if the peer had reset it. */
  static final int STREAMS_MAX = 1024;

  private static final class Opening {
    private final SimulatedStream stream;
    private final CompletableFuture<Stream> result = new CompletableFuture<>();
    private @Nullable Timer timer;

    Opening(SimulatedStream stream) {
      this.stream = stream;
    }

    void fail(MeshException failure) {
      stopTimer();
      result.completeExceptionally(failure);
    }

    void stopTimer() {
      if (timer != null) {
        timer.cancel();
        timer = null;
      }
    }
  }

  private final SimulatedNetwork network;
  private final SimulatedHost host;
  private final int remoteIndex;
  private final PeerId remotePeer;
  private final Multiaddr remoteAddress;
  private final boolean outbound;
  private @Nullable Link link;
  private boolean open = true;
  private int streamIdNext;

  // Opening and inbound streams are bounded by STREAMS_MAX each; agreed outbound ones are too, as
  // the peer takes no more of them.
  private final Map<Integer, Opening> openings = new LinkedHashMap<>();
  private final Map<Integer, SimulatedStream> streams = new LinkedHashMap<>();
  private int inboundStreams;

  SimulatedConnection(
      SimulatedHost host, SimulatedHost remote, Multiaddr remoteAddress, boolean outbound) {
    this.network = host.network();
    this.host = host;
    this.remoteIndex = remote.index();
    this.remotePeer = remote.peerId();
    this.remoteAddress = remoteAddress;
    this.outbound = outbound;
    this.streamIdNext = outbound ? 1 : 2;
  }

  @Override
  public void bind(Link out) {
    link = out;
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
    return remotePeer;
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
  public CompletableFuture<Stream> open(ProtocolId protocol, StreamListener listener) {
    int id = streamIdNext;
    streamIdNext += 2;
    Opening opening = new Opening(newStream(id, protocol).bind(listener));
    if (!open || openings.size() >= STREAMS_MAX) {
      ResetReason reason = open ? ResetReason.OVERFLOW : ResetReason.CONNECTION_CLOSED;
      loop().execute(() -> opening.fail(new StreamBroken(remotePeer, reason)));
      return opening.result;
    }
    openings.put(id, opening);
    send(new Frame.Open(id, protocol));
    opening.timer =
        loop()
            .arm(
                loop().nowNanos() + network.config().negotiationTimeout().toNanos(),
                () -> onNegotiationTimeout(id));
    return opening.result;
  }

  @Override
  public void close() {
    if (open) {
      send(new Frame.Disconnect());
      onGone();
    }
  }

  @Override
  public void onGone() {
    if (!open) {
      return;
    }
    open = false;
    List<SimulatedStream> broken = new ArrayList<>(streams.values());
    List<Opening> failed = new ArrayList<>(openings.values());
    openings.clear();
    broken.forEach(SimulatedStream::onConnectionGone);
    loop()
        .execute(
            () ->
                failed.forEach(
                    opening ->
                        opening.fail(new StreamBroken(remotePeer, ResetReason.CONNECTION_CLOSED))));
    host.onConnectionGone(this);
  }

  @Override
  public void crash() {
    if (open) {
      send(new Frame.Disconnect());
      open = false;
      new ArrayList<>(streams.values()).forEach(SimulatedStream::crash);
      openings.clear();
    }
  }

  void send(Frame frame) {
    if (open) {
      Objects.requireNonNull(link, "connection without link").send(frame);
    }
  }

  void forget(SimulatedStream stream) {
    if (streams.remove(stream.id()) != null && isInbound(stream.id())) {
      inboundStreams--;
    }
  }

  /** One of a stream that is gone is ignored, as yamux does. */
  @Override
  public void receive(Frame frame) {
    if (frame instanceof Frame.Data data) {
      SimulatedStream stream = streams.get(data.stream());
      if (stream != null) {
        stream.onData(data.bytes());
      }
    } else if (frame instanceof Frame.Credit credit) {
      SimulatedStream stream = streams.get(credit.stream());
      if (stream != null) {
        stream.onCredit(credit.bytes());
      }
    } else if (frame instanceof Frame.Open first) {
      onOpen(first);
    } else if (frame instanceof Frame.Accept accept) {
      onAccept(accept.stream());
    } else if (frame instanceof Frame.CloseWrite end) {
      SimulatedStream stream = streams.get(end.stream());
      if (stream != null) {
        stream.onRemoteClose();
      }
    } else if (frame instanceof Frame.Reset reset) {
      onReset(reset.stream());
    } else if (frame instanceof Frame.Refuse refuse) {
      onRefuse(refuse.stream());
    } else if (frame instanceof Frame.Disconnect) {
      onGone();
    } else {
      throw new AssertionError(frame);
    }
  }

  private void onOpen(Frame.Open first) {
    StreamAcceptor acceptor = host.acceptor(first.protocol());
    if (acceptor == null) {
      send(new Frame.Refuse(first.stream()));
    } else if (inboundStreams >= STREAMS_MAX) {
      send(new Frame.Reset(first.stream()));
    } else {
      SimulatedStream stream = newStream(first.stream(), first.protocol());
      streams.put(stream.id(), stream);
      inboundStreams++;
      send(new Frame.Accept(stream.id()));
      stream.bind(acceptor.accept(stream));
    }
  }

  private void onAccept(int id) {
    Opening opening = openings.remove(id);
    if (opening != null) {
      opening.stopTimer();
      streams.put(id, opening.stream);
      opening.result.complete(opening.stream);
    }
  }

  private void onRefuse(int id) {
    Opening opening = openings.remove(id);
    if (opening != null) {
      opening.fail(
          new MeshException.ProtocolNotSupported(remotePeer, opening.stream.protocol().value()));
    }
  }

  private void onReset(int id) {
    SimulatedStream stream = streams.get(id);
    Opening opening = openings.remove(id);
    if (stream != null) {
      stream.onRemoteReset();
    } else if (opening != null) {
      opening.fail(new StreamBroken(remotePeer, ResetReason.REMOTE));
    }
  }

  private void onNegotiationTimeout(int id) {
    Opening opening = openings.remove(id);
    if (opening != null) {
      send(new Frame.Reset(id));
      opening.fail(new StreamBroken(remotePeer, ResetReason.TIMED_OUT));
    }
  }

  private SimulatedStream newStream(int id, ProtocolId protocol) {
    return new SimulatedStream(this, id, protocol, network.config().windowBytes());
  }

  /** Returns whether the peer opened this stream: the dialer's ids are odd, the other's even. */
  private boolean isInbound(int id) {
    return (id % 2 == 1) != outbound;
  }
}
