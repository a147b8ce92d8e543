package io.surgemesh.dht;

import io.surgemesh.multiformats.Bytes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Judges values by the validator of their key's namespace, and by the time; a value of no known
 * namespace is not valid.
 */
final class Validators {
  /** How far a wall clock may be ahead before it costs this peer values of its own. */
  static final Duration CLOCK_AHEAD_MAX = Duration.ofDays(7);

  private final Map<String, ValueValidator> byNamespace;
  private final InstantSource wallClock;

  /**
   * Creates one.
   *
   * @param wallClock tells which values have ceased to be valid
   */
  Validators(DhtConfig config, InstantSource wallClock) {
    this.byNamespace = config.validators();
    this.wallClock = wallClock;
  }

  /** Returns the namespace of a key; empty when it is not {@code /namespace/rest}. */
  static Optional<String> namespace(Bytes key) {
    String text = new String(key.toByteArray(), StandardCharsets.ISO_8859_1);
    int end = text.indexOf('/', 1);
    return text.startsWith("/") && end > 1 && end + 1 < text.length()
        ? Optional.of(text.substring(1, end))
        : Optional.empty();
  }

  /** Returns whether a value may stand under a key at all. */
  boolean isKnown(Bytes key) {
    return find(key).isPresent();
  }

  /** Returns whether a value may stand under a key now. */
  boolean isValid(Bytes key, Bytes value) {
    ValueValidator validator = find(key).orElse(null);
    if (validator == null || value.isEmpty() || value.size() > Dht.VALUE_BYTES_MAX) {
      return false;
    }
    try {
      return validator.validate(key, value)
          && validator.expiry(key, value).isAfter(wallClock.instant());
    } catch (RuntimeException refused) {
      // It is the application's, and looks at the bytes of strangers: no reason to stop the DHT.
      return false;
    }
  }

  /**
   * Returns whether a value will never be valid again: its validator refuses it, or its time has
   * been over for so long that this is not the clock. One without a validator may have one again.
   */
  boolean isPast(Bytes key, Bytes value) {
    ValueValidator validator = find(key).orElse(null);
    if (validator == null) {
      return false;
    }
    try {
      Instant longAgo = wallClock.instant().minus(CLOCK_AHEAD_MAX);
      return !validator.validate(key, value) || validator.expiry(key, value).isBefore(longAgo);
    } catch (RuntimeException undecided) {
      return false;
    }
  }

  /** Returns when a valid value ceases to be so. */
  Instant expiry(Bytes key, Bytes value) {
    ValueValidator validator = find(key).orElse(null);
    if (validator == null) {
      return Instant.MIN;
    }
    try {
      return Objects.requireNonNull(validator.expiry(key, value));
    } catch (RuntimeException refused) {
      return Instant.MIN;
    }
  }

  /**
   * Returns for how long what ceases to be valid at a time stays so.
   *
   * @param mostNanos what is returned when that is longer
   */
  long restNanos(Instant expiry, long mostNanos) {
    Instant now = wallClock.instant();
    if (expiry.isAfter(now.plusNanos(mostNanos))) {
      return mostNanos;
    }
    return expiry.isAfter(now) ? Duration.between(now, expiry).toNanos() : 0;
  }

  /** Returns whether a value is to take the place of another one; both are valid. */
  boolean isBetter(Bytes key, Bytes value, Bytes held) {
    ValueValidator validator = find(key).orElse(null);
    if (validator == null || value.equals(held)) {
      return false;
    }
    try {
      return validator.select(key, List.of(held, value)) == 1;
    } catch (RuntimeException undecided) {
      return false;
    }
  }

  /** Returns whether neither of two values is better, in whatever order; both are valid. */
  boolean isAsGood(Bytes key, Bytes value, Bytes other) {
    if (value.equals(other)) {
      return true;
    }
    ValueValidator validator = find(key).orElse(null);
    if (validator == null) {
      return false;
    }
    try {
      return validator.select(key, List.of(other, value)) == 0
          && validator.select(key, List.of(value, other)) == 0;
    } catch (RuntimeException undecided) {
      return false;
    }
  }

  private Optional<ValueValidator> find(Bytes key) {
    return namespace(key).map(byNamespace::get);
  }
}
