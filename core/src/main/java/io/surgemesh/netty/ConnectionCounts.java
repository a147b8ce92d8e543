package io.surgemesh.netty;

/**
 * How many connections a host has. Each place is taken before anything is read or sent.
 *
 * @param totalMax in all, those in their handshake included; further ones are closed at once,
 *     further dials fail
 * @param inboundMax of these, accepted ones
 * @param outboundMax of these, dialled ones
 * @param handshakesMax of these, accepted ones still in their handshake; a further one takes the
 *     place of the oldest from wherever most of them come from
 * @param dialsMax of these, dialled ones still in their handshake; further dials fail
 * @param perPeerMax to one peer; further ones are closed once the peer is known
 */
public record ConnectionCounts(
    int totalMax,
    int inboundMax,
    int outboundMax,
    int handshakesMax,
    int dialsMax,
    int perPeerMax) {
  /** Returns 256, 192, 192, 64, 128 and 4, which is as many as two peers have while they dial. */
  public static ConnectionCounts defaults() {
    return new ConnectionCounts(256, 192, 192, 64, 128, 4);
  }
}
