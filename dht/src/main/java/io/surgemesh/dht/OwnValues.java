package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;

/**
 * The values that this peer put, which it puts again until they are withdrawn (libp2p kad-dht r2,
 * Content replication): region by region, as {@link Announcer} has it.
 *
 * <p>A value that is no longer valid, or not as good as one held here, is withdrawn of itself when
 * its turn comes; one that somebody answers with a better one, at once. At most {@link
 * Announcer#KEYS_MAX} are put again; further ones are put once.
 */
final class OwnValues {
  /**
   * The most values of one walk: all of them may go to one peer, each on a stream of its own, and
   * rust-libp2p takes 32 at once.
   */
  static final int WALK_KEYS_MAX = 16;

  /** The most walks at once, for the same reason. */
  static final int RUNNING_MAX = 1;

  /** As long as so many values are on their way, for whatever reason, no walk begins. */
  static final int SENDING_MAX = 256;

  private final PeerId self;
  private final ValueStore store;
  private final Puts puts;
  private final Outbox outbox;
  private final Announcer announcer;
  private final RandomGenerator random;
  private final long secondNanos;
  private final Map<Bytes, Bytes> values = new LinkedHashMap<>(0);

  /** When those are put again that were put for the first time of late. */
  private long dueNanos;

  /**
   * Creates a peer without values of its own.
   *
   * @param store holds them as well, for whoever asks
   * @param puts counts them on their way
   */
  OwnValues(
      PeerId self,
      DhtConfig config,
      ValueStore store,
      Puts puts,
      Outbox outbox,
      IntSupplier regionBits,
      RandomGenerator random) {
    this.self = self;
    this.store = store;
    this.puts = puts;
    this.outbox = outbox;
    this.announcer =
        new Announcer(config.putInterval(), RUNNING_MAX, WALK_KEYS_MAX, regionBits, random);
    this.random = random;
    this.secondNanos = Math.min(Announcer.SECOND_NANOS, config.putInterval().toNanos());
  }

  /** Returns what decides when each is put again. */
  Announcer announcer() {
    return announcer;
  }

  /** A value was just put; returns false when there are too many to put it again. */
  boolean add(Bytes key, Bytes value, long nowNanos) {
    if (!announcer.announceAgain(key, secondDueNanos(nowNanos))) {
      return false;
    }
    values.put(key, value);
    outbox.add(new KademliaOutput.KeepOwn(key, Optional.of(value)));
    return true;
  }

  /** The same for all within a minute, so that those of a region go together from then on. */
  private long secondDueNanos(long nowNanos) {
    if (dueNanos <= nowNanos) {
      dueNanos = nowNanos + Jitter.around(secondNanos, random);
    }
    return dueNanos;
  }

  /**
   * Takes back this peer's own values of an earlier life, unless there is a newer one by now. They
   * are put again after a minute, when this peer most likely has joined.
   */
  void restore(List<RestoredRecord> restored, long nowNanos) {
    for (RestoredRecord kept : restored) {
      ValueRecord record = kept.message().record().orElse(null);
      if (kept.isOwn()
          && record != null
          && kept.sender().equals(self)
          && !values.containsKey(record.key())
          && announcer.announceAgain(record.key(), secondDueNanos(nowNanos))) {
        values.put(record.key(), record.value());
      }
    }
  }

  /** A value is not to be put again, whether it is there or was in an earlier life. */
  void withdraw(Bytes key) {
    values.remove(key);
    announcer.withdraw(key);
    outbox.add(new KademliaOutput.KeepOwn(key, Optional.empty()));
  }

  /** Returns whether what a walk finds can be told without delay. */
  boolean mayWalk() {
    return puts.size() < SENDING_MAX;
  }

  /** Some keys were walked to: keeps what still stands of them here too, and withdraws the rest. */
  void renew(List<Bytes> keys, long nowNanos) {
    for (Bytes key : keys) {
      Bytes value = values.get(key);
      if (value == null) {
        continue;
      }
      if (!store.validators().isValid(key, value)
          || store.put(key, value, self, nowNanos) == ValueStore.Outcome.WORSE) {
        withdraw(key);
      } else {
        outbox.keepValue(self, key, store, nowNanos);
      }
    }
  }

  /** A peer answered to a value put with what it holds now. */
  void onEcho(KadMessage answer) {
    ValueRecord echo = answer.record().orElse(null);
    Bytes value = echo == null ? null : values.get(echo.key());
    if (echo == null || value == null || value.equals(echo.value())) {
      return;
    }
    Validators validators = store.validators();
    if (validators.isValid(echo.key(), echo.value())
        && validators.isBetter(echo.key(), echo.value(), value)) {
      withdraw(echo.key());
    }
  }

  /** Sends a peer the values of some keys. */
  void tell(PeerId peer, List<Bytes> keys, long nowNanos) {
    for (Bytes key : keys) {
      Bytes value = values.get(key);
      if (value != null) {
        long number = puts.start(Puts.CORRECTION, value, Integer.MAX_VALUE);
        puts.add(number, peer);
        KadMessage request = KadMessage.put(ValueRecord.of(key, value));
        outbox.ask(new Call(number, peer), new PeerInfo(peer, List.of()), request, nowNanos);
        puts.complete(number);
      }
    }
  }
}
