package io.surgemesh.gossip;

import java.time.Duration;

/**
 * How gossip behaves. The defaults are those of the gossipsub v1.1 spec, section "Parameters".
 *
 * @param d wanted degree of a topic's mesh
 * @param dlo degree below which peers are grafted
 * @param dhi degree above which peers are pruned
 * @param dout peers of a mesh that we dialled and do not prune, so that those who dialled us cannot
 *     fill it; less than {@code dlo} and at most {@code d / 2}
 * @param dlazy least number of peers told by IHAVE of a message that has just come
 * @param heartbeat time between two rounds of upkeep
 * @param fanoutTtl how long peers of a topic only published to are kept after the last message
 * @param pruneBackoff how long a pruned peer must not graft again
 * @param seenTtl how long a message's id is remembered
 * @param floodPublish whether messages of our own go to every peer of the topic rather than to its
 *     mesh
 * @param limits how much is taken in and kept
 */
public record GossipConfig(
    int d,
    int dlo,
    int dhi,
    int dout,
    int dlazy,
    Duration heartbeat,
    Duration fanoutTtl,
    Duration pruneBackoff,
    Duration seenTtl,
    boolean floodPublish,
    GossipLimits limits) {
  private static final Duration TIME_MAX = Duration.ofHours(1);

  /**
   * Checks the ranges: degrees in order, times from a millisecond to an hour.
   *
   * @throws IllegalArgumentException naming what is out of range
   */
  public GossipConfig {
    if (dlo < 1 || d < dlo || dhi < d || dout < 0 || dout >= dlo || dout > d / 2 || dlazy < 0) {
      throw new IllegalArgumentException(
          "degrees out of range: " + d + ", " + dlo + ", " + dhi + ", " + dout + ", " + dlazy);
    }
    requireTime(heartbeat, "heartbeat");
    requireTime(fanoutTtl, "fanoutTtl");
    requireTime(pruneBackoff, "pruneBackoff");
    requireTime(seenTtl, "seenTtl");
  }

  /** Returns D 6, Dlo 5, Dhi 12, Dout 2, Dlazy 6, a heartbeat of 1 s, and the spec's times. */
  public static GossipConfig defaults() {
    return new GossipConfig(
        6,
        5,
        12,
        2,
        6,
        Duration.ofSeconds(1),
        Duration.ofSeconds(60),
        Duration.ofSeconds(60),
        Duration.ofSeconds(120),
        true,
        GossipLimits.defaults());
  }

  /** Returns this with other degrees. */
  public GossipConfig withDegrees(int newD, int newDlo, int newDhi, int newDout, int newDlazy) {
    return new GossipConfig(
        newD,
        newDlo,
        newDhi,
        newDout,
        newDlazy,
        heartbeat,
        fanoutTtl,
        pruneBackoff,
        seenTtl,
        floodPublish,
        limits);
  }

  /** Returns this with messages of our own going to every peer of the topic, or to its mesh. */
  public GossipConfig withFloodPublish(boolean other) {
    return new GossipConfig(
        d, dlo, dhi, dout, dlazy, heartbeat, fanoutTtl, pruneBackoff, seenTtl, other, limits);
  }

  /** Returns this with other limits. */
  public GossipConfig withLimits(GossipLimits other) {
    return new GossipConfig(
        d, dlo, dhi, dout, dlazy, heartbeat, fanoutTtl, pruneBackoff, seenTtl, floodPublish, other);
  }

  private static void requireTime(Duration value, String name) {
    if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(TIME_MAX) > 0) {
      throw new IllegalArgumentException(name + " out of range: " + value);
    }
  }
}
