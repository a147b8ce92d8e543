package io.surgemesh.vopr;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.surgemesh.host.FrameChannel;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.FrameListener;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.market.Agreement;
import io.surgemesh.market.Amount;
import io.surgemesh.market.Receipt;
import io.surgemesh.market.Usage;
import io.surgemesh.mesh.Offering;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.simulator.HostilePeer;
import io.surgemesh.simulator.SimulatedHost;
import io.surgemesh.wire.pb.Commit;
import io.surgemesh.wire.pb.Control;
import io.surgemesh.wire.pb.KeepAlive;
import io.surgemesh.wire.pb.Progress;
import io.surgemesh.wire.pb.Quote;
import io.surgemesh.wire.pb.Refuse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Offers a lot for nothing, then quotes, commits, works and claims as nobody should. */
final class LyingSeller implements HostilePeer {
  private static final int FRAME_BYTES_MAX = 1 << 20;
  private static final int OUTPUT_BYTES_MAX = 100_000;
  private static final Duration NAGGING = Duration.ofSeconds(1);
  private static final int NAGS_MAX = 60;

  /** What it does once it is asked. */
  private enum Lie {
    SILENCE,
    SILENCE_ONCE_ACCEPTED,
    SILENCE_ONCE_COMMITTED,
    DEARER_QUOTE,
    WRONG_COMMIT,
    TWO_COMMITS,
    ONLY_KEEP_ALIVE,
    WRONG_NUMBERS,
    PROGRESS_FLOOD,
    ODD_REFUSAL,
    RESET,
    CLAIM_TOO_MUCH,
    CLAIM_TOO_SOON,
    WRONG_CLAIM_SIGNATURE,
    WRONG_OUTPUT,
    NO_OUTPUT
  }

  private final Trade trade;

  LyingSeller(Trade trade) {
    this.trade = trade;
  }

  @Override
  public void start(SimulatedHost host, List<Multiaddr> known, RandomGenerator random) {
    HostileMesh.start(host, known, random, trade)
        .thenAccept(
            mesh -> {
              mesh.offer(Offering.of(trade.runtime(), 64_000, 1L << 40, 0, run -> {}))
                  .whenComplete((done, failure) -> serve(host, random));
            });
  }

  private void serve(SimulatedHost host, RandomGenerator random) {
    host.handle(
        Hostile.Protocols.JOB,
        stream -> {
          Lie lie = List.of(Lie.values()).get(random.nextInt(Lie.values().length));
          return new FrameChannel<>(
                  host.loop(), FrameCodec.bytes(), FRAME_BYTES_MAX, new Talk(host, lie, random))
              .bind(stream);
        });
    host.handle(Hostile.Protocols.JOB_DATA, stream -> new Rubbish(random));
  }

  /** Takes every input, and writes rubbish for an output. */
  private record Rubbish(RandomGenerator random) implements StreamListener {
    @Override
    public void onData(Stream stream, ByteBuffer data) {
      stream.consumed(data.remaining());
      if (random.nextInt(3) == 0) {
        byte[] output = new byte[random.nextInt(OUTPUT_BYTES_MAX)];
        stream.write(ByteBuffer.wrap(output));
        if (random.nextBoolean()) {
          stream.closeWrite();
        }
      }
    }

    @Override
    public void onRemoteClose(Stream stream) {
      stream.closeWrite();
    }

    @Override
    public void onReset(Stream stream, ResetReason reason) {}
  }

  /** One control stream. */
  private final class Talk implements FrameListener<byte[]> {
    private final SimulatedHost host;
    private final Lie lie;
    private final RandomGenerator random;
    private @Nullable Agreement agreement;
    private long number;
    private int nags;
    private boolean over;

    Talk(SimulatedHost host, Lie lie, RandomGenerator random) {
      this.host = host;
      this.lie = lie;
      this.random = random;
    }

    @Override
    public void onFrame(FrameChannel<byte[]> channel, byte[] frame) {
      try {
        Control control = Control.parseFrom(frame);
        if (control.hasAsk()) {
          onAsk(channel, control);
        } else if (control.hasAccept()) {
          agreement = Agreement.decode(control.getAccept().getAgreement().toByteArray());
          onAccept(channel, agreement);
        }
      } catch (InvalidProtocolBufferException | MalformedMessageException garbage) {
        channel.reset();
      }
    }

