package io.surgemesh.simulator;

import io.surgemesh.host.ConnectionLimits;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One end of a connection: streams by id, and the link to the other end. */
final class SimulatedConnection implements ConnectionEnd {
  /** Streams in one direction at once; the opener's next one fails as if the peer had reset it. */
  static final int STREAMS_MAX = 1024;

  /**
   * A stream that the peer has not accepted yet.
   *
   * @param result of who waits for that; done already when nobody does
   */
  private record Opening(SimulatedStream stream, CompletableFuture<Stream> result, long dueNanos) {
    void fail(MeshException failure) {
      result.completeExceptionally(failure);
    }

    boolean isEager() {
      return result.isDone();
    }
  }

  private final VirtualLoop loop;
  private final SimulatedHost host;
  private final int remoteIndex;
  private final PeerId remotePeer;
  private final Multiaddr remoteAddress;
  private final boolean outbound;
  private @Nullable Link link;
  private boolean open = true;
  private int streamIdNext;

  // Opening and inbound streams are bounded by STREAMS_MAX each; agreed outbound ones are too, as
  // the peer takes no more of them. Oldest first.
  private @Nullable ArrayDeque<Opening> openings;
  private final StreamTable streams = new StreamTable();
  private @Nullable Timer openingTimer;
  private int inboundStreams;
  private final int begunSeconds;
  private long usedNanos;

  SimulatedConnection(
      SimulatedHost host, SimulatedHost remote, Multiaddr remoteAddress, boolean outbound) {
    this.loop = host.virtualLoop();
    this.host = host;
    this.remoteIndex = remote.index();
    this.remotePeer = remote.peerId();
    this.remoteAddress = remoteAddress;
    this.outbound = outbound;
    this.streamIdNext = outbound ? 1 : 2;
    this.begunSeconds = (int) TimeUnit.NANOSECONDS.toSeconds(loop().nowNanos());
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
    return loop;
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
    int id = streamIdNext;
    streamIdNext += 2;
    used();
    long dueNanos = loop().nowNanos() + host.network().config().timeouts().negotiation().toNanos();
    Opening opening =
        new Opening(
            new SimulatedStream(this, id, protocol).bind(listener),
            new CompletableFuture<>(),
            dueNanos);
    ArrayDeque<Opening> all = openings == null ? new ArrayDeque<>(2) : openings;
    if (!open || all.size() >= STREAMS_MAX) {
      ResetReason reason = open ? ResetReason.OVERFLOW : ResetReason.CONNECTION_CLOSED;
      loop().execute(() -> opening.fail(new StreamBroken(remotePeer, reason)));
      return opening.result;
    }
    openings = all;
    all.add(opening);
    send(Frame.open(opening.stream));
    if (eagerly) {
      streams.add(opening.stream);
      opening.result.complete(opening.stream);
    }
    if (openingTimer == null) {
      openingTimer = loop().arm(dueNanos, this::onOpeningsDue);
    }
    return opening.result;
  }

  @Override
  public void close() {
    if (open) {
      send(Frame.of(TraceKind.DISCONNECT, 0));
      onGone();
    }
  }

  @Override
  public void onGone() {
    if (!open) {
      return;
    }
    open = false;
    ArrayDeque<Opening> failed = openings;
    openings = null;
    stopOpeningTimer();
    List<SimulatedStream> broken = streams.all();
    broken.forEach(SimulatedStream::endSilently);
    if (!broken.isEmpty() || failed != null) {
      loop().execute(() -> tellGone(broken, failed));
    }
    host.onConnectionGone(this);
  }

  /** One event tells all who have or await a stream: a connection rarely ends with just one. */
  private void tellGone(List<SimulatedStream> broken, @Nullable ArrayDeque<Opening> failed) {
    broken.forEach(SimulatedStream::onConnectionGone);
    if (failed != null) {
      StreamBroken gone = new StreamBroken(remotePeer, ResetReason.CONNECTION_CLOSED);
      failed.forEach(opening -> opening.fail(gone));
    }
  }

  @Override
  public void crash() {
    if (open) {
      send(Frame.of(TraceKind.DISCONNECT, 0));
      open = false;
      streams.all().forEach(SimulatedStream::endSilently);
      openings = null;
    }
  }

  void send(Frame frame) {
    if (open) {
      Objects.requireNonNull(link, "connection without link").send(frame);
    }
  }

  void forget(SimulatedStream stream) {
    if (streams.remove(stream) && isInbound(stream.id())) {
      inboundStreams--;
    }
  }

  int windowBytes() {
    return host.network().config().windowBytes();
  }

  @Override
  public void used() {
    usedNanos = loop().nowNanos();
  }

