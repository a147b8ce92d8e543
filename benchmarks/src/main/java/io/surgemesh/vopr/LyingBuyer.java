package io.surgemesh.vopr;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.surgemesh.host.FrameChannel;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.FrameListener;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.market.Agreement;
import io.surgemesh.market.MeshName;
import io.surgemesh.market.SignedOffer;
import io.surgemesh.market.Task;
import io.surgemesh.market.Terms;
import io.surgemesh.mesh.Mesh;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.multiformats.Multihash;
import io.surgemesh.simulator.HostilePeer;
import io.surgemesh.simulator.SimulatedHost;
import io.surgemesh.wire.FrameDecoder;
import io.surgemesh.wire.pb.Accept;
import io.surgemesh.wire.pb.Ask;
import io.surgemesh.wire.pb.Control;
import io.surgemesh.wire.pb.DataHead;
import io.surgemesh.wire.pb.Direction;
import io.surgemesh.wire.pb.KeepAlive;
import io.surgemesh.wire.pb.ReceiptAck;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Asks everybody for everything, then accepts, feeds and acknowledges as nobody should. */
final class LyingBuyer implements HostilePeer {
  private static final int FRAME_BYTES_MAX = 1 << 20;
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final byte[] INPUT = {'l', 'i', 'e'};
  private static final int NAGS_MAX = 40;

  /** What it does once it has asked. */
  private enum Lie {
    SILENCE,
    WRONG_ACCEPT,
    OTHER_TERMS,
    ACCEPT_TWICE,
    ACCEPT_UNASKED,
    OLD_AGREEMENT,
    NO_INPUT,
    WRONG_INPUT,
    HALF_INPUT,
    NO_ACK,
    WRONG_ACK,
    ACK_UNASKED,
    WRONG_NUMBERS,
    RESET
  }

  private final Trade trade;

  LyingBuyer(Trade trade) {
    this.trade = trade;
  }

  @Override
  public void start(SimulatedHost host, List<Multiaddr> known, RandomGenerator random) {
    HostileMesh.start(host, known, random, trade)
        .thenAccept(
            mesh -> {
              Contacts contacts = new Contacts(host, known, random);
              Buyer buyer = new Buyer(host, mesh, random);
              contacts.every(PAUSE, buyer::buy);
            });
  }

  private final class Buyer {
    private final SimulatedHost host;
    private final Mesh mesh;
    private final RandomGenerator random;
    private @Nullable Agreement old;

    Buyer(SimulatedHost host, Mesh mesh, RandomGenerator random) {
      this.host = host;
      this.mesh = mesh;
      this.random = random;
    }

    void buy() {
      mesh.offers()
          .offers()
          .whenComplete(
              (offers, failure) -> {
                if (offers != null && !offers.isEmpty()) {
                  ask(offers.get(random.nextInt(offers.size())));
                }
              });
    }

    private void ask(SignedOffer offer) {
      PeerId seller = offer.offer().provider();
      host.peerstore().addAddresses(seller, offer.offer().addresses());
      Talk talk =
          new Talk(this, offer, List.of(Lie.values()).get(random.nextInt(Lie.values().length)));
      FrameChannel<byte[]> channel =
          new FrameChannel<>(host.loop(), FrameCodec.bytes(), FRAME_BYTES_MAX, talk);
      host.open(seller, Hostile.Protocols.JOB, channel)
          .whenComplete(
              (stream, failure) -> {
                if (stream != null) {
                  talk.begin(channel.bind(stream));
                }
              });
    }
  }

  /** One control stream. */
  private final class Talk implements FrameListener<byte[]> {
    private final Buyer buyer;
    private final SignedOffer offer;
    private final Lie lie;
    private final Task task;
    private final Terms terms;
    private long number;
    private int nags;
    private boolean over;

    Talk(Buyer buyer, SignedOffer offer, Lie lie) {
      this.buyer = buyer;
      this.offer = offer;
      this.lie = lie;
      Bytes arguments =
          buyer.random.nextBoolean()
              ? new Work(-1, 100, 1 << 20, 100, false).arguments()
              : Bytes.of(INPUT);
      this.task =
          Task.of(trade.runtime(), arguments, INPUT.length, Multihash.sha256(INPUT).digest(), true);
      this.terms =
          new Terms(
              offer.offer().price(),
              100 + buyer.random.nextInt(2000),
              1 << 20,
              INPUT.length,
              1000,
              Duration.ofSeconds(20),
              Duration.ofSeconds(5),
              Duration.ofMillis(500),
              io.surgemesh.market.Amount.MAX);
    }

    void begin(FrameChannel<byte[]> channel) {
      if (lie == Lie.ACCEPT_UNASKED) {
        accept(channel, agreement(terms));
        return;
      }
      if (lie == Lie.ACK_UNASKED) {
        ack(channel, 1);
      }
      send(
          channel,
          Control.newBuilder()
              .setAsk(
                  Ask.newBuilder()
                      .setOfferHash(string(offer.hash()))
                      .setJobSpec(ByteString.copyFrom(task.encode()))
                      .setWanted(message(terms))));
    }