    private void onAsk(FrameChannel<byte[]> channel, Control asked) {
      Quote.Builder quote = Quote.newBuilder().setTerms(asked.getAsk().getWanted());
      switch (lie) {
        case SILENCE -> {
          // As it says.
        }
        case DEARER_QUOTE -> {
          quote.getTermsBuilder().setAmountMax(ByteString.copyFrom(Amount.MAX.encode()));
          send(channel, Control.newBuilder().setQuote(quote));
        }
        case ODD_REFUSAL ->
            send(channel, Control.newBuilder().setRefuse(Refuse.newBuilder().setLine("\u0007?")));
        default -> send(channel, Control.newBuilder().setQuote(quote));
      }
    }

    private void onAccept(FrameChannel<byte[]> channel, Agreement accepted) {
      Bytes signature = accepted.sign(host.key(), trade.signatures());
      Control.Builder commit = commit(signature);
      switch (lie) {
        case SILENCE_ONCE_ACCEPTED -> {
          // As it says.
        }
        case RESET -> channel.reset();
        case WRONG_COMMIT -> send(channel, commit(Bytes.of(new byte[signature.size()])));
        case TWO_COMMITS -> {
          send(channel, commit);
          send(channel, commit);
        }
        case SILENCE_ONCE_COMMITTED -> send(channel, commit);
        default -> {
          send(channel, commit);
          nag(channel, accepted);
        }
      }
    }

    private Control.Builder commit(Bytes signature) {
      return Control.newBuilder()
          .setCommit(
              Commit.newBuilder().setSignature(ByteString.copyFrom(signature.toByteArray())));
    }

    /** Goes on for a while, a frame a second. */
    private void nag(FrameChannel<byte[]> channel, Agreement accepted) {
      host.loop()
          .arm(
              host.loop().nowNanos() + NAGGING.toNanos(),
              () -> {
                if (!over && nags++ < NAGS_MAX) {
                  sendLie(channel, accepted);
                  nag(channel, accepted);
                }
              });
    }

    private void sendLie(FrameChannel<byte[]> channel, Agreement accepted) {
      Usage second = new Usage(NAGGING.toNanos(), 0, 0, 0);
      switch (lie) {
        case WRONG_NUMBERS -> {
          number += random.nextInt(3) - 1;
          send(channel, Control.newBuilder().setKeepAlive(KeepAlive.getDefaultInstance()));
        }
        case PROGRESS_FLOOD -> {
          for (int i = 0; i < 500; i++) {
            send(channel, Control.newBuilder().setProgress(Progress.newBuilder().setPermille(i)));
          }
        }
        case CLAIM_TOO_MUCH -> claim(channel, accepted, second, accepted.terms().amountMax());
        case CLAIM_TOO_SOON -> {
          Usage years = new Usage(Long.MAX_VALUE / 2, 0, 0, 0);
          claim(channel, accepted, years, accepted.terms().amount(years));
        }
        case WRONG_CLAIM_SIGNATURE ->
            sendReceipt(
                channel,
                Receipt.interim(accepted.id(), 1, second, Amount.ZERO),
                Bytes.of(new byte[64]));
        case WRONG_OUTPUT, NO_OUTPUT ->
            sendSigned(
                channel,
                Receipt.last(
                    accepted.id(),
                    1,
                    second,
                    Amount.ZERO,
                    Bytes.of(new byte[32]),
                    lie == Lie.NO_OUTPUT ? 1 : 0));
        default -> send(channel, Control.newBuilder().setKeepAlive(KeepAlive.getDefaultInstance()));
      }
    }

    private void claim(
        FrameChannel<byte[]> channel, Agreement accepted, Usage usage, Amount amount) {
      sendSigned(channel, Receipt.interim(accepted.id(), 1, usage, amount));
    }

    private void sendSigned(FrameChannel<byte[]> channel, Receipt receipt) {
      sendReceipt(channel, receipt, receipt.sign(host.key(), trade.signatures()));
    }

    private void sendReceipt(FrameChannel<byte[]> channel, Receipt receipt, Bytes signature) {
      send(
          channel,
          Control.newBuilder()
              .setReceipt(
                  io.surgemesh.wire.pb.Receipt.newBuilder()
                      .setReceipt(ByteString.copyFrom(receipt.encode()))
                      .setSignature(ByteString.copyFrom(signature.toByteArray()))));
    }

    private void send(FrameChannel<byte[]> channel, Control.Builder control) {
      if (channel.isWritable()) {
        channel.send(control.setNumber(++number).build().toByteArray());
      }
    }

    @Override
    public void onRemoteClose(FrameChannel<byte[]> channel) {
      over = true;
      channel.closeWrite();
    }

    @Override
    public void onReset(FrameChannel<byte[]> channel, ResetReason reason) {
      over = true;
    }
  }
}
