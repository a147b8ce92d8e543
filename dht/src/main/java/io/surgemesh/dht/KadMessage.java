package io.surgemesh.dht;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.multiformats.Bytes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A request or response of kad-dht, without what we neither send nor use.
 *
 * @param type a response has that of its request
 * @param key the raw key asked for, not hashed
 * @param closer peers nearer to the key
 * @param providers peers that announced the key
 */
record KadMessage(Type type, Bytes key, List<PeerInfo> closer, List<PeerInfo> providers) {
  /** The kinds of message. */
  enum Type {
    PUT_VALUE(0),
    GET_VALUE(1),
    ADD_PROVIDER(2),
    GET_PROVIDERS(3),
    FIND_NODE(4),
    PING(5);

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
      return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
    }
  }

  KadMessage {
    closer = List.copyOf(closer);
    providers = List.copyOf(providers);
  }

  /** Returns a message that names no peers. */
  static KadMessage of(Type type, Bytes key) {
    return new KadMessage(type, key, List.of(), List.of());
  }
}
