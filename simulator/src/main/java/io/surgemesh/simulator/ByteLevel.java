package io.surgemesh.simulator;

import io.surgemesh.session.CipherState;
import io.surgemesh.session.YamuxLimits;

/** What the connections of a network at byte level share. Confined to the network's thread. */
final class ByteLevel {
  private static final long WRITE_STALL_NANOS = 10_000_000_000L;

  // Used within one flush of one connection; nobody keeps anything in them.
  private final byte[] plain = new byte[CipherState.PLAIN_BYTES_MAX];
  private final byte[] record = new byte[CipherState.SEALED_BYTES_MAX];
  private final YamuxLimits yamux = YamuxLimits.defaults();

  byte[] plain() {
    return plain;
  }

  byte[] record() {
    return record;
  }

  YamuxLimits yamux() {
    return yamux;
  }

  /** Returns how long a full pipe may stay full, as on sockets. */
  long writeStallNanos() {
    return WRITE_STALL_NANOS;
  }
}
