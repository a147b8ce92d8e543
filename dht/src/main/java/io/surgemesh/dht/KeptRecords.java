package io.surgemesh.dht;

import io.surgemesh.dht.RecordArchive.Kept;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Between the machine, which counts the time that is left, and an archive, which knows dates. */
final class KeptRecords {
  private final RecordArchive archive;
  private final InstantSource wallClock;
  private final Validators validators;
  private final long providerMillis;
  private final long valueMillis;

  /** What this peer withdrew before it was known what there is; at the bound some may come back. */
  private final Set<Bytes> forgotten = new LinkedHashSet<>(0);

  private boolean isLoaded;

  KeptRecords(RecordArchive archive, DhtConfig config, InstantSource wallClock) {
    this.archive = archive;
    this.wallClock = wallClock;
    this.validators = new Validators(config, wallClock);
    this.providerMillis = config.providerExpiry().toMillis();
    this.valueMillis = config.valueExpiry().toMillis();
  }

  /**
   * Reads what is kept and still valid; on the archive's thread, since judging many values takes
   * time.
   *
   * @param loop where it is told
   * @param told of it, if there is any
   */
  void load(Executor loop, Consumer<List<RestoredRecord>> told) {
    archive.load(
        kept -> {
          long nowMillis = wallClock.millis();
          List<RestoredRecord> restored =
              kept.stream()
                  .filter(this::isValid)
                  .map(record -> restored(record, record.expiresMillis() - nowMillis))
                  .toList();
          loop.execute(() -> tell(restored, told));
        });
  }

  private void tell(List<RestoredRecord> restored, Consumer<List<RestoredRecord>> told) {
    List<RestoredRecord> wanted =
        restored.stream()
            .filter(record -> !(record.isOwn() && forgotten.contains(record.message().key())))
            .toList();
    forgotten.clear();
    isLoaded = true;
    if (!wanted.isEmpty()) {
      told.accept(wanted);
    }
  }

  private boolean isValid(Kept kept) {
    ValueRecord value = kept.message().record().orElse(null);
    if (value == null) {
      return kept.message().type() == KadMessage.Type.ADD_PROVIDER;
    }
    if (kept.isOwn() && validators.isPast(value.key(), value.value())) {
      // It would never expire. One that is not valid today alone waits for a later start.
      archive.save(kept.ended());
    }
    return validators.isValid(value.key(), value.value());
  }

  /** A wall clock set back must not make a record live longer than a new one. */
  private RestoredRecord restored(Kept kept, long restMillis) {
    long millis = Math.min(restMillis, lifeMillis(kept.message()));
    return new RestoredRecord(kept.sender(), kept.message(), millis * 1_000_000, kept.isOwn());
  }

  /** Keeps a record that came now. */
  void save(PeerId sender, KadMessage message) {
    archive.save(new Kept(sender, message, wallClock.millis() + lifeMillis(message)));
  }

  /**
   * Keeps a value that this peer puts again, without an end; or forgets it, when there is none.
   * Called where what was loaded is told.
   */
  void keepOwn(PeerId self, Bytes key, Optional<Bytes> value) {
    KadMessage message = KadMessage.put(ValueRecord.of(key, value.orElse(Bytes.EMPTY)));
    Kept kept = new Kept(self, message, Long.MAX_VALUE, true);
    archive.save(value.isPresent() ? kept : kept.ended());
    if (!isLoaded && value.isEmpty() && forgotten.size() < Announcer.KEYS_MAX) {
      forgotten.add(key);
    }
  }

  private long lifeMillis(KadMessage message) {
    return message.type() == KadMessage.Type.ADD_PROVIDER ? providerMillis : valueMillis;
  }

  /** Writes what waits; blocks. */
  void close() {
    archive.close();
  }
}