    private static io.surgemesh.wire.pb.Terms message(Terms terms) {
      try {
        return io.surgemesh.wire.pb.Terms.parseFrom(terms.encode());
      } catch (InvalidProtocolBufferException impossible) {
        throw new AssertionError(impossible);
      }
    }

    private Agreement agreement(Terms agreed) {
      byte[] nonce = new byte[Agreement.NONCE_BYTES];
      buyer.random.nextBytes(nonce);
      return Agreement.draft(
          MeshName.PUBLIC,
          buyer.host.peerId(),
          offer.offer().provider(),
          Bytes.of(nonce),
          offer.hash(),
          task.hash(),
          agreed,
          Duration.ofSeconds(5));
    }

    @Override
    public void onFrame(FrameChannel<byte[]> channel, byte[] frame) {
      try {
        Control control = Control.parseFrom(frame);
        if (control.hasQuote()) {
          onQuote(channel, Terms.decode(control.getQuote().getTerms().toByteArray()));
        } else if (control.hasCommit()) {
          onCommit(channel);
        } else if (control.hasReceipt() && lie == Lie.WRONG_ACK) {
          ack(channel, 1);
        }
      } catch (InvalidProtocolBufferException | MalformedMessageException garbage) {
        channel.reset();
      }
    }

    private void onQuote(FrameChannel<byte[]> channel, Terms quoted) {
      Agreement present = buyer.old;
      Agreement fresh = agreement(quoted);
      switch (lie) {
        case SILENCE -> {
          // Lets the hold run out.
        }
        case WRONG_ACCEPT -> accept(channel, fresh, Bytes.of(new byte[64]));
        case OTHER_TERMS ->
            accept(channel, agreement(quoted.withAmountMax(io.surgemesh.market.Amount.ZERO)));
        case OLD_AGREEMENT -> accept(channel, present == null ? fresh : present);
        case ACCEPT_TWICE -> {
          accept(channel, fresh);
          accept(channel, fresh);
        }
        default -> accept(channel, fresh);
      }
      buyer.old = fresh;
    }

    private void accept(FrameChannel<byte[]> channel, Agreement agreement) {
      accept(channel, agreement, agreement.sign(buyer.host.key(), trade.signatures()));
    }

    private void accept(FrameChannel<byte[]> channel, Agreement agreement, Bytes signature) {
      send(
          channel,
          Control.newBuilder()
              .setAccept(
                  Accept.newBuilder()
                      .setAgreement(ByteString.copyFrom(agreement.encode()))
                      .setSignature(string(signature))
                      .setJobSpec(ByteString.copyFrom(task.encode()))));
    }

    private void onCommit(FrameChannel<byte[]> channel) {
      nag(channel);
      switch (lie) {
        case NO_INPUT -> {
          // Holds what it was given for as long as it may.
        }
        case RESET -> channel.reset();
        case WRONG_INPUT -> feed(channel, new byte[INPUT.length], true);
        case HALF_INPUT -> feed(channel, new byte[] {INPUT[0]}, false);
        default -> feed(channel, INPUT, true);
      }
    }

    private void feed(FrameChannel<byte[]> channel, byte[] input, boolean ends) {
      Agreement agreement = buyer.old;
      if (agreement == null) {
        return;
      }
      byte[] head =
          DataHead.newBuilder()
              .setAgreementId(string(agreement.id()))
              .setDirection(Direction.DIRECTION_INPUT)
              .build()
              .toByteArray();
      buyer
          .host
          .open(channel.remotePeer(), Hostile.Protocols.JOB_DATA, Contacts.IDLE)
          .whenComplete(
              (stream, failure) -> {
                if (stream != null) {
                  stream.write(ByteBuffer.wrap(FrameDecoder.frame(head)));
                  stream.write(ByteBuffer.wrap(input.clone()));
                  if (ends) {
                    stream.closeWrite();
                  }
                }
              });
    }

    private void nag(FrameChannel<byte[]> channel) {
      buyer
          .host
          .loop()
          .arm(
              buyer.host.loop().nowNanos() + PAUSE.toNanos(),
              () -> {
                if (!over && nags++ < NAGS_MAX) {
                  number += lie == Lie.WRONG_NUMBERS ? nags % 3 : 0;
                  send(channel, Control.newBuilder().setKeepAlive(KeepAlive.getDefaultInstance()));
                  nag(channel);
                }
              });
    }

    private void ack(FrameChannel<byte[]> channel, long receipt) {
      send(
          channel,
          Control.newBuilder()
              .setReceiptAck(
                  ReceiptAck.newBuilder()
                      .setNumber(receipt)
                      .setSignature(ByteString.copyFrom(new byte[64]))));
    }

    private void send(FrameChannel<byte[]> channel, Control.Builder control) {
      channel.send(control.setNumber(++number).build().toByteArray());
    }

    private static ByteString string(Bytes bytes) {
      return ByteString.copyFrom(bytes.toByteArray());
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
