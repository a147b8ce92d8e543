package io.surgemesh.netty;

import java.time.Duration;

/**
 * How long a host waits. Each is absolute: slow progress does not put it off.
 *
 * @param connectLocal for a TCP connection to a loopback, private or link-local address
 * @param connect for a TCP connection to any other address
 * @param handshake from an accepted or made TCP connection until its muxer is ready
 * @param dial for all addresses of one dial together
 * @param streamNegotiation until a new stream has its protocol
 * @param writeStall for which the peer may take nothing of what is queued for its connection
 * @param streamStall for which it may give no credit, or less than 1 KiB per second, for what is
 *     queued on one stream; then that is reset
 * @param closing the same, once we have closed our direction of the stream
 */
public record HostDeadlines(
    Duration connectLocal,
    Duration connect,
    Duration handshake,
    Duration dial,
    Duration streamNegotiation,
    Duration writeStall,
    Duration streamStall,
    Duration closing) {
  /** Returns 5 s, 15 s, 10 s, 30 s, 10 s, 10 s, 60 s and 10 s. */
  public static HostDeadlines defaults() {
    return new HostDeadlines(
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        Duration.ofSeconds(10));
  }

  /** Returns these with another handshake deadline. */
  public HostDeadlines withHandshake(Duration other) {
    return new HostDeadlines(
        connectLocal, connect, other, dial, streamNegotiation, writeStall, streamStall, closing);
  }

  /** Returns these with another deadline for the protocol of a stream. */
  public HostDeadlines withStreamNegotiation(Duration other) {
    return new HostDeadlines(
        connectLocal, connect, handshake, dial, other, writeStall, streamStall, closing);
  }

  /** Returns these with another bound on a peer that reads nothing. */
  public HostDeadlines withWriteStall(Duration other) {
    return new HostDeadlines(
        connectLocal, connect, handshake, dial, streamNegotiation, other, streamStall, closing);
  }

  /** Returns these with other bounds on a peer that takes nothing of a stream. */
  public HostDeadlines withStreamStall(Duration open, Duration whileClosing) {
    return new HostDeadlines(
        connectLocal, connect, handshake, dial, streamNegotiation, writeStall, open, whileClosing);
  }
}
