package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.machine.Loop;
import io.surgemesh.multiformats.Multiaddr;
import java.util.concurrent.CompletableFuture;

/**
 * An authenticated, encrypted, multiplexed connection to one peer.
 *
 * <p>Belongs to one {@link #loop()} for life. Every method may be called from any thread.
 */
public interface Connection {
  /** Returns the peer's proven identity. */
  PeerId remotePeer();

  /** Returns the address at the other end, as dialled or as accepted. */
  Multiaddr remoteAddress();

  /** Returns whether this side dialled. */
  boolean isOutbound();

  /** Returns the loop on which all of its streams' events arrive. */
  Loop loop();

  /**
   * Opens a stream and agrees its protocol.
   *
   * @return completes on {@link #loop()} with the stream, or with {@code ProtocolNotSupported},
   *     {@code StreamBroken} or {@code Unreachable}; has the host's negotiation deadline
   */
  CompletableFuture<Stream> open(ProtocolId protocol, StreamListener listener);

  /**
   * Opens a stream without waiting for the peer to agree: what is written follows the proposal at
   * once, which spares a round trip.
   *
   * <p>A peer that does not speak the protocol drops what follows, and the listener is told {@link
   * ResetReason#NOT_SUPPORTED}; one that does not answer within the host's negotiation deadline,
   * {@link ResetReason#TIMED_OUT}.
   *
   * @return completes on {@link #loop()} with the stream, or with {@code StreamBroken} or {@code
   *     Unreachable} when this side can open none
   */
  CompletableFuture<Stream> openEagerly(ProtocolId protocol, StreamListener listener);

  /**
   * Takes note that the peer broke a rule, for the log and the metrics; from any thread. Whoever
   * found it out reacts; a peer that goes on breaking rules loses its connection besides (on
   * sockets beyond 200 at once, and 100 a second).
   *
   * @param reaction what came of it; {@code CLOSE} when the connection is to be closed
   */
  default void misbehaved(Rule rule, Rule.Reaction reaction) {}

  /** Closes the connection and resets its streams. */
  void close();
}
