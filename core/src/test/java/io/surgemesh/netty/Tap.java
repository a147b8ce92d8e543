package io.surgemesh.netty;

import io.surgemesh.multiformats.Multiaddr;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;

/** Carries the bytes of one connection to a host, until it is told to break it in some way. */
final class Tap implements AutoCloseable {
  private final ServerSocket server;
  private final CompletableFuture<Socket> dialer = new CompletableFuture<>();
  private final Socket toHost;
  private volatile boolean frozen;

  Tap(NettyHost host) throws IOException {
    Multiaddr.TcpAddress tcp = host.addresses().get(0).tcp().orElseThrow();
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    toHost = new Socket(tcp.host(), tcp.port());
    Thread accepting = new Thread(this::accept);
    accepting.setDaemon(true);
    accepting.start();
  }

  /** Returns where to dial the host through this. */
  Multiaddr addressOf(NettyHost host) {
    return Multiaddr.of("/ip4/127.0.0.1/tcp/" + server.getLocalPort())
        .withPeerId(host.peerId().bytes());
  }

  private void accept() {
    try {
      Socket accepted = server.accept();
      dialer.complete(accepted);
      Thread back = new Thread(() -> carry(toHost, accepted));
      back.setDaemon(true);
      back.start();
      carry(accepted, toHost);
    } catch (IOException over) {
      dialer.completeExceptionally(over);
    }
  }

  private void carry(Socket from, Socket to) {
    byte[] buffer = new byte[64 * 1024];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (!frozen) {
          out.write(buffer, 0, count);
        }
      }
    } catch (IOException broken) {
      // As it was told.
    }
  }

  /** Carries nothing any more, and says so to nobody: as a cable that was pulled. */
  void freeze() {
    frozen = true;
  }

  /** Ends the direction towards the host; the other stays open. */
  void endHalf() throws IOException {
    frozen = true;
    toHost.shutdownOutput();
  }

  /** Resets the TCP connection to the host. */
  void reset() throws IOException {
    frozen = true;
    toHost.setSoLinger(true, 0);
    toHost.close();
  }

  @Override
  public void close() throws IOException {
    server.close();
    toHost.close();
    if (dialer.isDone() && !dialer.isCompletedExceptionally()) {
      dialer.join().close();
    }
  }
}
