package io.surgemesh.netty;

/**
 * How many streams peers may have open towards a host, over all of their connections; each
 * connection has bounds of its own. Further streams are reset before anything is read.
 *
 * @param perPeerMax of one peer, of all protocols together
 * @param perProtocolMax of one peer, of one protocol
 * @param negotiatingMax of one connection, of streams that have no protocol yet
 * @param hostMax of all peers together; from then on only whoever has less than its share opens any
 * @param share of each peer, which it has whatever others do
 */
public record StreamCounts(
    int perPeerMax, int perProtocolMax, int negotiatingMax, int hostMax, int share) {
  /** Returns 256, 64, 64, 4,096 and 16. */
  public static StreamCounts defaults() {
    return new StreamCounts(256, 64, 64, 4096, 16);
  }

  /** Returns these with other bounds on one peer, which may open all of one protocol at once. */
  public StreamCounts withPerPeer(int max, int ofOneProtocolMax) {
    return new StreamCounts(
        max, ofOneProtocolMax, Math.max(negotiatingMax, ofOneProtocolMax), hostMax, share);
  }

  /** Returns these with other bounds on all peers together. */
  public StreamCounts withHost(int max, int ofEachPeer) {
    return new StreamCounts(perPeerMax, perProtocolMax, negotiatingMax, max, ofEachPeer);
  }
}
