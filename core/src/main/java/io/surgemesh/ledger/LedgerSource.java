package io.surgemesh.ledger;

import io.surgemesh.identity.MeshException;
import io.surgemesh.multiformats.Bytes;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** A stored log to be read once, in order and with blocking; confined to one thread. */
public interface LedgerSource extends AutoCloseable {
  /**
   * Returns the next envelope; empty at the end.
   *
   * @throws MeshException {@code LedgerCorrupt} when an entry is missing or cannot be read as one,
   *     {@code StorageFailed} when the storage cannot be read
   */
  Optional<Bytes> next() throws MeshException;

  /** Lets go of the storage. */
  @Override
  void close();

  /** Returns a source of these envelopes. */
  static LedgerSource of(List<Bytes> envelopes) {
    Iterator<Bytes> rest = List.copyOf(envelopes).iterator();
    return new LedgerSource() {
      @Override
      public Optional<Bytes> next() {
        return rest.hasNext() ? Optional.of(rest.next()) : Optional.empty();
      }

      @Override
      public void close() {}
    };
  }
}
