package io.surgemesh.host;

import java.util.List;

/** Keeps nothing. */
enum ForgetfulArchive implements PeerArchive {
  INSTANCE;

  @Override
  public List<Acquaintance> load() {
    return List.of();
  }

  @Override
  public void save(Acquaintance met, Encounter how) {
    // Forgotten.
  }

  @Override
  public long recordNumber() {
    return 0;
  }

  @Override
  public void keepRecordNumber(long number) {
    // Forgotten.
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
