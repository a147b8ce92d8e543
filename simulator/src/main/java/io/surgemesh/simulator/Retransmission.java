package io.surgemesh.simulator;

/**
 * What lost packets cost a TCP connection, in time: functions of their arguments alone.
 *
 * <p>Loss is that of the data: acknowledgements are cumulative, so that of one costs nothing here.
 */
final class Retransmission {
  /** Bytes of a frame in one packet. */
  static final int PACKET_BYTES = 1400;

  /** What the retransmission timer exceeds the round trip by, as in Linux. */
  static final long RTO_MIN_NANOS = 200_000_000L;

  /** Where the retransmission timer stops doubling (RFC 6298, section 2.5). */
  static final long RTO_MAX_NANOS = 60_000_000_000L;

  /** The timer of the first packet of a connection, before any round trip (RFC 6298, 2.1). */
  static final long RTO_INITIAL_NANOS = 1_000_000_000L;

  /** Says that a packet was lost until the sender gave up. */
  static final long GIVEN_UP = -1;

  private static final int PERMILLE = 1000;

  // Ten thousand times the square root of a loss, by permille.
  private static final int[] ROOTS = roots();

  // The constant sqrt(3/2) of Mathis et al. 1997 for one acknowledgement per packet, on that scale.
  private static final long MATHIS = 12_247;

  private Retransmission() {}

  static int packets(int bytes) {
    return Math.max(1, (bytes + PACKET_BYTES - 1) / PACKET_BYTES);
  }

  /** Returns the loss of a round trip whose two directions lose that much each. */
  static int roundTripPermille(int there, int back) {
    return there + back - there * back / PERMILLE;
  }

  /**
   * Returns how much later than without loss all of some packets sent in a row have arrived.
   *
   * <p>One that others follow is sent again a round trip later, when their acknowledgements tell of
   * it. The last one, and whatever is lost twice, waits for the timer, which doubles each time.
   *
   * @param draw decides which transmissions are lost
   * @param limitNanos until the sender gives up on a packet
   */
  static long frameNanos(
      long draw, int packets, int permille, long roundTripNanos, long limitNanos) {
    long latestNanos = 0;
    for (int packet = 0; packet < packets; packet++) {
      long fastNanos = packet < packets - 1 ? roundTripNanos : 0;
      long timerNanos = roundTripNanos + RTO_MIN_NANOS;
      long nanos = packetNanos(draw, packet, permille, fastNanos, timerNanos, limitNanos);
      if (nanos == GIVEN_UP) {
        return GIVEN_UP;
      }
      latestNanos = Math.max(latestNanos, nanos);
    }
    return latestNanos;
  }

  /**
   * Returns how late loss makes the first packet of a connection: 0, 1, 3, 7 s and so on.
   *
   * @param permille loss of a round trip, as the answer may be lost too
   */
  static long firstPacketNanos(long draw, int permille, long limitNanos) {
    return packetNanos(draw, 0, permille, 0, RTO_INITIAL_NANOS, limitNanos);
  }

  /** Returns how late loss makes {@code count} round trips of one packet each, one by one. */
  static long roundTripsNanos(
      long draw, int count, int permille, long roundTripNanos, long limitNanos) {
    long sumNanos = 0;
    for (int trip = 1; trip <= count; trip++) {
      long timerNanos = roundTripNanos + RTO_MIN_NANOS;
      long nanos = packetNanos(draw, trip, permille, 0, timerNanos, limitNanos);
      if (nanos == GIVEN_UP) {
        return GIVEN_UP;
      }
      sumNanos += nanos;
    }
    return sumNanos;
  }

  /**
   * Returns the time from packet to packet that loss allows in the long run: the macroscopic model
   * of Mathis, Semke, Mahdavi and Ott (1997), {@code sqrt(3/2) / sqrt(loss)} packets a round trip.
   */
  static long spacingNanos(int permille, long roundTripNanos) {
    return roundTripNanos * ROOTS[permille] / MATHIS;
  }

  /** Returns the time between the first transmission of a packet and the one that arrives. */
  private static long packetNanos(
      long draw, int packet, int permille, long fastNanos, long timerNanos, long limitNanos) {
    long nanos = 0;
    long waitNanos = timerNanos;
    for (int transmission = 0; isLost(draw, packet, transmission, permille); transmission++) {
      if (transmission == 0 && fastNanos > 0) {
        nanos += fastNanos;
      } else {
        nanos += waitNanos;
        waitNanos = Math.min(2 * waitNanos, RTO_MAX_NANOS);
      }
      if (nanos >= limitNanos) {
        return GIVEN_UP;
      }
    }
    return nanos;
  }

  private static boolean isLost(long draw, int packet, int transmission, int permille) {
    long bits = Mix.mix(draw, ((long) packet << Integer.SIZE) | transmission);
    return Mix.below(PERMILLE, bits) < permille;
  }

  private static int[] roots() {
    int[] roots = new int[PERMILLE + 1];
    long root = 0;
    for (int permille = 0; permille < roots.length; permille++) {
      while ((root + 1) * (root + 1) <= permille * 100_000L) {
        root++;
      }
      roots[permille] = (int) root;
    }
    return roots;
  }
}
