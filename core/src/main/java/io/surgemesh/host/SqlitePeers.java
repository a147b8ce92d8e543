package io.surgemesh.host;

import io.surgemesh.archive.ArchiveFile;
import io.surgemesh.host.PeerArchive.Acquaintance;
import io.surgemesh.host.PeerArchive.Encounter;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/**
 * The SQLite file of an archive of peers, used by one thread at a time.
 *
 * <p>The order in which peers were met is counted on, and does not follow the clock back. What
 * expires later than it would if it were saved now was saved by a clock that was ahead, and is put
 * right when something is saved; unless the clock is known to be wrong itself. Nothing is deleted
 * just because it has expired: the clock may be ahead now.
 */
final class SqlitePeers implements AutoCloseable {
  /** Marks the file as one of ours: "SMPR". */
  static final int APPLICATION_ID = 0x534d5052;

  /** How long an address is kept after its peer last told of it or was connected. */
  static final long EXPIRY_MILLIS = Duration.ofDays(7).toMillis();

  /**
   * Before the first such file was written: some machines start in 1970 until they ask a server.
   */
  static final long CLOCK_MILLIS_MIN = Instant.parse("2023-01-01T00:00:00Z").toEpochMilli();

  /** The network of loopback and private addresses; that of no public one. */
  private static final int NEAR = 1;

  private static final List<String> TABLES =
      List.of(
          "CREATE TABLE peers(peer BLOB PRIMARY KEY, met INTEGER NOT NULL) WITHOUT ROWID",
          "CREATE TABLE addresses(peer BLOB, address BLOB, expires INTEGER NOT NULL,"
              + " place INTEGER NOT NULL, PRIMARY KEY(peer, address)) WITHOUT ROWID",
          "CREATE TABLE protocols(peer BLOB, protocol TEXT, PRIMARY KEY(peer, protocol))"
              + " WITHOUT ROWID");

  // The network in which a peer was met, 0 for unknown; when, in the order of met, we dialled it at
  // an
  // address, 0 for never; the number of our own newest record.
  private static final List<String> SECOND_VERSION =
      List.of(
          "ALTER TABLE peers ADD COLUMN network INTEGER NOT NULL DEFAULT 0",
          "ALTER TABLE addresses ADD COLUMN dialled INTEGER NOT NULL DEFAULT 0",
          "CREATE TABLE record(number INTEGER NOT NULL)");

  private static final ArchiveFile.Kind KIND =
      new ArchiveFile.Kind("known peers", APPLICATION_ID, List.of(TABLES, SECOND_VERSION));

  /** The peers with whether this host has dialled them at an address that is kept. */
  private static final String RATED_PEERS =
      "(SELECT peer, met, network, EXISTS(SELECT 1 FROM addresses a"
          + " WHERE a.peer = p.peer AND a.dialled > 0) AS friend FROM peers p)";

  private static final String LOAD_PEERS =
      "SELECT peer FROM " + RATED_PEERS + " ORDER BY friend DESC, met DESC LIMIT ?";

  private static final String LOAD_ADDRESSES =
      "SELECT address FROM addresses WHERE peer = ? AND expires > ?"
          + " ORDER BY dialled, expires, place LIMIT ?";

  private static final String SAVE_PEER =
      "INSERT INTO peers VALUES(?, ?, ?)"
          + " ON CONFLICT DO UPDATE SET met = excluded.met, network = excluded.network";

  private static final String SAVE_ADDRESS =
      "INSERT INTO addresses VALUES(?, ?, ?, ?, ?)"
          + " ON CONFLICT DO UPDATE SET expires = excluded.expires, place = excluded.place,"
          + " dialled = max(dialled, excluded.dialled)";

  private static final String CORRECT_EXPIRY =
      "UPDATE addresses SET expires = ?1 WHERE expires > ?1";

  // Those told of now are at places from 1 on, and stay before any from earlier times.
  private static final String CUT_ADDRESSES =
      "DELETE FROM addresses WHERE peer = ?1 AND (expires <= ?2 OR address NOT IN"
          + " (SELECT address FROM addresses WHERE peer = ?1"
          + " ORDER BY expires DESC, dialled DESC, place DESC LIMIT ?3))";

  private static final String CUT_NETWORKS =
      "DELETE FROM peers WHERE peer IN (SELECT peer FROM (SELECT peer, network, row_number() OVER"
          + " (PARTITION BY network ORDER BY friend DESC, met DESC) AS place FROM "
          + RATED_PEERS
          + " WHERE network <> 0) WHERE place > CASE network WHEN ? THEN ? ELSE ? END)";

