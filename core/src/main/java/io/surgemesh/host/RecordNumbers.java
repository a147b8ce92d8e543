package io.surgemesh.host;

import java.time.InstantSource;

/**
 * Numbers the signed peer records of a host: by the wall clock, in milliseconds, but always past
 * the one before, also that of an earlier life (libp2p RFC 0003, Sequence Number Semantics).
 *
 * <p>So a clock that was set back makes no record that all who saw an earlier one would ignore.
 * Thread-safe.
 */
public final class RecordNumbers {
  private final InstantSource wallClock;
  private final PeerArchive archive;
  private long last;

  /** Creates a source of numbers past the one that the archive has kept, which keeps them all. */
  public RecordNumbers(InstantSource wallClock, PeerArchive archive) {
    this.wallClock = wallClock;
    this.archive = archive;
    this.last = archive.recordNumber();
  }

  /** Returns the number of a new record. */
  synchronized long next() {
    last = Math.max(wallClock.millis(), last + 1);
    archive.keepRecordNumber(last);
    return last;
  }
}
