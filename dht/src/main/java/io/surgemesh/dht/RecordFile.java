package io.surgemesh.dht;

import io.surgemesh.archive.ArchiveFile;
import io.surgemesh.dht.RecordArchive.Kept;
import io.surgemesh.dht.RecordArchive.RecordId;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.MalformedMessageException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The SQLite file of the records that a DHT keeps, used by one thread at a time.
 *
 * <p>Each row holds the message that brought the record, so it is read with every check that a
 * message from the network gets.
 */
final class RecordFile implements AutoCloseable {
  /** Marks the file as one of ours: "SMDR". */
  static final int APPLICATION_ID = 0x534d4452;

  /**
   * The most pages of 4 KiB. Both stores and this peer's own values, full of the longest values,
   * take 26,000 with 1.5 KB of addresses to each provider, and would take 36,000 with as many of
   * the longest as are kept: the last of these find no room.
   */
  static final int PAGES_MAX = 1 << 15;

  /** The most records: as many as both stores hold, and as this peer puts again. */
  static final int RECORDS_MAX =
      ProviderStore.RECORDS_MAX + ValueStore.RECORDS_MAX + Announcer.KEYS_MAX;

  private static final List<String> TABLES =
      List.of(
          "CREATE TABLE protocol(id TEXT NOT NULL)",
          "CREATE TABLE records(type INTEGER, key BLOB, provider BLOB, sender BLOB NOT NULL,"
              + " message BLOB NOT NULL, expires INTEGER NOT NULL,"
              + " PRIMARY KEY(type, key, provider))",
          "CREATE INDEX records_expires ON records(expires)");

  private static final ArchiveFile.Kind KIND =
      new ArchiveFile.Kind("records", APPLICATION_ID, List.of(TABLES));

  private static final String SAVE =
      "INSERT INTO records VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
          + " sender = excluded.sender, message = excluded.message, expires = excluded.expires";

  private static final String CUT =
      "DELETE FROM records WHERE rowid NOT IN"
          + " (SELECT rowid FROM records ORDER BY expires DESC LIMIT ?)";

  private final ArchiveFile file;

  private RecordFile(ArchiveFile file) {
    this.file = file;
  }

  /**
   * Opens or creates the file; records of another protocol are dropped.
   *
   * @param pagesMax how large it may become; what finds no room is not kept
   * @throws SQLException when it is damaged or cannot be used
   * @throws MalformedMessageException when it is a database of something else
   */
  static RecordFile open(Path path, ProtocolId protocol, int pagesMax)
      throws SQLException, MalformedMessageException {
    ArchiveFile file = ArchiveFile.open(path, KIND, pagesMax);
    try {
      RecordFile records = new RecordFile(file);
      records.keepOnly(protocol);
      return records;
    } catch (SQLException failed) {
      file.close();
      throw failed;
    }
  }

  private void keepOnly(ProtocolId protocol) throws SQLException {
    String known = null;
    try (Statement statement = file.connection().createStatement();
        ResultSet rows = statement.executeQuery("SELECT id FROM protocol")) {
      if (rows.next()) {
        known = rows.getString(1);
      }
    }
    if (!protocol.value().equals(known)) {
      file.update("DELETE FROM records");
      file.update("DELETE FROM protocol");
      file.update("INSERT INTO protocol VALUES(?)", protocol.value());
    }
  }

  /**
   * Returns the records that have not expired, those that expire first at the head.
   *
   * @throws MalformedMessageException when one is none of ours
   */
  List<Kept> load(long nowMillis) throws SQLException, MalformedMessageException {
    List<Kept> records = new ArrayList<>();
    try (PreparedStatement query =
        file.connection()
            .prepareStatement(
                "SELECT provider, sender, message, expires FROM records WHERE expires > ?"
                    + " ORDER BY expires LIMIT ?")) {
      query.setLong(1, nowMillis);
      query.setInt(2, RECORDS_MAX);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          PeerId sender = PeerId.decode(ArchiveFile.bytes(rows, 2));
          KadMessage message = KadCodec.INSTANCE.decode(ArchiveFile.bytes(rows, 3));
          boolean isOwn =
              message.type() == KadMessage.Type.PUT_VALUE && ArchiveFile.bytes(rows, 1).length > 0;
          records.add(new Kept(sender, message, rows.getLong(4), isOwn));
        }
      }
    }
    return records;
  }

  /** Keeps some records, and forgets those that have expired and what there is no room for. */
  void save(Collection<Kept> records, long nowMillis) throws SQLException {
    file.together(
        () -> {
          file.update("DELETE FROM records WHERE expires <= ?", nowMillis);
          for (Kept record : records) {
            RecordId id = record.id();
            file.update(
                SAVE,
                id.type().number(),
                id.key().toByteArray(),
                id.provider().toByteArray(),
                record.sender().encode(),
                KadCodec.INSTANCE.encode(record.message()),
                record.expiresMillis());
          }
          file.update(CUT, RECORDS_MAX);
        });
  }

  @Override
  public void close() throws SQLException {
    file.close();
  }
}
