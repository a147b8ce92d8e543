package io.surgemesh.simulator;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The lines between the nodes and the network: a frame has each to itself as long as it takes.
 *
 * <p>Frames wait for one another in the order in which they come to the line, whatever connection
 * they are of.
 */
final class AccessLinks {
  /** What a frame has besides its bytes: a yamux header of 12, the length and tag of Noise. */
  static final int FRAME_OVERHEAD_BYTES = 30;

  /** The headers of IPv4 and TCP. */
  static final int PACKET_OVERHEAD_BYTES = 40;

  private static final long NANO_BITS_PER_BYTE = 8_000_000_000L;

  private static final class Line {
    private @Nullable AccessRates own;
    private long upFreeNanos;
    private long downFreeNanos;
  }

  private AccessRates everyone;
  // By node, null where nothing was limited yet; may be shorter than there are nodes.
  private @Nullable Line[] lines = {};
  private boolean limited;

  AccessLinks(AccessRates rates) {
    everyone = rates;
    limited = !rates.equals(AccessRates.UNLIMITED);
  }

  /** Returns whether any line was ever limited, so that asking for times makes sense. */
  boolean isLimited() {
    return limited;
  }

  void setEveryone(AccessRates rates) {
    everyone = rates;
    limited = true;
  }

  void setNode(int node, AccessRates rates) {
    line(node).own = rates;
    limited = true;
  }

  /** Returns when a frame that comes to a node's line now has been sent. */
  long upNanos(int node, int bytes, long nowNanos) {
    Line line = line(node);
    long startNanos = Math.max(nowNanos, line.upFreeNanos);
    line.upFreeNanos = startNanos + takesNanos(bytes, rates(line).upBitsPerSecond());
    return line.upFreeNanos;
  }

  /** Returns when a frame that comes to a node's line now has been received. */
  long downNanos(int node, int bytes, long nowNanos) {
    Line line = line(node);
    long startNanos = Math.max(nowNanos, line.downFreeNanos);
    line.downFreeNanos = startNanos + takesNanos(bytes, rates(line).downBitsPerSecond());
    return line.downFreeNanos;
  }

  private AccessRates rates(Line line) {
    AccessRates own = line.own;
    return own == null ? everyone : own;
  }

  private Line line(int node) {
    if (node >= lines.length) {
      lines = Arrays.copyOf(lines, Math.max(node + 1, 2 * lines.length));
    }
    Line line = lines[node];
    if (line == null) {
      line = new Line();
      lines[node] = line;
    }
    return line;
  }

  private static long takesNanos(int bytes, long bitsPerSecond) {
    long packets = Retransmission.packets(bytes);
    long wireBytes = bytes + FRAME_OVERHEAD_BYTES + packets * PACKET_OVERHEAD_BYTES;
    return wireBytes * NANO_BITS_PER_BYTE / bitsPerSecond;
  }
}
