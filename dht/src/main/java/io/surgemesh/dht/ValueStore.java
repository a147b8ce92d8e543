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

  /** The most records that came from one IP group: identities cost nothing. */
  static final int RECORDS_PER_GROUP_MAX = RECORDS_MAX / ProviderShares.PART;

  /** What became of a value. */
  enum Outcome {
    /** It is held now, or was already, or one that is as good. */
    KEPT,
    /** A better one is held. */
    WORSE,
    /** The store, or what it has for the sender, is full. */
    NO_ROOM
  }

  /** A value held. */
  static final class Held {
    private final Bytes value;
    private final PeerId from;
    private final int group;
    private Instant received;
    private Instant expiry = Instant.MIN;

    /** From when on it is worth being written again. */
    private long savesFromNanos = Long.MIN_VALUE;

    private Held(Bytes value, PeerId from, int group, Instant received) {
      this.value = value;
      this.from = from;
      this.group = group;
      this.received = received;
    }

    Bytes value() {
      return value;
    }

    /** Returns who sent it first. */
    PeerId from() {
      return from;
    }
  }

  private final PeerId self;
  private final Validators validators;
  private final InstantSource wallClock;
  private final long expiryNanos;

  // Most peers keep no value at all, and then no map either.
  private Map<Bytes, Held> records = Collections.emptyMap();
  private Map<PeerId, Integer> counts = Collections.emptyMap();
  private Map<Integer, Integer> groupCounts = Collections.emptyMap();
  private final Deadlines<Bytes> expiries = new Deadlines<>();

  ValueStore(PeerId self, DhtConfig config, InstantSource wallClock) {
    this.self = self;
    this.validators = new Validators(config, wallClock);
    this.wallClock = wallClock;
    this.expiryNanos = config.valueExpiry().toNanos();
  }

  /** Takes a valid value of nobody's IP group, unless a better one is held. */
  Outcome put(Bytes key, Bytes value, PeerId from, long nowNanos) {
    return put(key, value, from, IpGroups.NONE, nowNanos);
  }

  /**
   * Takes a valid value, unless a better one is held.
   *
   * @param group the IP group of where the sender is connected
   */
  Outcome put(Bytes key, Bytes value, PeerId from, int group, long nowNanos) {
    return put(key, new Held(value, from, group, wallClock.instant()), expiryNanos, nowNanos);
  }

  /**
   * Takes back the values among some records of an earlier life, which were valid a moment ago; one
   * that has come again since then stays as it came. Where they came from is not known any more.
   */
  void restore(List<RestoredRecord> restored, long nowNanos) {
    for (RestoredRecord kept : restored) {
      ValueRecord record = kept.message().record().orElse(null);
      if (record != null && !isHeldAsGood(record)) {
        Instant received = record.received().orElse(Instant.EPOCH);
        long restNanos = Math.min(kept.restNanos(), expiryNanos);
        Held held = new Held(record.value(), kept.sender(), IpGroups.NONE, received);
        put(record.key(), held, restNanos, nowNanos);
      }
    }
  }

  private boolean isHeldAsGood(ValueRecord record) {
    Held held = records.get(record.key());
    return held != null && validators.isAsGood(record.key(), record.value(), held.value);
  }

  private Outcome put(Bytes key, Held put, long keptNanos, long nowNanos) {
    expire(nowNanos);
    Held held = records.get(key);
    if (held != null && validators.isAsGood(key, put.value, held.value)) {
      held.received = put.received;
      expiries.set(key, nowNanos + validators.restNanos(held.expiry, keptNanos));
      return Outcome.KEPT;
    }
    if (held != null && !validators.isBetter(key, put.value, held.value)) {
      return Outcome.WORSE;
    }
    Held kept =
        held != null && held.from.equals(put.from)
            ? new Held(put.value, held.from, held.group, put.received)
            : put;
    if (!hasRoom(held, kept)) {
      return Outcome.NO_ROOM;
    }
    kept.expiry = validators.expiry(key, kept.value);
    remove(key);
    add(key, kept);
    expiries.set(key, nowNanos + validators.restNanos(kept.expiry, keptNanos));
    return Outcome.KEPT;
  }

  private boolean hasRoom(@Nullable Held held, Held kept) {
    if (held == null) {
      return records.size() < RECORDS_MAX && hasRoomOf(kept.from) && hasRoomOf(kept.group);
    }
    return (held.from.equals(kept.from) || hasRoomOf(kept.from))
        && (held.group == kept.group || hasRoomOf(kept.group));
  }

  private boolean hasRoomOf(PeerId sender) {
    return sender.equals(self) || counts.getOrDefault(sender, 0) < RECORDS_PER_PEER_MAX;
  }

  private boolean hasRoomOf(int group) {
    return groupCounts.getOrDefault(group, 0) < RECORDS_PER_GROUP_MAX;
  }

  private void add(Bytes key, Held record) {
    if (records.isEmpty()) {
      records = new LinkedHashMap<>();
      counts = new LinkedHashMap<>();
      groupCounts = new LinkedHashMap<>();
    }
    records.put(key, record);
    counts.merge(record.from, 1, Integer::sum);
    if (record.group != IpGroups.NONE) {
      groupCounts.merge(record.group, 1, Integer::sum);
    }
  }

  private void remove(Bytes key) {
    Held removed = records.isEmpty() ? null : records.remove(key);
    if (removed != null) {
      ProviderShares.countDown(counts, removed.from);
      ProviderShares.countDown(groupCounts, removed.group);
    }
  }

  /** Returns who judges what is kept here. */
  Validators validators() {
    return validators;
  }

  /** Returns whether this very value is held of a key, and its time not over. */
  boolean holds(Bytes key, Bytes value, long nowNanos) {
    return find(key, nowNanos)
        .filter(held -> held.value.equals(value) && held.expiry.isAfter(wallClock.instant()))
        .isPresent();
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

  /**
   * Returns what is held of a key and is now written, so that it survives a restart; nothing when
   * that was so a moment ago.
   */
  Optional<ValueRecord> toSave(Bytes key, long nowNanos) {
    Held held = find(key, nowNanos).orElse(null);
    if (held == null || nowNanos < held.savesFromNanos) {
      return Optional.empty();
    }
    held.savesFromNanos = nowNanos + Math.min(Outbox.SAVE_PAUSE_NANOS, expiryNanos / 2);
    return record(key, nowNanos);
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
