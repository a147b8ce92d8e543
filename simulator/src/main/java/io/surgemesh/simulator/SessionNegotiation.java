package io.surgemesh.simulator;

import io.surgemesh.host.ProtocolId;
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
import org.jspecify.annotations.Nullable;

/** Finds the protocol of one new stream at byte level, then hands the stream over. */
final class SessionNegotiation {
  private final SessionConnection connection;
  private final SessionStream stream;
  private final MultistreamNegotiation machine;
  private final @Nullable Proposal proposal;
  private final Timer deadline;
  private boolean over;

  /** A stream of ours: what we propose on it, for whom. */
  private record Proposal(
      ProtocolId protocol, StreamListener listener, CompletableFuture<Stream> opened) {}

  private SessionNegotiation(
      SessionConnection connection,
      SessionStream stream,
      MultistreamNegotiation machine,
      @Nullable Proposal proposal) {
    this.connection = connection;
    this.stream = stream;
    this.machine = machine;
    this.proposal = proposal;
    long timeoutNanos = connection.host().network().config().timeouts().negotiation().toNanos();
    VirtualLoop loop = connection.loop();
    this.deadline =
        loop.arm(
            loop.nowNanos() + timeoutNanos,
            () -> fail(new StreamBroken(peer(), ResetReason.TIMED_OUT)));
    stream.negotiate(this);
    perform();
  }

  /** Proposes one protocol on a stream of ours. */
  static void propose(
      SessionConnection connection,
      SessionStream stream,
      ProtocolId protocol,
      StreamListener listener,
      CompletableFuture<Stream> opened) {
    var machine = MultistreamNegotiation.proposing(List.of(protocol.value()));
    var unused =
        new SessionNegotiation(
            connection, stream, machine, new Proposal(protocol, listener, opened));
  }

  /** Lets the peer propose on a stream of its own. */
  static void accept(SessionConnection connection, SessionStream stream) {
    SimulatedHost host = connection.host();
    var machine =
        MultistreamNegotiation.choosing(
            name -> ProtocolId.isValid(name) && host.acceptor(new ProtocolId(name)) != null);
    var unused = new SessionNegotiation(connection, stream, machine, null);
  }

  void onBytes(ByteBuffer bytes) {
    if (!over) {
      machine.onBytes(bytes, connection.loop().nowNanos());
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
        onAgreed(new ProtocolId(agreed.protocol()));
      } else if (output instanceof MultistreamNegotiation.Failed failed) {
        onFailed(failed.reason());
      }
    }
  }

  private void onFailed(MultistreamNegotiation.Reason reason) {
    if (reason == MultistreamNegotiation.Reason.MALFORMED) {
      fail(new StreamBroken(peer(), ResetReason.MISBEHAVED));
    } else if (proposal != null) {
      fail(new ProtocolNotSupported(peer(), proposal.protocol().value()));
    }
    // A peer that we refused resets its stream once it has read why; if not, the deadline does.
  }

  private void onAgreed(ProtocolId protocol) {
    if (proposal != null) {
      connection.used();
      stream.agreed(protocol);
      stream.listen(proposal.listener());
      proposal.opened().complete(stream);
      return;
    }
    StreamAcceptor acceptor = connection.host().acceptor(protocol);
    if (acceptor == null) {
      stream.reset();
    } else {
      stream.agreed(protocol);
      stream.listen(acceptor.accept(stream));
    }
  }

  private void fail(MeshException failure) {
    if (!over) {
      over = true;
      deadline.cancel();
      stream.reset();
      if (proposal != null && !proposal.opened().completeExceptionally(failure)) {
        // Opened eagerly.
        proposal.listener().onReset(stream, ResetReason.of(failure));
      }
    }
  }

  private PeerId peer() {
    return connection.remotePeer();
  }
}
