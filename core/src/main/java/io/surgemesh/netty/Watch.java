package io.surgemesh.netty;

import io.surgemesh.host.HostMetrics;
import io.surgemesh.host.HostMetrics.Direction;
import io.surgemesh.host.HostMetrics.StreamEnd;
import io.surgemesh.host.Rule;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.HandshakeFault;
import io.surgemesh.session.YamuxOutput;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what a host does: to the application's metrics, and of misbehaviour to the log. */
final class Watch {
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

  private final HostMetrics metrics;
  private final MisbehaviourLog log;
  private final ProtocolLabels labels = new ProtocolLabels();
  private final AtomicBoolean blamed = new AtomicBoolean();

  Watch(HostMetrics metrics, MisbehaviourLog log) {
    this.metrics = metrics;
    this.log = log;
  }

  /** Returns whether anybody counts. */
  boolean isCounting() {
    return metrics != HostMetrics.NONE;
  }

  static Direction direction(boolean outbound) {
    return outbound ? Direction.OUTBOUND : Direction.INBOUND;
  }

  void connected(NettyConnection connection) {
    tell(() -> metrics.connected(direction(connection.isOutbound()), connection.security()));
  }

  void disconnected(NettyConnection connection) {
    tell(() -> metrics.disconnected(direction(connection.isOutbound()), connection.security()));
  }

  /** A dial failed; ignored when it was given up. */
  void dialFailed(@Nullable Throwable failure) {
    if (failure instanceof Unreachable unreachable) {
      tell(() -> metrics.dialFailed(unreachable.reason()));
    }
  }

  /** A handshake failed; a fault of the peer is misbehaviour too. */
  void handshakeFailed(
      boolean outbound, Multiaddr address, Unreachable.Reason reason, HandshakeFault fault) {
    tell(() -> metrics.handshakeFailed(direction(outbound), reason));
    Rule rule = rule(fault);
    if (rule != null) {
      misbehaved(null, address, rule, Rule.Reaction.CLOSE);
    }
  }

  /** A connection was closed as it is more than this host holds: no fault of its peer. */
  void connectionRefused(boolean outbound, Object address) {
    LOG.debug("no room for a connection with {}", address);
    tell(() -> metrics.connectionRefused(direction(outbound)));
  }

  /** Returns the label of the protocol, for {@link #streamEnded}. */
  String streamOpened(String protocol, Direction direction) {
    String label = labels.of(protocol);
    tell(() -> metrics.streamOpened(label, direction));
    return label;
  }

  void streamEnded(String label, Direction direction, StreamEnd end) {
    tell(() -> metrics.streamEnded(label, direction, end));
  }

  void bytesMoved(long received, long sent) {
    tell(() -> metrics.bytesMoved(received, sent));
  }

  /**
   * A peer broke a rule.
   *
   * @param peer null while it has not proven who it is
   */
  void misbehaved(@Nullable PeerId peer, Multiaddr address, Rule rule, Rule.Reaction reaction) {
    tell(() -> metrics.misbehaved(peer, rule));
    log.misbehaved(peer, address, rule, reaction);
  }

  /** A bug in the application's metrics is its own; it hears of the first. */
  private void tell(Runnable event) {
    try {
      if (isCounting()) {
        event.run();
      }
    } catch (RuntimeException bug) {
      if (blamed.compareAndSet(false, true)) {
        LOG.error("bug in the host's metrics; further ones are not told", bug);
      }
    }
  }

  static Rule rule(YamuxOutput.Reason reason) {
    return switch (reason) {
      case BAD_FRAME -> Rule.YAMUX_FRAME;
      case BAD_STREAM_ID -> Rule.YAMUX_STREAM_ID;
      case BAD_OPEN -> Rule.YAMUX_OPEN;
      case WINDOW_EXCEEDED -> Rule.YAMUX_WINDOW;
      case CREDIT_OVERFLOW -> Rule.YAMUX_CREDIT;
      case FLOOD -> Rule.YAMUX_FLOOD;
    };
  }

  private static @Nullable Rule rule(HandshakeFault fault) {
    return switch (fault) {
      case NONE -> null;
      case MULTISTREAM -> Rule.MULTISTREAM_LINE;
      case DEADLINE -> Rule.HANDSHAKE_DEADLINE;
      case WRONG_PEER -> Rule.HANDSHAKE_PEER;
      case NOISE_MESSAGE -> Rule.NOISE_MESSAGE;
      case NOISE_KEY -> Rule.NOISE_KEY;
      case NOISE_SIGNATURE -> Rule.NOISE_SIGNATURE;
      case TLS -> Rule.TLS_HANDSHAKE;
      case RECORD -> Rule.RECORD_FORGED;
    };
  }
}
