package io.surgemesh.simulator;

/** How far down a simulated network goes. */
public enum Level {
  /**
   * Streams: what one end writes on a stream is a frame that the other end receives. Nothing is
   * encrypted and a handshake is no more than its round trips: for scale. Whole messages travel as
   * objects that count as long as they would be.
   */
  STREAMS,

  /** Streams, on which messages are encoded and decoded: the same to see, and slower. */
  ENCODED_STREAMS,

  /**
   * Bytes: connections are pipes of bytes that arrive cut anywhere, and what runs over them is what
   * runs over sockets: multistream-select, Noise with real keys, yamux.
   */
  BYTES
}
