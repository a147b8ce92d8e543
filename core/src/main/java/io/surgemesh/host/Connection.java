package io.surgemesh.host;

import io.surgemesh.identity.PeerId;
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
   * Opens a stream without waiting for the peer to agree: data follows the one protocol proposed at
   * once, which saves a round trip (multistream-select 1.0.0; what go-libp2p calls lazy).
   *
   * <p>For a peer that most likely speaks the protocol. One that does not, or does not answer
   * within the negotiation deadline, shows as a reset.
   *
   * @return completes on {@link #loop()} with the stream, ready to be written to, or fails as
   *     {@link #open} does. An implementation that cannot do this opens it the usual way
   */
  default CompletableFuture<Stream> openEagerly(ProtocolId protocol, StreamListener listener) {
    return open(protocol, listener);
  }

  /** Closes the connection and resets its streams. */
  void close();
}
