package io.surgemesh.hostbench;

import io.surgemesh.multiformats.Multiaddr.TcpAddress;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
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

  private static final int SLOW_ONES = 64;
  private static final long SLOW_EVERY_MILLIS = 20;
  private static final int GARBAGE_BYTES = 1000;
  private static final int NOISE_KEY_BYTES = 32;
  private static final byte[] PROPOSAL =
      "\u0013/multistream/1.0.0\n\u0007/noise\n".getBytes(StandardCharsets.US_ASCII);

  private final Kind kind;
  private final SplittableRandom random = new SplittableRandom(1);
  private final HeldSockets held;
  private int dripped;

  SocketAttack(Kind kind, TcpAddress victim) {
    this.kind = kind;
    this.held = new HeldSockets(victim);
  }

  @Override
  public void step() {
    if (kind == Kind.SLOW_BYTES && held.size() >= SLOW_ONES) {
      drip();
      return;
    }
    try {
      Socket socket = held.open();
      socket.getOutputStream().write(firstBytes());
    } catch (IOException refused) {
      // As it should be.
    }
    if (kind == Kind.GARBAGE) {
      held.clear();
    } else {
      held.trim();
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
    Socket socket = held.take();
    try {
      socket.getOutputStream().write(PROPOSAL[dripped++ / SLOW_ONES % PROPOSAL.length]);
      held.add(socket);
    } catch (IOException closed) {
      HeldSockets.close(socket);
    }
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SLOW_EVERY_MILLIS));
  }

  @Override
  public void end() {
    held.clear();
  }
}
