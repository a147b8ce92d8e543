package io.surgemesh.netty;

import io.surgemesh.host.ConnectionLimits;

/**
 * How much a host holds.
 *
 * @param connectionsMax connections in all, those in their handshake included; further ones are
 *     closed at once, further dials fail
 * @param inboundMax of these, accepted ones
 * @param handshakesMax of these, inbound ones still in their handshake
 * @param trimming to how many peers connections are kept that nobody needs
 * @param connectionsPerPeerMax to one peer; further ones are closed once the peer is known
 * @param queuedBytesSoft bytes queued on all streams of a connection, from which on none is
 *     writable
 * @param queuedBytesMax bytes queued on all streams of a connection; the stream that passes it is
 *     reset
 * @param offloadedMax pieces of slow work that may wait for a worker; further ones fail
 */
public record HostLimits(
    int connectionsMax,
    int inboundMax,
    int handshakesMax,
    ConnectionLimits trimming,
    int connectionsPerPeerMax,
    int queuedBytesSoft,
    int queuedBytesMax,
    int offloadedMax) {
  /**
   * Returns 256, 192 and 64 connections, those kept that {@link ConnectionLimits} says, 4 per peer,
   * 4 MiB and 8 MiB queued, 8,192 pieces of work.
   */
  public static HostLimits defaults() {
    return new HostLimits(256, 192, 64, ConnectionLimits.defaults(), 4, 4 << 20, 8 << 20, 8192);
  }

  /** Returns these with other bounds on connections. */
  public HostLimits withConnections(int total, int inbound, int handshakes) {
    return new HostLimits(
        total,
        inbound,
        handshakes,
        trimming,
        connectionsPerPeerMax,
        queuedBytesSoft,
        queuedBytesMax,
        offloadedMax);
  }

  /** Returns these with other bounds on the connections kept. */
  public HostLimits withTrimming(ConnectionLimits other) {
    return new HostLimits(
        connectionsMax,
        inboundMax,
        handshakesMax,
        other,
        connectionsPerPeerMax,
        queuedBytesSoft,
        queuedBytesMax,
        offloadedMax);
  }
}
