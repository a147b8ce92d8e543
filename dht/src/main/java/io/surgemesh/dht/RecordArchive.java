package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.util.List;
import java.util.function.Consumer;

/**
 * Keeps the records that this peer holds for others across restarts, so that a mesh in which many
 * restart at once does not forget who provides what; and the values that it put itself.
 *
 * <p>It is a cache: nothing in it is trusted more than what comes from the network, and losing it
 * costs only the time until records are announced again. Thread-safe.
 */
interface RecordArchive extends AutoCloseable {
  /**
   * What names a record.
   *
   * @param type {@link KadMessage.Type#ADD_PROVIDER} or {@link KadMessage.Type#PUT_VALUE}
   * @param provider whose record it is; empty for a value, of which a key has one, and this peer
   *     for what it put itself
   */
  record RecordId(KadMessage.Type type, Bytes key, Bytes provider) {}

  /**
   * A record held.
   *
   * @param sender who sent it
   * @param message what it was, as far as it was kept
   * @param expiresMillis by the wall clock, since 1970
   * @param isOwn whether it is a value that this peer put, and puts again; kept apart from what it
   *     holds for others
   */
  record Kept(PeerId sender, KadMessage message, long expiresMillis, boolean isOwn) {
    /** Creates a record held for others. */
    Kept(PeerId sender, KadMessage message, long expiresMillis) {
      this(sender, message, expiresMillis, false);
    }

    RecordId id() {
      boolean isOfSender = isOwn || message.type() == KadMessage.Type.ADD_PROVIDER;
      return new RecordId(message.type(), message.key(), isOfSender ? sender.bytes() : Bytes.EMPTY);
    }

    /** Returns the same, but over: kept in its place, it is forgotten. */
    Kept ended() {
      return new Kept(sender, message, 0, isOwn);
    }
  }

  /**
   * Reads what is kept; on the archive's own thread.
   *
   * @param reader told once of the records that have not expired, those that expire first at the
   *     head; not at all when none can be had
   */
  void load(Consumer<List<Kept>> reader);

  /**
   * Keeps a record. Returns at once; what is saved within a second is written together. When it
   * cannot be written nothing happens but a warning in the log.
   */
  void save(Kept record);

  /** Writes what waits and closes the file; blocks. */
  @Override
  void close();
}
