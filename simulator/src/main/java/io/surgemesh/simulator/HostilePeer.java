package io.surgemesh.simulator;

import io.surgemesh.host.ProtocolId;
import io.surgemesh.multiformats.Multiaddr;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A peer of a simulation that does not keep to the protocols.
 *
 * <p>Plug one in on a host of its own: {@code hostile.start(network.addHost(), known, random)}. It
 * answers identify and ping as every simulated host does, and says there what it pretends to serve.
 * All it does happens on its host's loop and follows from {@code random}, so runs repeat. Many of
 * them near one peer, as of one owner, have keys of {@link Sybil}.
 */
@FunctionalInterface
public interface HostilePeer {
  /**
   * Begins its mischief, which goes on until the host is closed or crashes.
   *
   * @param host on which nothing else runs
   * @param known addresses of peers to begin with; others are met as they connect
   * @param random its only source of randomness
   */
  void start(SimulatedHost host, List<Multiaddr> known, RandomGenerator random);

  /**
   * Returns a peer that accepts every stream of these protocols and neither reads nor answers.
   *
   * @param protocols what it pretends to serve
   */
  static HostilePeer silent(List<ProtocolId> protocols) {
    return new SilentPeer(protocols);
  }

  /**
   * Returns a peer that answers in random bytes and opens streams of whatever its peers serve, a
   * few a second, to write more of them.
   *
   * @param protocols what it pretends to serve
   */
  static HostilePeer garbage(List<ProtocolId> protocols) {
    return new GarbagePeer(protocols);
  }

  /**
   * Returns a peer that opens streams of whatever its peers serve and fills each with frames, as
   * fast as told and without reading.
   *
   * @param protocols what it pretends to serve
   * @param streamsPerSecond 1 to 10,000
   * @throws IllegalArgumentException when out of range
   */
  static HostilePeer flooding(List<ProtocolId> protocols, int streamsPerSecond) {
    return new FloodingPeer(protocols, streamsPerSecond);
  }

  /**
   * Returns a peer that lies in well-formed words: it passes what it is asked on to another peer
   * that serves the protocol, and answers with what it got for another question, or with a bit of
   * the right answer changed. Whom it finds nobody to ask for, it resets.
   *
   * <p>For protocols of frames, each of which answers one of the other side. Remembers 64 answers
   * of each protocol, and passes on frames of up to 64 KiB of 64 streams at once, each for 10 s.
   *
   * @param protocols what it pretends to serve
   */
  static HostilePeer lying(List<ProtocolId> protocols) {
    return new LyingPeer(protocols);
  }
}
