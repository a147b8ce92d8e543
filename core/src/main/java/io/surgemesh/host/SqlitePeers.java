package io.surgemesh.host;

import io.surgemesh.archive.ArchiveFile;
import io.surgemesh.host.PeerArchive.Acquaintance;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The SQLite file of an archive of peers, used by one thread at a time. */
final class SqlitePeers implements AutoCloseable {
  /** Marks the file as one of ours: "SMPR". */
  static final int APPLICATION_ID = 0x534d5052;

  static final int VERSION = 1;

  /** How long an address is kept after its peer last told of it. */
  static final long EXPIRY_MILLIS = Duration.ofDays(7).toMillis();

  private static final List<String> TABLES =
      List.of(
          "CREATE TABLE peers(peer BLOB PRIMARY KEY, met INTEGER NOT NULL) WITHOUT ROWID",
          "CREATE TABLE addresses(peer BLOB, address BLOB, expires INTEGER NOT NULL,"
              + " place INTEGER NOT NULL, PRIMARY KEY(peer, address)) WITHOUT ROWID",
          "CREATE TABLE protocols(peer BLOB, protocol TEXT, PRIMARY KEY(peer, protocol))"
              + " WITHOUT ROWID");

  private static final ArchiveFile.Kind KIND =
      new ArchiveFile.Kind("known peers", APPLICATION_ID, VERSION, TABLES);

  private static final String SAVE_PEER =
      "INSERT INTO peers VALUES(?, ?) ON CONFLICT DO UPDATE SET met = excluded.met";

  private static final String SAVE_ADDRESS =
      "INSERT INTO addresses VALUES(?, ?, ?, ?)"
          + " ON CONFLICT DO UPDATE SET expires = excluded.expires, place = excluded.place";

  // Those told of now are at places from 1 on, and stay before any from earlier times.
  private static final String CUT_ADDRESSES =
      "DELETE FROM addresses WHERE peer = ?1 AND (expires <= ?2 OR address NOT IN"
          + " (SELECT address FROM addresses WHERE peer = ?1 ORDER BY expires DESC, place DESC"
          + " LIMIT ?3))";

  private static final String CUT_PEERS =
      "DELETE FROM peers WHERE peer NOT IN (SELECT peer FROM peers ORDER BY met DESC LIMIT ?)";

  private final ArchiveFile file;

  private SqlitePeers(ArchiveFile file) {
    this.file = file;
  }

  /**
   * Opens or creates the file.
   *
   * @throws SQLException when it is damaged or cannot be used
   * @throws MalformedMessageException when it is a database of something else
   */
  static SqlitePeers open(Path path) throws SQLException, MalformedMessageException {
    return new SqlitePeers(ArchiveFile.open(path, KIND, ArchiveFile.PAGES_UNBOUNDED));
  }

  /**
   * Returns the peers of which an address has not expired, whoever was met last at the end.
   *
   * @throws MalformedMessageException when a value is none of ours
   */
  List<Acquaintance> load(long nowMillis) throws SQLException, MalformedMessageException {
    List<Acquaintance> peers = new ArrayList<>();
    try (PreparedStatement addresses =
            file.connection()
                .prepareStatement(
                    "SELECT address FROM addresses WHERE peer = ? AND expires > ?"
                        + " ORDER BY expires, place LIMIT ?");
        PreparedStatement protocols =
            file.connection()
                .prepareStatement("SELECT protocol FROM protocols WHERE peer = ? LIMIT ?");
        Statement statement = file.connection().createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT peer FROM (SELECT * FROM peers ORDER BY met DESC LIMIT "
                    + PeerArchive.PEERS_MAX
                    + ") ORDER BY met")) {
      while (rows.next()) {
        byte[] peer = ArchiveFile.bytes(rows, 1);
        addresses.setLong(2, nowMillis);
        PeerInfo info = new PeerInfo(PeerId.decode(peer), addresses(addresses, peer));
        if (!info.addresses().isEmpty()) {
          peers.add(new Acquaintance(info, protocols(protocols, peer)));
        }
      }
    }
    return peers;
  }

  private static List<Multiaddr> addresses(PreparedStatement query, byte[] peer)
      throws SQLException, MalformedMessageException {
    List<Multiaddr> found = new ArrayList<>();
    query.setBytes(1, peer);
    query.setInt(3, PeerInfo.ADDRESSES_MAX);
    try (ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        found.add(Multiaddr.decode(ArchiveFile.bytes(rows, 1)));
      }
    }
    return found;
  }

  private static List<ProtocolId> protocols(PreparedStatement query, byte[] peer)
      throws SQLException, MalformedMessageException {
    List<ProtocolId> found = new ArrayList<>();
    query.setBytes(1, peer);
    query.setInt(2, Peerstore.PROTOCOLS_MAX);
    try (ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        String protocol = rows.getString(1);
        if (protocol == null || !ProtocolId.isValid(protocol)) {
          throw new MalformedMessageException("not a protocol id");
        }
        found.add(new ProtocolId(protocol));
      }
    }
    return found;
  }

  /** Keeps some peers met now, in order, and forgets what there is no room for. */
  void save(Collection<Acquaintance> peers, long nowMillis) throws SQLException {
    file.together(
        () -> {
          for (Acquaintance peer : peers) {
            save(peer, nowMillis);
          }
          file.update(CUT_PEERS, PeerArchive.PEERS_MAX);
          file.update("DELETE FROM addresses WHERE peer NOT IN (SELECT peer FROM peers)");
          file.update("DELETE FROM protocols WHERE peer NOT IN (SELECT peer FROM peers)");
        });
  }

  private void save(Acquaintance peer, long nowMillis) throws SQLException {
    byte[] id = peer.info().peerId().encode();
    file.update(SAVE_PEER, id, nowMillis);
    int place = 0;
    for (Multiaddr address : peer.info().addresses()) {
      file.update(SAVE_ADDRESS, id, address.encode(), nowMillis + EXPIRY_MILLIS, ++place);
    }
    file.update(CUT_ADDRESSES, id, nowMillis, PeerInfo.ADDRESSES_MAX);
    file.update("DELETE FROM protocols WHERE peer = ?", (Object) id);
    for (ProtocolId protocol : peer.protocols()) {
      file.update("INSERT OR IGNORE INTO protocols VALUES(?, ?)", id, protocol.value());
    }
  }

  @Override
  public void close() throws SQLException {
    file.close();
  }
}
