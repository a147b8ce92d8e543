package io.surgemesh.netty;

/**
 * How many streams one peer may have open towards a host, over all of its connections; each
 * connection has bounds of its own. Further streams are reset before anything is read.
 *
 * @param perPeerMax of all protocols together
 * @param perProtocolMax of one protocol
 */
public record StreamCounts(int perPeerMax, int perProtocolMax) {
  /** Returns 256 and 64. */
  public static StreamCounts defaults() {
    return new StreamCounts(256, 64);
  }
}
