package io.surgemesh.dht;

import io.surgemesh.dht.RecordArchive.Kept;
import io.surgemesh.identity.PeerId;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Between the machine, which counts the time that is left, and an archive, which knows dates. */
final class KeptRecords {
  private final RecordArchive archive;
  private final InstantSource wallClock;
  private final Validators validators;
  private final long providerMillis;
  private final long valueMillis;

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
          if (!restored.isEmpty()) {
            loop.execute(() -> told.accept(restored));
          }
        });
  }

  private boolean isValid(Kept kept) {
    KadMessage message = kept.message();
    return message
        .record()
        .map(value -> validators.isValid(value.key(), value.value()))
        .orElse(message.type() == KadMessage.Type.ADD_PROVIDER);
  }

  /** A wall clock set back must not make a record live longer than a new one. */
  private RestoredRecord restored(Kept kept, long restMillis) {
    long millis = Math.min(restMillis, lifeMillis(kept.message()));
    return new RestoredRecord(kept.sender(), kept.message(), millis * 1_000_000);
  }

  /** Keeps a record that came now. */
  void save(PeerId sender, KadMessage message) {
    archive.save(new Kept(sender, message, wallClock.millis() + lifeMillis(message)));
  }

  private long lifeMillis(KadMessage message) {
    return message.type() == KadMessage.Type.ADD_PROVIDER ? providerMillis : valueMillis;
  }

  /** Writes what waits; blocks. */
  void close() {
    archive.close();
  }
}
