package io.surgemesh.simulator;

import io.surgemesh.host.ConnectionLimits;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** One end of a connection at byte level whose owner sends and hears bare bytes. */
final class RawEnd implements ConnectionEnd {
  private final SimulatedHost host;
  private final int remoteIndex;
  private Consumer<byte[]> heard = bytes -> {};
  private Runnable closed = () -> {};
  private Link out;
  private boolean open = true;

  RawEnd(SimulatedHost host, int remoteIndex) {
    this.host = host;
    this.remoteIndex = remoteIndex;
  }

  /** Returns an end at {@code attacker}, connected to a fresh one at {@code victim}. */
  static RawEnd dialling(SimulatedHost attacker, SimulatedHost victim) {
    RawEnd raw = new RawEnd(attacker, victim.index());
    SessionConnection accepting =
        new SessionConnection(
            victim, attacker.index(), attacker.addresses().get(0), false, attacker.index());
    attacker.network().wiring().join(raw, accepting, attacker.network().time().nowNanos());
    victim.loop().execute(accepting::accept);
    return raw;
  }

  RawEnd onBytes(Consumer<byte[]> listener) {
    heard = listener;
    return this;
  }

  RawEnd onClosed(Runnable listener) {
    closed = listener;
    return this;
  }

  void send(byte[] bytes) {
    if (open && bytes.length > 0) {
      link().send(Frame.segment(bytes.clone()));
    }
  }

  /** Says that it has taken bytes which it may never have got. */
  void claim(int bytes) {
    if (open) {
      link().send(Frame.taken(bytes));
    }
  }

  private Link link() {
    return Objects.requireNonNull(out);
  }

  @Override
  public void bind(Link link) {
    out = link;
  }

  @Override
  public void receive(Frame frame) {
    if (frame.kind() == TraceKind.BYTES) {
      heard.accept(frame.bytes());
    } else if (frame.kind() == TraceKind.DISCONNECT) {
      onGone();
    }
  }

  @Override
  public void close() {
    if (open) {
      link().send(Frame.of(TraceKind.DISCONNECT, 0));
      onGone();
    }
  }

  @Override
  public void onGone() {
    open = false;
    closed.run();
  }

  @Override
  public void crash() {
    open = false;
  }

  @Override
  public boolean isOpen() {
    return open;
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
  public VirtualLoop loop() {
    return host.virtualLoop();
  }

  @Override
  public PeerId remotePeer() {
    throw new AssertionError("nobody was identified");
  }

  @Override
  public Multiaddr remoteAddress() {
    return host.network().host(remoteIndex).addresses().get(0);
  }

  @Override
  public boolean isOutbound() {
    return true;
  }

  @Override
  public CompletableFuture<Stream> open(ProtocolId protocol, StreamListener listener) {
    throw new AssertionError("no streams here");
  }

  @Override
  public CompletableFuture<Stream> openEagerly(ProtocolId protocol, StreamListener listener) {
    throw new AssertionError("no streams here");
  }

  @Override
  public void used() {
    // Nobody trims connections here.
  }

  @Override
  public ConnectionLimits.Candidate candidate() {
    return ConnectionLimits.Candidate.of(this, 0, 0, 0);
  }
}
