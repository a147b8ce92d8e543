package io.surgemesh.netty;

/**
 * How much a host holds.
 *
 * @param connectionsMax connections in all, those in their handshake included; further ones are
 *     closed at once, further dials fail
 * @param inboundMax of these, accepted ones
 * @param handshakesMax of these, inbound ones still in their handshake
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
    int connectionsPerPeerMax,
    int queuedBytesSoft,
    int queuedBytesMax,
    int offloadedMax) {
  /** Returns 256, 192, 64 and 4 connections, 4 MiB and 8 MiB queued, 8,192 pieces of work. */
  public static HostLimits defaults() {
    return new HostLimits(256, 192, 64, 4, 4 << 20, 8 << 20, 8192);
  }

  /** Returns these with other bounds on connections. */
  public HostLimits withConnections(int total, int inbound, int handshakes) {
    return new HostLimits(
        total,
        inbound,
        handshakes,
        connectionsPerPeerMax,
        queuedBytesSoft,
        queuedBytesMax,
        offloadedMax);
  }
}
