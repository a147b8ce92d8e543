package io.surgemesh.netty;

import io.surgemesh.host.ConnectionLimits;

/**
 * How much a host holds.
 *
 * @param connections how many there are
 * @param perIp how many are accepted from one place
 * @param trimming to how many peers connections are kept that nobody needs
 * @param streams how many a peer may open
 * @param queues how many bytes may wait to be sent
 * @param inbound how many bytes of peers are held
 * @param offloadedMax pieces of slow work that may wait for a worker; further ones fail
 */
public record HostLimits(
    ConnectionCounts connections,
    IpLimits perIp,
    ConnectionLimits trimming,
    StreamCounts streams,
    QueueLimits queues,
    InboundLimits inbound,
    int offloadedMax) {
  /** Returns the defaults of each part, and 8,192 pieces of work. */
  public static HostLimits defaults() {
    return new HostLimits(
        ConnectionCounts.defaults(),
        IpLimits.defaults(),
        ConnectionLimits.defaults(),
        StreamCounts.defaults(),
        QueueLimits.defaults(),
        InboundLimits.defaults(),
        8192);
  }

  /** Returns these with other bounds on connections; all that are not inbound may be outbound. */
  public HostLimits withConnections(int total, int inbound, int handshakes) {
    return withConnections(
        new ConnectionCounts(total, inbound, total, handshakes, total, connections.perPeerMax()));
  }

  /** Returns these with other bounds on connections. */
  public HostLimits withConnections(ConnectionCounts other) {
    return new HostLimits(other, perIp, trimming, streams, queues, inbound, offloadedMax);
  }

  /** Returns these with other bounds on the connections kept. */
  public HostLimits withTrimming(ConnectionLimits other) {
    return new HostLimits(connections, perIp, other, streams, queues, inbound, offloadedMax);
  }

  /** Returns these with other bounds on streams. */
  public HostLimits withStreams(StreamCounts other) {
    return new HostLimits(connections, perIp, trimming, other, queues, inbound, offloadedMax);
  }

  /** Returns these with other bounds on what waits to be sent. */
  public HostLimits withQueues(QueueLimits other) {
    return new HostLimits(connections, perIp, trimming, streams, other, inbound, offloadedMax);
  }

  /** Returns these with other bounds on what is held of peers' bytes. */
  public HostLimits withInbound(InboundLimits other) {
    return new HostLimits(connections, perIp, trimming, streams, queues, other, offloadedMax);
  }
}
