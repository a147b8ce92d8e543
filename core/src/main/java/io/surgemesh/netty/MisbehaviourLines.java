package io.surgemesh.netty;

import io.surgemesh.host.Rule;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.wire.PeerText;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Makes one line of each misbehaviour, but no more than people want to read.
 *
 * <p>In each {@link #WINDOW_NANOS} there are at most {@value #LINES_PER_PEER_MAX} lines of one peer
 * and {@value #LINES_MAX} in all; how many more there would have been is a line of its own at the
 * end. A peer that has not proven who it is counts by its IP address.
 */
final class MisbehaviourLines implements Machine<String> {
  static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();
  static final int LINES_PER_PEER_MAX = 5;
  static final int LINES_MAX = 60;

  private static final int ADDRESS_CHARACTERS_MAX = 160;

  private final Queue<String> outputs = new ArrayDeque<>();
  // Of this window; bounded as there is a line for each.
  private final Map<Bytes, Integer> linesByPeer = new LinkedHashMap<>();
  private long windowEndNanos = NEVER;
  private int lines;
  private long suppressed;

  /**
   * A peer broke a rule.
   *
   * @param peer null when it is not known
   * @param address the other end of its connection
   */
  void onMisbehaved(
      @Nullable PeerId peer, Multiaddr address, Rule rule, Rule.Reaction reaction, long nowNanos) {
    onTimeout(nowNanos);
    if (windowEndNanos == NEVER) {
      windowEndNanos = nowNanos + WINDOW_NANOS;
    }
    Bytes key = peer == null ? address.components().get(0).value() : peer.bytes();
    int ofPeer = linesByPeer.getOrDefault(key, 0);
    if (ofPeer >= LINES_PER_PEER_MAX || lines >= LINES_MAX) {
      suppressed++;
      return;
    }
    linesByPeer.put(key, ofPeer + 1);
    lines++;
    outputs.add(
        "misbehaved peer="
            + (peer == null ? "-" : peer)
            + " address="
            + PeerText.escape(address.toString(), ADDRESS_CHARACTERS_MAX)
            + " rule="
            + rule
            + " action="
            + reaction);
  }

  @Override
  public @Nullable String poll() {
    return outputs.poll();
  }

  @Override
  public long deadlineNanos() {
    return suppressed > 0 ? windowEndNanos : NEVER;
  }

  @Override
  public void onTimeout(long nowNanos) {
    if (nowNanos < windowEndNanos) {
      return;
    }
    if (suppressed > 0) {
      outputs.add("misbehaved suppressed=" + suppressed);
    }
    windowEndNanos = NEVER;
    linesByPeer.clear();
    lines = 0;
    suppressed = 0;
  }
}
