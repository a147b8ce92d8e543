package io.surgemesh.gossip;

/**
 * How much gossip may take in and keep. The defaults are those of go- or rust-libp2p where they
 * have one.
 *
 * @param rpcBytesMax longest RPC; a longer one breaks its stream
 * @param controlBytesMax most bytes of an RPC that are not published messages; an RPC with more is
 *     dropped and held against its sender
 * @param messageBytesMax longest data of a message; a longer one is held against its sender
 * @param peersMax most peers gossiped with; further ones are left alone
 * @param topicsPerPeerMax most topics remembered of one peer; further ones are ignored and held
 *     against it
 * @param seenMax most message ids remembered; at the bound the oldest is forgotten
 * @param pendingMax most messages being judged; a further one is dropped as if never seen
 * @param heldBytesMax most bytes of messages being judged, and again of messages kept to be asked
 *     for; at the bound a new one is dropped and the oldest is forgotten
 * @param ihavesMax most IHAVE listened to of one peer per heartbeat; further ones are ignored
 * @param ihaveIdsMax most ids asked of one peer per heartbeat; further ones are ignored
 * @param retransmissionsMax how often one message is sent to one peer that asks for it
 * @param backoffsMax most pruned places remembered; at the bound the oldest is forgotten
 * @param queueFramesMax most frames waiting for one peer
 * @param queueBytesMax most bytes waiting for one peer; past either bound gossip is dropped first,
 *     then the oldest messages, and at last the stream
 */
public record GossipLimits(
    int rpcBytesMax,
    int controlBytesMax,
    int messageBytesMax,
    int peersMax,
    int topicsPerPeerMax,
    int seenMax,
    int pendingMax,
    int heldBytesMax,
    int ihavesMax,
    int ihaveIdsMax,
    int retransmissionsMax,
    int backoffsMax,
    int queueFramesMax,
    int queueBytesMax) {
  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException when one is below 1, or an RPC has no room for a message
   */
  public GossipLimits {
    int[] all = {
      rpcBytesMax, controlBytesMax, messageBytesMax, peersMax, topicsPerPeerMax, seenMax,
      pendingMax, heldBytesMax, ihavesMax, ihaveIdsMax, retransmissionsMax, backoffsMax,
      queueFramesMax, queueBytesMax
    };
    for (int limit : all) {
      if (limit < 1) {
        throw new IllegalArgumentException("gossip limit out of range: " + limit);
      }
    }
    if (messageBytesMax > rpcBytesMax - 2 * Rpc.TOPIC_BYTES_MAX) {
      throw new IllegalArgumentException("messageBytesMax out of range: " + messageBytesMax);
    }
  }

  /**
   * Returns RPCs of 1 MiB with 16 KiB of control, messages of 64 KiB, 1,024 peers with 100 topics,
   * 65,536 ids, 8,192 messages judged at once, 16 MiB held, 10 IHAVE and 5,000 ids per heartbeat, 3
   * retransmissions, 10,000 backoffs, and 4,096 frames or 1 MiB waiting per peer.
   */
  public static GossipLimits defaults() {
    return new GossipLimits(
        1 << 20, 16 << 10, 64 << 10, 1024, 100, 1 << 16, 8192, 16 << 20, 10, 5000, 3, 10_000, 4096,
        1 << 20);
  }

  /** Returns these with another longest message. */
  public GossipLimits withMessageBytesMax(int other) {
    return new GossipLimits(
        rpcBytesMax,
        controlBytesMax,
        other,
        peersMax,
        topicsPerPeerMax,
        seenMax,
        pendingMax,
        heldBytesMax,
        ihavesMax,
        ihaveIdsMax,
        retransmissionsMax,
        backoffsMax,
        queueFramesMax,
        queueBytesMax);
  }

  /** Returns these with other bounds on messages remembered, being judged, and their bytes. */
  public GossipLimits withMessages(int seen, int pending, int heldBytes) {
    return new GossipLimits(
        rpcBytesMax,
        controlBytesMax,
        messageBytesMax,
        peersMax,
        topicsPerPeerMax,
        seen,
        pending,
        heldBytes,
        ihavesMax,
        ihaveIdsMax,
        retransmissionsMax,
        backoffsMax,
        queueFramesMax,
        queueBytesMax);
  }
}
