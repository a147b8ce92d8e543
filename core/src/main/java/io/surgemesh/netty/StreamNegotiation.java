package io.surgemesh.netty;

import io.surgemesh.host.HostMetrics.Direction;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Rule;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamAcceptor;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.MeshException.ProtocolNotSupported;
import io.surgemesh.identity.MeshException.StreamBroken;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.machine.Timer;
import io.surgemesh.session.MultistreamNegotiation;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the protocol of one new stream, then hands the stream over. Confined to its loop. */
final class StreamNegotiation {
  private static final Logger LOG = LoggerFactory.getLogger(StreamNegotiation.class);

  /** What comes of a negotiation. */
  private interface Outcome {
    void agreed(String protocol);

    void failed(MeshException failure);
  }

  private final NettyStream stream;
  private final MultistreamNegotiation machine;
  private final Outcome outcome;
  private final String wanted;
  private final Timer deadline;
  private boolean over;

  private StreamNegotiation(
      NettyStream stream,
      SessionContext context,
      MultistreamNegotiation machine,
      String wanted,
      Outcome outcome) {
    this.stream = stream;
    this.machine = machine;
    this.wanted = wanted;
    this.outcome = outcome;
    NettyLoop loop = (NettyLoop) stream.connection().loop();
    long deadlineNanos = loop.nowNanos() + context.deadlines().streamNegotiation().toNanos();
    this.deadline = loop.arm(deadlineNanos, this::onTimeout);
    stream.negotiate(this);
    perform();
  }

  /** Proposes one protocol on a stream of ours. */
  static void propose(
      NettyStream stream,
      SessionContext context,
      ProtocolId protocol,
      StreamListener listener,
      CompletableFuture<Stream> opened) {
    Outcome outcome =
        new Outcome() {
          @Override
          public void agreed(String agreed) {
            stream.agreed(protocol, Direction.OUTBOUND);
            stream.listen(listener);
            opened.complete(stream);
          }

          @Override
          public void failed(MeshException failure) {
            opened.completeExceptionally(failure);
          }
        };
    var machine = MultistreamNegotiation.proposing(List.of(protocol.value()));
    var unused = new StreamNegotiation(stream, context, machine, protocol.value(), outcome);
  }

  /** Proposes one protocol on a stream of ours, which is used as if the peer had agreed. */
  static void assume(
      NettyStream stream, SessionContext context, ProtocolId protocol, StreamListener listener) {
    Outcome outcome =
        new Outcome() {
          @Override
          public void agreed(String agreed) {
            stream.agreed(protocol, Direction.OUTBOUND);
          }

          @Override
          public void failed(MeshException failure) {
            listener.onReset(stream, ResetReason.of(failure));
          }
        };
    var machine = MultistreamNegotiation.proposing(List.of(protocol.value()));
    var unused = new StreamNegotiation(stream, context, machine, protocol.value(), outcome);
    stream.assume(protocol, listener);
  }

  /** Lets the peer propose on a stream of its own. */
  static void accept(NettyStream stream, SessionContext context) {
    if (!stream.place().take()) {
      refuse(stream, Rule.LIMIT_STREAMS);
      return;
    }
    ProtocolTable protocols = context.protocols();
    Outcome outcome =
        new Outcome() {
          @Override
          public void agreed(String agreed) {
            StreamAcceptor acceptor = protocols.find(agreed);
            if (acceptor == null) {
              stream.reset();
              return;
            }
            if (!stream.place().take(agreed)) {
              refuse(stream, Rule.LIMIT_STREAMS);
              return;
            }
            stream.agreed(new ProtocolId(agreed), Direction.INBOUND);
            try {
              stream.listen(acceptor.accept(stream));
            } catch (RuntimeException bug) {
              LOG.error("bug in the acceptor of {}, stream reset", agreed, bug);
              stream.reset();
            }
          }

          @Override
          public void failed(MeshException failure) {
            LOG.debug("inbound stream without a protocol: {}", failure.getMessage());
          }
        };
    var machine = MultistreamNegotiation.choosing(protocols::isServed);
    var unused = new StreamNegotiation(stream, context, machine, "", outcome);
  }

  private static void refuse(NettyStream stream, Rule rule) {
    stream.reset();
    stream.connection().misbehaved(rule, Rule.Reaction.RESET);
  }

  void onBytes(ByteBuffer bytes) {
    if (!over) {
      machine.onBytes(bytes, stream.connection().loop().nowNanos());
      perform();
    }
  }

  /** The stream ended under the negotiation. */
  void onBroken(ResetReason reason) {
    fail(new StreamBroken(peer(), reason));
  }

  private void perform() {
    for (var output = machine.poll(); output != null && !over; output = machine.poll()) {
      if (output instanceof MultistreamNegotiation.Send send) {
        stream.write(send.bytes());
      } else if (output instanceof MultistreamNegotiation.Agreed agreed) {
        over = true;
        deadline.cancel();
        outcome.agreed(agreed.protocol());
      } else if (output instanceof MultistreamNegotiation.Failed failed) {
        onFailed(failed.reason());
      }
    }
  }

  private void onFailed(MultistreamNegotiation.Reason reason) {
    if (reason == MultistreamNegotiation.Reason.MALFORMED) {
      fail(new StreamBroken(peer(), ResetReason.MISBEHAVED));
      refuse(stream, Rule.MULTISTREAM_LINE);
    } else if (!wanted.isEmpty()) {
      fail(new ProtocolNotSupported(peer(), wanted));
    }
    // A peer that we refused resets its stream once it has read why; if not, the deadline does.
  }

  private void onTimeout() {
    fail(new StreamBroken(peer(), ResetReason.TIMED_OUT));
    refuse(stream, Rule.MULTISTREAM_DEADLINE);
  }

  private void fail(MeshException failure) {
    if (!over) {
      over = true;
      deadline.cancel();
      stream.reset();
      outcome.failed(failure);
    }
  }

  private PeerId peer() {
    return stream.connection().remotePeer();
  }
}
