package io.surgemesh.simulator;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import java.util.random.RandomGenerator;

/**
 * Identities of one attacker who makes as many as he likes, and uses those that stand where he
 * wants them: in the key space of Kademlia, the SHA-256 of peer ids, next to a victim.
 *
 * <p>What each of them does then is up to any {@link HostilePeer}:
 *
 * <pre>{@code
 * for (int i = 0; i < 20; i++) {
 *   SimulatedHost sybil = network.addHost(Sybil.nearKey(victim.peerId(), 8, random));
 *   HostilePeer.silent(protocols).start(sybil, known, sybil.random("hostile"));
 * }
 * }</pre>
 */
public final class Sybil {
  /** The longest prefix that can be asked for; some 65,000 keys are made for one of these. */
  public static final int PREFIX_BITS_MAX = 16;

  /** How many times as many keys are tried as it takes on average. */
  private static final int TRIES_FACTOR = 64;

  private Sybil() {}

  /**
   * Returns a key pair whose peer shares the first bits of a victim's place in the key space: the
   * first one drawn that does.
   *
   * <p>Takes 2^{@code prefixBits} keys on average, of some 50 microseconds each. At 64 times as
   * many, which never comes about with numbers that are random, it ends with the nearest of those.
   *
   * @param prefixBits how many bits, 0 to {@value #PREFIX_BITS_MAX}
   * @param random its only source of randomness
   * @throws IllegalArgumentException when out of range
   */
  public static KeyPair nearKey(PeerId victim, int prefixBits, RandomGenerator random) {
    if (prefixBits < 0 || prefixBits > PREFIX_BITS_MAX) {
      throw new IllegalArgumentException("prefixBits out of range: " + prefixBits);
    }
    long place = victim.sha256().word0();
    KeyPair nearest = drawn(random);
    long nearestApart = apart(place, nearest);
    int triesLeft = (TRIES_FACTOR << prefixBits) - 1;
    while (Long.numberOfLeadingZeros(nearestApart) < prefixBits && triesLeft-- > 0) {
      KeyPair next = drawn(random);
      long nextApart = apart(place, next);
      if (Long.compareUnsigned(nextApart, nearestApart) < 0) {
        nearest = next;
        nearestApart = nextApart;
      }
    }
    return nearest;
  }

  private static KeyPair drawn(RandomGenerator random) {
    byte[] seed = new byte[KeyPair.SEED_BYTES];
    random.nextBytes(seed);
    return KeyPair.fromSeed(seed);
  }

  private static long apart(long place, KeyPair pair) {
    return place ^ pair.peerId().sha256().word0();
  }
}
