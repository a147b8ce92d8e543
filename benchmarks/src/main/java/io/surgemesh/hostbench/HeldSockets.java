package io.surgemesh.hostbench;

import io.surgemesh.multiformats.Multiaddr.TcpAddress;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayDeque;

/** The connections that an attacker holds, the oldest first. Confined to one thread. */
final class HeldSockets {
  /** More than a host has places for. */
  private static final int COUNT_MAX = 256;

  private final TcpAddress victim;
  private final ArrayDeque<Socket> held = new ArrayDeque<>();

  HeldSockets(TcpAddress victim) {
    this.victim = victim;
  }

  /** Makes one more, and holds it. */
  Socket open() throws IOException {
    Socket socket = new Socket(victim.host(), victim.port());
    held.add(socket);
    return socket;
  }

  int size() {
    return held.size();
  }

  /** Returns the oldest, which is held no more. */
  Socket take() {
    return held.remove();
  }

  /** Holds one that was taken. */
  void add(Socket socket) {
    held.add(socket);
  }

  /** Lets go of the oldest if there are too many. */
  void trim() {
    if (held.size() > COUNT_MAX) {
      close(held.remove());
    }
  }

  /** Lets go of all. */
  void clear() {
    held.forEach(HeldSockets::close);
    held.clear();
  }

  static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      // Then it is closed.
    }
  }
}
