package io.surgemesh.host;

import io.surgemesh.multiformats.Multiaddr;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/**
 * Keeps what a host knows of peers it has met, across restarts: so it finds back into the mesh when
 * every bootstrap peer is gone.
 *
 * <p>It is a cache: nothing in it is trusted, as a dialled peer proves who it is, and losing it
 * costs only time. Thread-safe.
 *
 * <p>Identities are free, so strangers who come one after the other must not put out those through
 * whom this host would rejoin: half of the places are kept for peers that it has dialled itself, at
 * an address that is kept, and of one network ({@link IpGroup}) at most {@value #GROUP_PEERS_MAX}
 * peers are kept, dialled ones first. What counts is where a connection led or came from, not what
 * a peer claims. All loopback and private addresses together are one network, of {@value
 * #NEAR_PEERS_MAX} peers: enough for a mesh on one LAN, and not all of what is for dialled ones.
 */
public interface PeerArchive extends AutoCloseable {
  /** The most peers kept; at the bound those met longest ago are forgotten. */
  int PEERS_MAX = 1024;

  /** How many of the places are for peers that this host has dialled, before others. */
  int DIALLED_PLACES = PEERS_MAX / 2;

  /** The most peers of one network; at the bound the strangers met longest ago are forgotten. */
  int GROUP_PEERS_MAX = 32;

  /** The most peers at loopback and private addresses, in the same way. */
  int NEAR_PEERS_MAX = DIALLED_PLACES / 2;

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

  /**
   * How a peer was met.
   *
   * @param address the other end of the connection
   * @param dialled whether this host dialled it there
   */
  record Encounter(Multiaddr address, boolean dialled) {}

  /**
   * Returns who is kept, whoever was met last at the end, and behind them those that this host has
   * dialled, in the same order. Of each peer, addresses at which it was dialled come last.
   */
  List<Acquaintance> load();

  /**
   * Keeps a peer met now; one of which no address is known is not. Returns at once; what is saved
   * within a second is written together. When it cannot be written nothing happens but a warning in
   * the log.
   */
  void save(Acquaintance met, Encounter how);

  /** Returns the highest number of a signed record of this host that was kept, 0 when none was. */
  long recordNumber();

  /** Keeps the number of a signed record of this host, in the same way as {@link #save}. */
  void keepRecordNumber(long number);

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
   * kept. An address is forgotten a week after its peer last told of it or was connected; but when
   * that is so of all of them, they are loaded all the same: the clock may be wrong, and old
   * addresses are better than none.
   *
   * @param file in a directory that only the owner can read
   * @param wallClock tells when addresses expire
   */
  static PeerArchive in(Path file, InstantSource wallClock) {
    return SqlitePeerArchive.open(file, wallClock);
  }
}