  @Override
  public ConnectionLimits.Candidate candidate() {
    long begunNanos = TimeUnit.SECONDS.toNanos(begunSeconds);
    int opened = (streamIdNext - 1) / 2;
    return ConnectionLimits.Candidate.of(this, begunNanos, usedNanos, opened);
  }

  /** Returns whether messages cross this connection as bytes. */
  boolean encodesFrames() {
    return host.network().config().level() == Level.ENCODED_STREAMS;
  }

  /** One of a stream that is gone is ignored, as yamux does. */
  @Override
  public void receive(Frame frame) {
    switch (frame.kind()) {
      case OPEN -> onOpen(frame);
      case ACCEPT -> onAccept(frame.stream());
      case REFUSE -> onRefuse(frame.stream());
      case RESET -> onReset(frame.stream());
      case DISCONNECT -> onGone();
      case DATA, CREDIT, CLOSE_WRITE -> {
        SimulatedStream stream = frame.end == null ? streams.find(frame.stream()) : frame.end;
        if (stream != null && !stream.isDead()) {
          receive(frame, stream);
        }
      }
      default -> throw new AssertionError(frame.kind());
    }
  }

  private static void receive(Frame frame, SimulatedStream stream) {
    switch (frame.kind()) {
      case DATA -> frame.deliverTo(stream);
      case CREDIT -> stream.onCredit(frame.length());
      case CLOSE_WRITE -> stream.onRemoteClose();
      default -> throw new AssertionError(frame.kind());
    }
  }

  private void onOpen(Frame frame) {
    int id = frame.stream();
    ProtocolId protocol = frame.protocol();
    StreamAcceptor acceptor = host.acceptor(protocol);
    if (acceptor == null) {
      send(Frame.of(TraceKind.REFUSE, id));
    } else if (inboundStreams >= STREAMS_MAX) {
      send(Frame.of(TraceKind.RESET, id));
    } else {
      SimulatedStream stream = new SimulatedStream(this, id, protocol);
      stream.join(frame.end);
      streams.add(stream);
      inboundStreams++;
      used();
      send(Frame.of(TraceKind.ACCEPT, id));
      stream.bind(acceptor.accept(stream));
    }
  }

  private void onAccept(int id) {
    Opening opening = removeOpening(id);
    if (opening != null && !opening.isEager()) {
      streams.add(opening.stream);
      opening.result.complete(opening.stream);
    }
  }

  private void onRefuse(int id) {
    Opening opening = removeOpening(id);
    if (opening != null && opening.isEager()) {
      opening.stream.onRefused(ResetReason.NOT_SUPPORTED);
    } else if (opening != null) {
      opening.fail(
          new MeshException.ProtocolNotSupported(remotePeer, opening.stream.protocol().value()));
    }
  }

  private void onReset(int id) {
    SimulatedStream stream = streams.find(id);
    Opening opening = removeOpening(id);
    if (stream != null) {
      stream.onRemoteReset();
    } else if (opening != null) {
      opening.fail(new StreamBroken(remotePeer, ResetReason.REMOTE));
    }
  }

  private @Nullable Opening removeOpening(int id) {
    ArrayDeque<Opening> all = openings;
    if (all == null) {
      return null;
    }
    // Peers answer in order, so it is nearly always the first.
    for (Opening opening : all) {
      if (opening.stream.id() == id) {
        all.remove(opening);
        if (all.isEmpty()) {
          openings = null;
        }
        return opening;
      }
    }
    return null;
  }

  /** Gives up what was opened too long ago. One timer serves all, and outlives most of them. */
  private void onOpeningsDue() {
    openingTimer = null;
    long nowNanos = loop().nowNanos();
    List<Opening> late = new ArrayList<>();
    ArrayDeque<Opening> all = openings;
    while (all != null && !all.isEmpty() && all.getFirst().dueNanos <= nowNanos) {
      late.add(all.removeFirst());
    }
    if (all != null && all.isEmpty()) {
      openings = null;
    } else if (all != null) {
      openingTimer = loop().arm(all.getFirst().dueNanos, this::onOpeningsDue);
    }
    for (Opening opening : late) {
      // An eager one may be over by now.
      if (!opening.isEager() || streams.find(opening.stream.id()) != null) {
        send(Frame.of(TraceKind.RESET, opening.stream.id()));
        if (opening.isEager()) {
          opening.stream.onRefused(ResetReason.TIMED_OUT);
        } else {
          opening.stream.endSilently();
        }
        opening.fail(new StreamBroken(remotePeer, ResetReason.TIMED_OUT));
      }
    }
  }

  private void stopOpeningTimer() {
    if (openingTimer != null) {
      openingTimer.cancel();
      openingTimer = null;
    }
  }

  /** Returns whether the peer opened this stream: the dialer's ids are odd, the other's even. */
  private boolean isInbound(int id) {
    return (id % 2 == 1) != outbound;
  }
}
