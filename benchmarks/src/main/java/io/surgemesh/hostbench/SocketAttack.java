package io.surgemesh.hostbench;

import io.surgemesh.multiformats.Multiaddr.TcpAddress;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Attacks by who proves no identity: many TCP connections that lead nowhere. */
final class SocketAttack implements Attack {
  /** What is done with each connection. */
  enum Kind {
    /** Nothing. */
    CONNECTIONS,
    /** The first message of a handshake, which costs an answer. */
    HALF_HANDSHAKES,
    /** Bytes of no meaning. */
    GARBAGE,
    /** A byte now and then, as if it went on for ever. */
    SLOW_BYTES
  }

  /** More than a host has places for. */
  private static final int HELD_MAX = 256;

  private static final int SLOW_ONES = 64;
  private static final long SLOW_EVERY_MILLIS = 20;
  private static final int GARBAGE_BYTES = 1000;
  private static final int NOISE_KEY_BYTES = 32;
  private static final byte[] PROPOSAL =
      "\u0013/multistream/1.0.0\n\u0007/noise\n".getBytes(StandardCharsets.US_ASCII);

  private final Kind kind;
  private final TcpAddress victim;
  private final SplittableRandom random = new SplittableRandom(1);
  private final ArrayDeque<Socket> held = new ArrayDeque<>();
  private int dripped;

  SocketAttack(Kind kind, TcpAddress victim) {
    this.kind = kind;
    this.victim = victim;
  }

  @Override
  public void step() {
    if (kind == Kind.SLOW_BYTES && held.size() >= SLOW_ONES) {
      drip();
      return;
    }
    try {
      Socket socket = new Socket(victim.host(), victim.port());
      held.add(socket);
      socket.getOutputStream().write(firstBytes());
    } catch (IOException refused) {
      // As it should be.
    }
    if (held.size() > HELD_MAX || (kind == Kind.GARBAGE && !held.isEmpty())) {
      close(held.remove());
    }
  }

  private byte[] firstBytes() {
    return switch (kind) {
      case CONNECTIONS, SLOW_BYTES -> new byte[0];
      case GARBAGE -> randomBytes(new byte[GARBAGE_BYTES], 0);
      case HALF_HANDSHAKES -> {
        byte[] bytes = new byte[PROPOSAL.length + 2 + NOISE_KEY_BYTES];
        System.arraycopy(PROPOSAL, 0, bytes, 0, PROPOSAL.length);
        bytes[PROPOSAL.length + 1] = NOISE_KEY_BYTES;
        yield randomBytes(bytes, PROPOSAL.length + 2);
      }
    };
  }

  private byte[] randomBytes(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt();
    }
    return bytes;
  }

  private void drip() {
    Socket socket = held.remove();
    try {
      socket.getOutputStream().write(PROPOSAL[dripped++ / SLOW_ONES % PROPOSAL.length]);
      held.add(socket);
    } catch (IOException closed) {
      close(socket);
    }
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SLOW_EVERY_MILLIS));
  }

  @Override
  public void end() {
    held.forEach(SocketAttack::close);
    held.clear();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      // Then it is closed.
    }
  }
}
