package io.surgemesh.host;

import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * Told what a host does, for an application's metrics.
 *
 * <p>Called on the host's loops and its callers' threads, several at once: an implementation is
 * thread-safe and never blocks. What it throws is logged once and changes nothing for the host.
 *
 * <p>What may serve as a label is bounded: enums, and the names of protocols that this host serves
 * or opens itself, the first {@value #PROTOCOLS_MAX} of them, {@value #OTHER_PROTOCOL} for the
 * others. A {@link PeerId} is none: peers are as many as they like.
 */
public interface HostMetrics {
  /** The most protocols told by their names. */
  int PROTOCOLS_MAX = 64;

  /** What stands for protocols beyond {@link #PROTOCOLS_MAX}. */
  String OTHER_PROTOCOL = "other";

  /** Tells nobody. */
  HostMetrics NONE = new HostMetrics() {};

  /** Who dialled a connection, or opened a stream. */
  enum Direction {
    /** The peer. */
    INBOUND,
    /** This host. */
    OUTBOUND
  }

  /** The secure channel of a connection. */
  enum SecureChannel {
    /** TLS 1.3. */
    TLS,
    /** Noise XX. */
    NOISE
  }

  /** How a stream ended. */
  enum StreamEnd {
    /** Both sides closed their directions. */
    CLOSED,
    /** The peer reset it. */
    RESET_BY_PEER,
    /** This host reset it. */
    RESET_BY_US,
    /** This host reset it, as it held too many bytes of one peer or of all: the largest go. */
    SHED,
    /** Its connection closed. */
    CONNECTION_CLOSED
  }

  /** A connection is ready for streams. */
  default void connected(Direction direction, SecureChannel channel) {}

  /** A connection that was told of by {@link #connected} is gone. */
  default void disconnected(Direction direction, SecureChannel channel) {}

  /** A dial ended without a connection, after all addresses there were. */
  default void dialFailed(Unreachable.Reason reason) {}

  /**
   * A connection was closed, or not taken, as there are as many as this host holds, in all or with
   * that place or peer, or they came too fast. Nobody's fault, so it is no misbehaviour.
   */
  default void connectionRefused(Direction direction) {}

  /** A TCP connection was there, but did not become one that {@link #connected} tells of. */
  default void handshakeFailed(Direction direction, Unreachable.Reason reason) {}

  /**
   * A stream has its protocol.
   *
   * @param protocol its name, or {@value #OTHER_PROTOCOL}
   */
  default void streamOpened(String protocol, Direction direction) {}

  /** A stream that was told of by {@link #streamOpened} is over; once for each. */
  default void streamEnded(String protocol, Direction direction, StreamEnd end) {}

  /**
   * Bytes of established connections have passed the socket, encryption included.
   *
   * <p>Told for many frames at once: of each connection when {@value #BATCH_BYTES} bytes have
   * passed, with the next traffic after a second, with the keep-alive and at its end.
   *
   * @param received since the last time, 0 or more
   * @param sent since the last time, 0 or more
   */
  default void bytesMoved(long received, long sent) {}

  /** The bytes of one connection at which {@link #bytesMoved} is told at once. */
  int BATCH_BYTES = 1 << 20;

  /**
   * A peer broke a rule.
   *
   * @param peer null while it has not proven who it is
   */
  default void misbehaved(@Nullable PeerId peer, Rule rule) {}
}
