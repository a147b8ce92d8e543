package io.surgemesh.job;

import io.surgemesh.host.FrameChannel;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.FrameListener;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.identity.Signatures;
import io.surgemesh.market.Agreement;
import io.surgemesh.market.MeshName;
import io.surgemesh.market.SignedOffer;
import io.surgemesh.market.Task;
import io.surgemesh.market.Terms;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multihash;
import io.surgemesh.simulator.SimulatedHost;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A peer that speaks the job protocol by hand, rightly or wrongly. */
final class RawRequestor implements FrameListener<byte[]> {
  static final byte[] INPUT = {1, 2, 3, 4, 5};

  final JobMarket market;
  final SimulatedHost host;
  final JobMarket.Seller seller;
  final SignedOffer offer;
  final List<Control> heard = new ArrayList<>();
  final FrameChannel<byte[]> channel;
  boolean closed;
  private long sent;

  RawRequestor(JobMarket market, SimulatedHost host, JobMarket.Seller seller) {
    this.market = market;
    this.host = host;
    this.seller = seller;
    this.offer = market.offers.get(market.sellers.indexOf(seller));
    host.peerstore().addAddresses(seller.host().peerId(), seller.host().addresses());
    channel = new FrameChannel<>(host.loop(), FrameCodec.bytes(), 1 << 20, this);
    channel.bind(
        market.await(
            host.open(seller.host().peerId(), JobProtocols.control(MeshName.PUBLIC), channel)));
  }

  static Task task() {
    return Task.of(
        JobMarket.RUNTIME, Bytes.EMPTY, INPUT.length, Multihash.sha256(INPUT).digest(), true);
  }

  Terms terms() {
    return new Terms(
        JobMarket.PRICE,
        1000,
        1 << 20,
        1 << 20,
        1000,
        Duration.ofSeconds(60),
        Duration.ofSeconds(15),
        Duration.ofSeconds(5),
        io.surgemesh.market.Amount.of(1_000_000));
  }

  Agreement agreement(int nonce) {
    byte[] bytes = new byte[Agreement.NONCE_BYTES];
    bytes[0] = (byte) nonce;
    return Agreement.draft(
        MeshName.PUBLIC,
        host.peerId(),
        seller.host().peerId(),
        Bytes.of(bytes),
        offer.hash(),
        task().hash(),
        terms(),
        Duration.ofSeconds(5));
  }

  RawRequestor send(Control control) {
    sent++;
    return send(sent, control);
  }

  RawRequestor send(long number, Control control) {
    channel.send(ControlCodec.encode(number, control));
    run(Duration.ofSeconds(1));
    return this;
  }

  RawRequestor ask() {
    return send(new Control.Ask(offer.hash(), task(), terms()));
  }

  RawRequestor accept(Agreement agreement) {
    return send(
        new Control.Accept(agreement, agreement.sign(host.key(), Signatures.ed25519()), task()));
  }

  /** Opens a bulk stream and writes {@code pieces} to it. */
  RawData data(byte[]... pieces) {
    RawData listener = new RawData();
    Stream stream =
        market.await(
            host.open(seller.host().peerId(), JobProtocols.data(MeshName.PUBLIC), listener));
    for (byte[] piece : pieces) {
      stream.write(ByteBuffer.wrap(piece.clone()));
    }
    listener.stream = stream;
    run(Duration.ofSeconds(1));
    return listener;
  }

  static byte[] head(Agreement agreement, boolean isInput) {
    return new DataHead(agreement.id(), isInput).encode().array();
  }

  void run(Duration span) {
    market.network.time().runFor(span);
  }

  Control last() {
    return heard.get(heard.size() - 1);
  }

  @Override
  public void onFrame(FrameChannel<byte[]> from, byte[] frame) {
    try {
      heard.add(ControlCodec.decode(frame).control());
    } catch (MalformedMessageException malformed) {
      throw new AssertionError(malformed);
    }
  }

  @Override
  public void onRemoteClose(FrameChannel<byte[]> from) {
    closed = true;
  }

  @Override
  public void onReset(FrameChannel<byte[]> from, ResetReason reason) {
    closed = true;
  }

  /** What comes back on a bulk stream. */
  static final class RawData implements StreamListener {
    boolean reset;
    boolean ended;
    int bytes;
    @org.jspecify.annotations.Nullable Stream stream;

    @Override
    public void onData(Stream from, ByteBuffer data) {
      bytes += data.remaining();
      from.consumed(data.remaining());
    }

    @Override
    public void onRemoteClose(Stream from) {
      ended = true;
    }

    @Override
    public void onReset(Stream from, ResetReason reason) {
      reset = true;
    }
  }
}
