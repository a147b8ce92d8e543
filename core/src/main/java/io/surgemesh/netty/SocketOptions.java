package io.surgemesh.netty;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;

/** How sockets are set up, dialled and accepted ones alike. */
final class SocketOptions {
  /** Some records of 64 KiB per flush; more waits in the streams' queues, where it is counted. */
  static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(128 * 1024, 320 * 1024);

  private static final int READ_BYTES_MIN = 1024;
  private static final int READ_BYTES_START = 4096;
  private static final int READ_BYTES_MAX = 128 * 1024;

  private SocketOptions() {}

  /** Returns buffers that grow to two records on busy connections. */
  static RecvByteBufAllocator receiveBuffers() {
    return new AdaptiveRecvByteBufAllocator(READ_BYTES_MIN, READ_BYTES_START, READ_BYTES_MAX);
  }
}
