package io.surgemesh.dht;

/**
 * How long queries of one peer take, as one number: a smoothed time and how far single ones are
 * from it (RFC 6298, which has it from Jacobson and Karels), both in microseconds.
 *
 * <p>What is measured is a query as a whole: of a peer that has to be dialled each time, with the
 * dialling. That is what the next one will take.
 */
final class RoundTrips {
  /** Nothing is known. */
  static final long UNKNOWN = 0;

  /** How long a query may take of which nothing is known (RFC 6298, 2.1). */
  static final long TIMEOUT_FIRST_NANOS = 1_000_000_000L;

  /** The shortest time-out: what jitter and a busy peer may take. */
  static final long TIMEOUT_MIN_NANOS = 200_000_000L;

  /** The longest; a query that takes more is slow whatever its peer is known for. */
  static final long TIMEOUT_MAX_NANOS = 3_000_000_000L;

  private static final long MICRO_NANOS = 1_000L;
  private static final long MICROS_MAX = 60_000_000L;
  private static final int DIGITS = 12;

  private RoundTrips() {}

  /** Returns what is known after one more query, which took {@code nanos}. */
  static long after(long known, long nanos) {
    long micros = Math.max(1, Math.min(nanos / MICRO_NANOS, MICROS_MAX));
    if (known == UNKNOWN) {
      return packed(micros, micros / 2);
    }
    long smoothed = known >>> Integer.SIZE;
    long deviation = known & 0xffff_ffffL;
    long off = Math.abs(smoothed - micros);
    // A first query may have been dialled: what is faster by far counts at once.
    return 2 * micros < smoothed
        ? packed(micros, micros / 2)
        : packed((7 * smoothed + micros) / 8, (3 * deviation + off) / 4);
  }

  /**
   * Returns what is known of all peers together after one more query of any. Their times differ far
   * more than those of one peer, so that each counts for less.
   */
  static long afterAnother(long known, long nanos) {
    long micros = Math.max(1, Math.min(nanos / MICRO_NANOS, MICROS_MAX));
    if (known == UNKNOWN) {
      return packed(micros, micros);
    }
    long smoothed = known >>> Integer.SIZE;
    long deviation = known & 0xffff_ffffL;
    long off = Math.abs(smoothed - micros);
    return packed((31 * smoothed + micros) / 32, (31 * deviation + off) / 32);
  }

  /**
   * Returns the same in half the bits, for the many peers of which it is kept: of both times the
   * first twelve bits, so that what is kept still follows what is measured to within a thousandth.
   */
  static int compact(long known) {
    return (rounded((int) (known >>> Integer.SIZE)) << Short.SIZE) | rounded((int) known);
  }

  /** Returns what was made {@link #compact}. */
  static long expanded(int compact) {
    return compact == 0
        ? UNKNOWN
        : packed(micros(compact >>> Short.SIZE), micros(compact & 0xffff));
  }

  /** Returns a time of at most {@link #MICROS_MAX}: the exponent above, twelve bits below. */
  private static int rounded(int micros) {
    int exponent = Math.max(0, Integer.SIZE - Integer.numberOfLeadingZeros(micros) - DIGITS);
    int digits = (micros + ((1 << exponent) >> 1)) >> exponent;
    // Rounded up to a thirteenth bit, which is the same as half of it a step higher.
    return digits == 1 << DIGITS
        ? ((exponent + 1) << DIGITS) | (digits >> 1)
        : (exponent << DIGITS) | digits;
  }

  private static long micros(int rounded) {
    return (long) (rounded & ((1 << DIGITS) - 1)) << (rounded >>> DIGITS);
  }

  private static long packed(long smoothedMicros, long deviationMicros) {
    return Math.max(1, smoothedMicros) << Integer.SIZE | deviationMicros;
  }

  /** Returns the smoothed time; 0 when nothing is known. */
  static long smoothedNanos(long known) {
    return (known >>> Integer.SIZE) * MICRO_NANOS;
  }

  /** Returns after which time a query is slow. */
  static long timeoutNanos(long known) {
    if (known == UNKNOWN) {
      return TIMEOUT_FIRST_NANOS;
    }
    long nanos = smoothedNanos(known) + 4 * (known & 0xffff_ffffL) * MICRO_NANOS;
    return Math.max(TIMEOUT_MIN_NANOS, Math.min(nanos, TIMEOUT_MAX_NANOS));
  }
}
