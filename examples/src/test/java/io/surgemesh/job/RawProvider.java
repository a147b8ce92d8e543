package io.surgemesh.job;

import io.surgemesh.host.FrameChannel;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.FrameListener;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.identity.Signatures;
import io.surgemesh.market.Agreement;
import io.surgemesh.market.Amount;
import io.surgemesh.market.MeshName;
import io.surgemesh.market.Receipt;
import io.surgemesh.market.Resources;
import io.surgemesh.market.Terms;
import io.surgemesh.market.Usage;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multihash;
import io.surgemesh.simulator.SimulatedHost;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A peer that offers and commits as it should, and then does by hand what a test wants. */
final class RawProvider implements FrameListener<byte[]> {
  final JobMarket market;
  final SimulatedHost host;
  final List<Control> heard = new ArrayList<>();
  @Nullable FrameChannel<byte[]> channel;
  @Nullable Agreement agreement;
  @Nullable Stream output;
  boolean commits = true;
  boolean outputReset;
  private long sent;

  RawProvider(JobMarket market) {
    this.market = market;
    this.host = market.network.addHost();
    market.offers.add(market.sealOffer(host, Resources.of(64_000, 1L << 34)));
    host.handle(
        JobProtocols.control(MeshName.PUBLIC),
        stream -> {
          FrameChannel<byte[]> opened =
              new FrameChannel<>(host.loop(), FrameCodec.bytes(), 1 << 20, this).bind(stream);
          channel = opened;
          return opened;
        });
    host.handle(JobProtocols.data(MeshName.PUBLIC), stream -> new RawBulk());
  }

  Agreement agreement() {
    Agreement accepted = agreement;
    if (accepted == null) {
      throw new AssertionError("nothing was agreed");
    }
    return accepted;
  }

  Stream output() {
    Stream opened = output;
    if (opened == null) {
      throw new AssertionError("nobody asked for the output");
    }
    return opened;
  }

  /** Sends a frame without waiting for what follows. */
  RawProvider send(Control control) {
    FrameChannel<byte[]> opened = channel;
    if (opened == null) {
      throw new AssertionError("nobody asked");
    }
    sent++;
    opened.send(ControlCodec.encode(sent, control));
    return this;
  }

  RawProvider write(byte[] bytes) {
    output().write(ByteBuffer.wrap(bytes.clone()));
    return this;
  }

  /**
   * Claims the final receipt of an output, for {@code runTime} and {@code more} above the rates.
   */
  RawProvider claim(byte[] result, Duration runTime, long more) {
    Terms terms = agreement().terms();
    Usage usage = new Usage(runTime.toNanos(), 0, 0, result.length);
    Amount owed = terms.amount(usage);
    Amount claimed = more == 0 ? owed : Amount.of(owed.toBigInteger().longValueExact() + more);
    return sendReceipt(
        Receipt.last(
            agreement().id(), 1, usage, claimed, Multihash.sha256(result).digest(), result.length));
  }

  RawProvider sendReceipt(Receipt receipt) {
    return send(new Control.ReceiptFrame(receipt, receipt.sign(host.key(), Signatures.ed25519())));
  }

  void run(Duration span) {
    market.network.time().runFor(span);
  }

  boolean hasHeard(Class<? extends Control> kind) {
    return heard.stream().anyMatch(kind::isInstance);
  }

  @Override
  public void onFrame(FrameChannel<byte[]> from, byte[] frame) {
    Control control;
    try {
      control = ControlCodec.decode(frame).control();
    } catch (MalformedMessageException malformed) {
      throw new AssertionError(malformed);
    }
    heard.add(control);
    if (control instanceof Control.Ask ask) {
      send(new Control.Quote(ask.wanted(), 0));
    } else if (control instanceof Control.Accept accept && commits) {
      agreement = accept.agreement();
      Bytes signature = accept.agreement().sign(host.key(), Signatures.ed25519());
      send(new Control.Commit(signature));
    }
  }

  @Override
  public void onRemoteClose(FrameChannel<byte[]> from) {
    from.closeWrite();
  }

  @Override
  public void onReset(FrameChannel<byte[]> from, ResetReason reason) {
    // What was heard before says why.
  }

  /** Reads heads and input, and gives all credit back at once. */
  private final class RawBulk implements StreamListener {
    private final DataHead.Reader reader = new DataHead.Reader();
    private @Nullable DataHead head;

    @Override
    public void onData(Stream from, ByteBuffer data) {
      from.consumed(data.remaining());
      if (head != null) {
        return;
      }
      try {
        head = reader.read(data);
      } catch (MalformedMessageException malformed) {
        throw new AssertionError(malformed);
      }
      if (head != null && !head.isInput()) {
        output = from;
      } else if (head != null) {
        from.closeWrite();
      }
    }

    @Override
    public void onRemoteClose(Stream from) {
      // The requestor has said all it wanted.
    }

    @Override
    public void onReset(Stream from, ResetReason reason) {
      outputReset |= from == output;
    }
  }
}
