package io.surgemesh.dht;

import io.surgemesh.multiformats.Bytes;
import java.time.Instant;
import java.util.List;

/**
 * Judges the values under the keys of one namespace (libp2p kad-dht r2, Entry validation).
 *
 * <p>Registered with {@link DhtConfig#withValidator}. All methods are pure: what they say depends
 * on nothing but their arguments, not on the time and never on who asks.
 *
 * <p>They are called on the mesh loop, on threads of the application and of the records' file, on
 * bytes that strangers sent: so they must be thread-safe and block on nothing. While one runs, this
 * peer's routing, gossip and negotiation stand still. Each call is to be over in a tenth of a
 * millisecond, as checking an Ed25519 signature is, and in 5 ms whatever the bytes; nothing cuts it
 * short. How often they are called strangers decide: {@link #validate} and {@link #expiry} for each
 * value answered, and for each put that is not held already, of those 64 a second; {@link #select}
 * when another one is held. One that throws has refused the value.
 */
public interface ValueValidator {
  /**
   * Returns whether a value may stand under a key; asked of each before it is kept or handed on.
   *
   * @param key the whole key, {@code /namespace/rest}, at most 80 bytes
   * @param value 1 to {@link Dht#VALUE_BYTES_MAX} bytes
   */
  boolean validate(Bytes key, Bytes value);

  /**
   * Returns when a value that is valid ceases to be, by the wall clock; by itself {@link
   * Instant#MAX}, never. From then on it is neither kept nor handed on nor believed.
   *
   * @param value valid under the key
   */
  default Instant expiry(Bytes key, Bytes value) {
    return Instant.MAX;
  }

  /**
   * Returns the index of the best of some values, the first of several that are as good. The same
   * values in another order must give the same best one.
   *
   * @param values two or more, each valid under the key
   */
  int select(Bytes key, List<Bytes> values);
}
