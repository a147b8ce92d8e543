package io.surgemesh.hostbench;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A path of a given length and width on loopback: what goes in comes out after a delay, at a rate,
 * and a connection takes a round trip.
 *
 * <p>Each direction holds what is under way, and beyond it one bandwidth-delay product in a queue;
 * then it reads no more, as a sender sees that whose window is full. Two threads a direction.
 */
final class DelayingRelay implements Closeable {
  private static final int READ_BYTES = 64 * 1024;

  private final ServerSocket listener;
  private final int targetPort;
  private final long delayNanos;
  private final double nanosPerByte;
  private final long heldBytesMax;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  /**
   * Starts a relay to a port of loopback.
   *
   * @param rttNanos there and back
   * @param bitsPerSecond of each direction
   */
  DelayingRelay(int targetPort, long rttNanos, long bitsPerSecond) throws IOException {
    this.targetPort = targetPort;
    this.delayNanos = rttNanos / 2;
    this.nanosPerByte = 8e9 / bitsPerSecond;
    long product = (long) (rttNanos / nanosPerByte);
    this.heldBytesMax = product / 2 + product;
    this.listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    start("relay-accept", this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket near = listener.accept();
        Socket far = new Socket(InetAddress.getLoopbackAddress(), targetPort);
        for (Socket socket : List.of(near, far)) {
          socket.setTcpNoDelay(true);
          sockets.add(socket);
        }
        start("relay-begin", () -> begin(near, far));
      }
    } catch (IOException closed) {
      closeAll();
    }
  }

  /** A dialler hears after a round trip that it is connected, and sends nothing before. */
  private void begin(Socket near, Socket far) {
    parkUntil(System.nanoTime() + 2 * delayNanos);
    new Direction(near, far).begin();
    new Direction(far, near).begin();
  }

  private static void parkUntil(long dueNanos) {
    for (long early = dueNanos - System.nanoTime();
        early > 0;
        early = dueNanos - System.nanoTime()) {
      LockSupport.parkNanos(early);
    }
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void closeAll() {
    for (Socket socket : sockets) {
      closeQuietly(socket);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      // It is what was wanted.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    closeAll();
  }

  /** Bytes with the time at which they come out; no bytes for the end. */
  private record Piece(ByteBuffer bytes, long dueNanos) {}

  private final class Direction {
    private final Socket from;
    private final Socket to;
    private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
    private long heldBytes;
    private long departedNanos = System.nanoTime();

    Direction(Socket from, Socket to) {
      this.from = from;
      this.to = to;
    }

    void begin() {
      start("relay-in", this::read);
      start("relay-out", this::write);
    }

    private void read() {
      byte[] buffer = new byte[READ_BYTES];
      try {
        InputStream in = from.getInputStream();
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          put(ByteBuffer.wrap(Arrays.copyOf(buffer, read)));
        }
      } catch (IOException | InterruptedException broken) {
        closeQuietly(to);
      }
      try {
        put(ByteBuffer.allocate(0));
      } catch (InterruptedException stopped) {
        closeQuietly(to);
      }
    }

    private synchronized void put(ByteBuffer bytes) throws InterruptedException {
      while (heldBytes > heldBytesMax) {
        wait();
      }
      heldBytes += bytes.remaining();
      departedNanos =
          Math.max(departedNanos, System.nanoTime()) + (long) (bytes.remaining() * nanosPerByte);
      pieces.add(new Piece(bytes, departedNanos + delayNanos));
      notifyAll();
    }

    private synchronized Piece take() throws InterruptedException {
      @Nullable Piece piece = pieces.poll();
      while (piece == null) {
        wait();
        piece = pieces.poll();
      }
      return piece;
    }

    private synchronized void taken(int bytes) {
      heldBytes -= bytes;
      notifyAll();
    }

    private void write() {
      try {
        OutputStream out = to.getOutputStream();
        for (Piece piece = take(); piece.bytes().hasRemaining(); piece = take()) {
          parkUntil(piece.dueNanos());
          out.write(piece.bytes().array());
          taken(piece.bytes().remaining());
        }
        to.shutdownOutput();
      } catch (IOException | InterruptedException broken) {
        closeQuietly(from);
      }
    }
  }
}
