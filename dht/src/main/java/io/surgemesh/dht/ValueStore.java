package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Deadlines;
import io.surgemesh.multiformats.Bytes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The values kept for others, one of each key, for a limited time (libp2p kad-dht r2, Value
 * routing).
 *
 * <p>A value that comes again starts its time anew, as a better one does, and as one does that is
 * as good and only written otherwise: that one itself is not taken. None outlives what its
 * validator says of it. Every bound refuses newcomers and leaves what is there to expire: flooding
 * does not put out honest records.
 */
final class ValueStore {
  /** The most records, with {@link Dht#VALUE_BYTES_MAX} a bound of 32 MiB. */
  static final int RECORDS_MAX = 1024;

  /** The most records that one other peer sent. */
  static final int RECORDS_PER_PEER_MAX = 64;

  /** What became of a value. */
  enum Outcome {
    /** It is held now, or was already, or one that is as good. */
    KEPT,
    /** A better one is held. */
    WORSE,
    /** The store, or what it has for the sender, is full. */
    NO_ROOM
  }

  /**
   * A value held.
   *
   * @param from who sent it first
   * @param received when it last came
   */
  record Held(Bytes value, PeerId from, Instant received) {}

  private final PeerId self;
  private final Validators validators;
  private final InstantSource wallClock;
  private final long expiryNanos;

  // Most peers keep no value at all, and then no map either.
  private Map<Bytes, Held> records = Collections.emptyMap();
  private Map<PeerId, Integer> counts = Collections.emptyMap();
  private final Deadlines<Bytes> expiries = new Deadlines<>();

  ValueStore(PeerId self, DhtConfig config, InstantSource wallClock) {
    this.self = self;
    this.validators = new Validators(config, wallClock);
    this.wallClock = wallClock;
    this.expiryNanos = config.valueExpiry().toNanos();
  }

  /** Takes a valid value, unless a better one is held. */
  Outcome put(Bytes key, Bytes value, PeerId from, long nowNanos) {
    return put(key, value, from, wallClock.instant(), expiryNanos, nowNanos);
  }

  /**
   * Takes back the values among some records of an earlier life, which were valid a moment ago; one
   * that has come again since then stays as it came.
   */
  void restore(List<RestoredRecord> restored, long nowNanos) {
    for (RestoredRecord kept : restored) {
      ValueRecord record = kept.message().record().orElse(null);
      if (record != null && !isHeld(record)) {
        Instant received = record.received().orElse(Instant.EPOCH);
        long restNanos = Math.min(kept.restNanos(), expiryNanos);
        put(record.key(), record.value(), kept.sender(), received, restNanos, nowNanos);
      }
    }
  }

  private boolean isHeld(ValueRecord record) {
    Held held = records.get(record.key());
    return held != null && held.value.equals(record.value());
  }

  private Outcome put(
      Bytes key, Bytes value, PeerId from, Instant received, long keptNanos, long nowNanos) {
    expire(nowNanos);
    Held held = records.get(key);
    Held kept = new Held(value, from, received);
    if (held != null && validators.isAsGood(key, value, held.value)) {
      kept = new Held(held.value, held.from, received);
    } else if (held != null && !validators.isBetter(key, value, held.value)) {
      return Outcome.WORSE;
    }
    if (!hasRoom(held, kept.from)) {
      return Outcome.NO_ROOM;
    }
    remove(key);
    add(key, kept);
    expiries.set(key, nowNanos + validators.restNanos(key, kept.value, keptNanos));
    return Outcome.KEPT;
  }

  private boolean hasRoom(@Nullable Held held, PeerId sender) {
    return held == null
        ? records.size() < RECORDS_MAX && hasRoomFor(sender)
        : held.from.equals(sender) || hasRoomFor(sender);
  }

  private boolean hasRoomFor(PeerId sender) {
    return sender.equals(self) || counts.getOrDefault(sender, 0) < RECORDS_PER_PEER_MAX;
  }

  private void add(Bytes key, Held record) {
    if (records.isEmpty()) {
      records = new LinkedHashMap<>();
      counts = new LinkedHashMap<>();
    }
    records.put(key, record);
    counts.merge(record.from, 1, Integer::sum);
  }

  private void remove(Bytes key) {
    Held removed = records.isEmpty() ? null : records.remove(key);
    if (removed != null) {
      forget(removed.from);
    }
  }

  private void forget(PeerId sender) {
    counts.computeIfPresent(sender, (peer, count) -> count == 1 ? null : count - 1);
  }

  /** Returns who judges what is kept here. */
  Validators validators() {
    return validators;
  }

  /** Returns what is held of a key. */
  Optional<Held> find(Bytes key, long nowNanos) {
    expire(nowNanos);
    return Optional.ofNullable(records.get(key));
  }

  /** Returns what is held of a key, as it is told to others. */
  Optional<ValueRecord> record(Bytes key, long nowNanos) {
    return find(key, nowNanos)
        .map(held -> new ValueRecord(key, held.value, Optional.of(held.received)));
  }

  /** Returns how many records there are. */
  int size() {
    return records.size();
  }

  /** Drops every record whose time is over. */
  void expire(long nowNanos) {
    for (Bytes key = expiries.pollDue(nowNanos); key != null; key = expiries.pollDue(nowNanos)) {
      remove(key);
    }
  }
}
