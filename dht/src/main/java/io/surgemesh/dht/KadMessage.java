package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.multiformats.Bytes;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request or response of kad-dht, without what we neither send nor use. Immutable, equal by what
 * it says.
 */
final class KadMessage {
  /** The kinds of message. */
  enum Type {
    PUT_VALUE(0),
    GET_VALUE(1),
    ADD_PROVIDER(2),
    GET_PROVIDERS(3),
    FIND_NODE(4),
    PING(5);

    // Their numbers are their places.
    private static final Type[] BY_NUMBER = values();

    private final int number;

    Type(int number) {
      this.number = number;
    }

    /** Returns the number on the wire. */
    int number() {
      return number;
    }

    /** Returns the kind with that number on the wire; empty when there is none. */
    static Optional<Type> find(int number) {
      return number < 0 || number >= BY_NUMBER.length
          ? Optional.empty()
          : Optional.of(BY_NUMBER[number]);
    }
  }

  private final Type type;
  private final Bytes key;
  private final List<PeerInfo> closer;
  private final List<PeerInfo> providers;
  private final Optional<ValueRecord> record;

  /** Null until asked for; a request is the same object for all whom a search asks. */
  private @Nullable Key target;

  /** 0 until asked for; a message is measured before it is sent and as it is. */
  private int encodedBytes;

  /**
   * Creates a message.
   *
   * @param type a response has that of its request
   * @param key the raw key asked for, not hashed
   * @param closer peers nearer to the key
   * @param providers peers that announced the key
   */
  KadMessage(Type type, Bytes key, List<PeerInfo> closer, List<PeerInfo> providers) {
    this(type, key, closer, providers, Optional.empty());
  }

  /**
   * Creates a message as above.
   *
   * @param record the value put or found
   */
  KadMessage(
      Type type,
      Bytes key,
      List<PeerInfo> closer,
      List<PeerInfo> providers,
      Optional<ValueRecord> record) {
    this.type = type;
    this.key = key;
    this.closer = List.copyOf(closer);
    this.providers = List.copyOf(providers);
    this.record = record;
  }

  /** Returns a message that names no peers. */
  static KadMessage of(Type type, Bytes key) {
    return new KadMessage(type, key, List.of(), List.of());
  }

  /** Returns a message that brings a value under its key. */
  static KadMessage put(ValueRecord record) {
    return new KadMessage(Type.PUT_VALUE, record.key(), List.of(), List.of(), Optional.of(record));
  }

  Type type() {
    return type;
  }

  Bytes key() {
    return key;
  }

  List<PeerInfo> closer() {
    return closer;
  }

  List<PeerInfo> providers() {
    return providers;
  }

  Optional<ValueRecord> record() {
    return record;
  }

  /** Returns where the key stands, hashed once for as long as this message lives. */
  Key target() {
    Key known = target;
    if (known == null) {
      known = Key.of(key);
      target = known;
    }
    return known;
  }

  /** Returns how long this is on the wire, counted once for as long as this message lives. */
  int encodedBytes() {
    int known = encodedBytes;
    if (known == 0) {
      known = KadCodec.count(this);
      encodedBytes = known;
    }
    return known;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KadMessage that
        && type == that.type
        && key.equals(that.key)
        && closer.equals(that.closer)
        && providers.equals(that.providers)
        && record.equals(that.record);
  }

  @Override
  public int hashCode() {
    return Objects.hash(type, key, closer, providers, record);
  }

  @Override
  public String toString() {
    return type + " " + key + ", closer " + closer + ", providers " + providers + ", " + record;
  }
}
