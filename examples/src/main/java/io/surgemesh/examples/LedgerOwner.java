package io.surgemesh.examples;

import io.surgemesh.identity.KeyFile;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;
import io.surgemesh.ledger.SqliteLedgerStore;
import io.surgemesh.mesh.Mesh;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Tells whose ledger a data directory holds. */
final class LedgerOwner {
  private LedgerOwner() {}

  /**
   * Returns the one peer named, or else the peer whose key lies in the directory.
   *
   * @throws SurgeException when neither is there, or there is no ledger at all
   */
  static PeerId of(Path dataDir, List<PeerId> named) throws MeshException, SurgeException {
    if (!Files.isDirectory(dataDir)) {
      throw new SurgeException("no such data directory: " + dataDir);
    }
    if (!Files.exists(file(dataDir))) {
      throw new SurgeException("no " + SqliteLedgerStore.FILE_NAME + " in " + dataDir);
    }
    if (named.size() == 1) {
      return named.get(0);
    }
    Path keyFile = dataDir.resolve(Mesh.KEY_FILE);
    if (!Files.exists(keyFile)) {
      throw new SurgeException(
          "no " + Mesh.KEY_FILE + " in " + dataDir + ": name the owner with --peer");
    }
    return KeyFile.load(keyFile).peerId();
  }

  /** Returns where the ledger of a data directory lies. */
  static Path file(Path dataDir) {
    return dataDir.resolve(SqliteLedgerStore.FILE_NAME);
  }
}
