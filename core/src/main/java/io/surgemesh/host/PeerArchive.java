package io.surgemesh.host;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/**
 * Keeps what a host knows of peers it has met, across restarts: so it finds back into the mesh when
 * every bootstrap peer is gone.
 *
 * <p>It is a cache: nothing in it is trusted, as a dialled peer proves who it is, and losing it
 * costs only time. Thread-safe.
 */
public interface PeerArchive extends AutoCloseable {
  /** The most peers kept; at the bound those met longest ago are forgotten. */
  int PEERS_MAX = 1024;

  /**
   * A peer as it was when it was met.
   *
   * @param info who it is, and where: as it told of itself, signed addresses before others
   * @param protocols what it said it speaks
   */
  record Acquaintance(PeerInfo info, List<ProtocolId> protocols) {
    /** Copies the protocols; those past {@value Peerstore#PROTOCOLS_MAX} are dropped. */
    public Acquaintance {
      int count = Math.min(protocols.size(), Peerstore.PROTOCOLS_MAX);
      protocols = List.copyOf(protocols.subList(0, count));
    }
  }

  /** Returns who is kept, whoever was met last at the end; reads a file, so it blocks. */
  List<Acquaintance> load();

  /**
   * Keeps a peer met now. Returns at once; what is saved within a second is written together. When
   * it cannot be written nothing happens but a warning in the log.
   */
  void save(Acquaintance met);

  /** Writes what waits and closes the file; blocks. */
  @Override
  void close();

  /** Returns an archive that keeps nothing. */
  static PeerArchive none() {
    return ForgetfulArchive.INSTANCE;
  }

  /**
   * Opens the SQLite file of an archive; blocks.
   *
   * <p>A file that is damaged, or not such a file, is put aside under the name {@code <file>.bad},
   * and a fresh one is begun, with a warning in the log. When none can be had at all, nothing is
   * kept. An address is forgotten a week after its peer last told of it.
   *
   * @param file in a directory that only the owner can read
   * @param wallClock tells when addresses expire
   */
  static PeerArchive in(Path file, InstantSource wallClock) {
    return SqlitePeerArchive.open(file, wallClock);
  }
}
