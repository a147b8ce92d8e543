package io.surgemesh.dht;

import java.util.List;
import java.util.function.Consumer;

/** An archive that keeps nothing. */
enum ForgetfulRecords implements RecordArchive {
  INSTANCE;

  @Override
  public void load(Consumer<List<Kept>> reader) {
    // There is nothing.
  }

  @Override
  public void save(Kept record) {
    // It is forgotten.
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
