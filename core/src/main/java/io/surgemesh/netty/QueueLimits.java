package io.surgemesh.netty;

/**
 * How many bytes may wait to be sent.
 *
 * @param soft on all streams of a connection, from which on none is writable
 * @param connectionMax on all streams of a connection; the stream that passes it is reset
 * @param peerMax on all connections to a peer; the stream that passes it is reset
 * @param hostMax on all connections together; from then on a stream is reset that writes on a
 *     connection with more than its share, so in all at most twice as much waits; from half of it
 *     on such a stream is not writable
 * @param share of each connection, which it has whatever others do
 */
public record QueueLimits(int soft, int connectionMax, long peerMax, long hostMax, int share) {
  private static final long HOST_MAX = 64L << 20;
  private static final int HEAP_PART = 8;

  /** Returns 4 MiB, 8 MiB, 16 MiB, 64 MiB or an eighth of a smaller heap, and 256 KiB. */
  public static QueueLimits defaults() {
    long hostMax = Math.min(HOST_MAX, Runtime.getRuntime().maxMemory() / HEAP_PART);
    return new QueueLimits(4 << 20, 8 << 20, 16 << 20, hostMax, 256 << 10);
  }
}
