package io.surgemesh.netty;

/**
 * How many bytes that came from peers a host holds in memory: what streams were given and have not
 * consumed, and parts of messages that are not whole yet.
 *
 * @param hostMax of all peers together; beyond it, whoever holds most loses a stream, so at most
 *     this and each peer's share are held, but for what arrives meanwhile
 * @param peerMax of one peer; the stream with which it passes that is reset
 * @param share of each peer, which it has whatever others do
 */
public record InboundLimits(long hostMax, long peerMax, int share) {
  private static final long HOST_MAX = 128L << 20;
  private static final int HEAP_PART = 8;
  private static final int PEER_PART = 2;

  /** Returns the defaults for this process's heap, as {@link #forHeap} does. */
  public static InboundLimits defaults() {
    return forHeap(Runtime.getRuntime().maxMemory());
  }

  /**
   * Returns an eighth of the heap, at most 128 MiB; half of that for one peer, and a share of 64
   * KiB.
   */
  public static InboundLimits forHeap(long heapBytes) {
    long hostMax = Math.min(HOST_MAX, heapBytes / HEAP_PART);
    return new InboundLimits(hostMax, hostMax / PEER_PART, 64 << 10);
  }
}