  private static final String CUT_PEERS =
      "DELETE FROM peers WHERE peer NOT IN (SELECT peer FROM (SELECT peer, met, friend,"
          + " row_number() OVER (PARTITION BY friend ORDER BY met DESC) AS place FROM "
          + RATED_PEERS
          + ") ORDER BY friend AND place <= ? DESC, met DESC LIMIT ?)";

  /** A peer that is to be kept, met at a time of the wall clock. */
  record Meeting(Acquaintance met, Encounter how, long atMillis) {}

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
   * Returns the peers of which an address has not expired, all of them when there are none: those
   * that this host has dialled at the end, and among equals whoever was met last.
   *
   * @throws MalformedMessageException when a value is none of ours
   */
  List<Acquaintance> load(long nowMillis) throws SQLException, MalformedMessageException {
    List<Acquaintance> valid = loadExpiringAfter(nowMillis);
    return valid.isEmpty() ? loadExpiringAfter(Long.MIN_VALUE) : valid;
  }

  private List<Acquaintance> loadExpiringAfter(long millis)
      throws SQLException, MalformedMessageException {
    List<Acquaintance> peers = new ArrayList<>();
    try (PreparedStatement addresses = file.connection().prepareStatement(LOAD_ADDRESSES);
        PreparedStatement protocols =
            file.connection()
                .prepareStatement("SELECT protocol FROM protocols WHERE peer = ? LIMIT ?");
        PreparedStatement statement = file.connection().prepareStatement(LOAD_PEERS)) {
      addresses.setLong(2, millis);
      statement.setInt(1, PeerArchive.PEERS_MAX);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          byte[] peer = ArchiveFile.bytes(rows, 1);
          PeerInfo info = new PeerInfo(PeerId.decode(peer), addresses(addresses, peer));
          if (!info.addresses().isEmpty()) {
            peers.add(new Acquaintance(info, protocols(protocols, peer)));
          }
        }
      }
    }
    Collections.reverse(peers);
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

  /** Keeps some peers met lately, in order, and forgets what there is no room for. */
  void save(Collection<Meeting> meetings) throws SQLException {
    file.together(
        () -> {
          long met = number("SELECT max(met) FROM peers");
          long nowMillis = 0;
          for (Meeting meeting : meetings) {
            met = Math.max(meeting.atMillis(), met + 1);
            nowMillis = meeting.atMillis();
            save(meeting, met);
          }
          if (nowMillis >= CLOCK_MILLIS_MIN) {
            file.update(CORRECT_EXPIRY, nowMillis + EXPIRY_MILLIS);
          }
          file.update(CUT_NETWORKS, NEAR, PeerArchive.NEAR_PEERS_MAX, PeerArchive.GROUP_PEERS_MAX);
          file.update(CUT_PEERS, PeerArchive.DIALLED_PLACES, PeerArchive.PEERS_MAX);
          file.update("DELETE FROM addresses WHERE peer NOT IN (SELECT peer FROM peers)");
          file.update("DELETE FROM protocols WHERE peer NOT IN (SELECT peer FROM peers)");
        });
  }

  private void save(Meeting meeting, long met) throws SQLException {
    Acquaintance peer = meeting.met();
    Encounter how = meeting.how();
    byte[] id = peer.info().peerId().encode();
    file.update(SAVE_PEER, id, met, networkOf(how.address()));
    long expires = meeting.atMillis() + EXPIRY_MILLIS;
    int place = 0;
    for (Multiaddr address : peer.info().addresses()) {
      file.update(SAVE_ADDRESS, id, address.encode(), expires, ++place, 0);
    }
    if (how.dialled()) {
      byte[] address = how.address().withoutPeerId().encode();
      file.update(SAVE_ADDRESS, id, address, expires, ++place, met);
    }
    file.update(CUT_ADDRESSES, id, meeting.atMillis(), PeerInfo.ADDRESSES_MAX);
    file.update("DELETE FROM protocols WHERE peer = ?", (Object) id);
    for (ProtocolId protocol : peer.protocols()) {
      file.update("INSERT OR IGNORE INTO protocols VALUES(?, ?)", id, protocol.value());
    }
  }

  private static int networkOf(Multiaddr address) {
    return address.isLoopback() || address.isPrivate() ? NEAR : IpGroup.of(address);
  }

  /** Returns the highest number of a record that was kept, 0 when none was. */
  long recordNumber() throws SQLException {
    return number("SELECT max(number) FROM record");
  }

  /** Keeps the number of a record. */
  void saveRecordNumber(long number) throws SQLException {
    file.together(
        () -> {
          file.update("DELETE FROM record");
          file.update("INSERT INTO record VALUES(?)", number);
        });
  }

  private long number(String query) throws SQLException {
    try (Statement statement = file.connection().createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  @Override
  public void close() throws SQLException {
    file.close();
  }
}
