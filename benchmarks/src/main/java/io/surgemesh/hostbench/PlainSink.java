package io.surgemesh.hostbench;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;

/** Plain TCP for comparison: takes all bytes of a connection, then answers with one. */
final class PlainSink implements Closeable {
  private static final int PIECE_BYTES = 64 * 1024;

  private final ServerSocket listener;

  PlainSink() throws IOException {
    listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve, "plain-sink");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return listener.getLocalPort();
  }

  private void serve() {
    try {
      while (true) {
        try (Socket socket = listener.accept()) {
          InputStream in = socket.getInputStream();
          byte[] piece = new byte[PIECE_BYTES];
          byte[] head = in.readNBytes(Long.BYTES);
          while (head.length == Long.BYTES) {
            long chunkLeft = ByteBuffer.wrap(head).getLong();
            while (chunkLeft > 0) {
              int read = in.read(piece, 0, (int) Math.min(piece.length, chunkLeft));
              if (read < 0) {
                break;
              }
              chunkLeft -= read;
            }
            socket.getOutputStream().write(1);
            head = in.readNBytes(Long.BYTES);
          }
        }
      }
    } catch (IOException closed) {
      // The comparison is over.
    }
  }

  /**
   * Sends so many bytes, several times on one connection so that its windows have grown.
   *
   * @return how long the last time took until the answer, in nanoseconds
   */
  static long send(int port, long bytes, int times) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = socket.getOutputStream();
      byte[] piece = new byte[PIECE_BYTES];
      long nanos = 0;
      for (int i = 0; i < times; i++) {
        long begun = System.nanoTime();
        out.write(ByteBuffer.allocate(Long.BYTES).putLong(0, bytes).array());
        for (long left = bytes; left > 0; left -= piece.length) {
          out.write(piece, 0, (int) Math.min(piece.length, left));
        }
        if (socket.getInputStream().read() != 1) {
          throw new IOException("no answer over plain TCP");
        }
        nanos = System.nanoTime() - begun;
      }
      return nanos;
    }
  }

  /**
   * Returns how long it took to connect, send and hear one byte: two round trips, and what the path
   * and this machine add to them.
   */
  static long firstByteNanos(int port) throws IOException {
    long begun = System.nanoTime();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      socket.getOutputStream().write(ByteBuffer.allocate(Long.BYTES + 1).putLong(0, 1).array());
      if (socket.getInputStream().read() != 1) {
        throw new IOException("no answer over plain TCP");
      }
      return System.nanoTime() - begun;
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
