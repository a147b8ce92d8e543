package io.surgemesh.dht;

import io.surgemesh.multiformats.Bytes;
import java.util.List;

/**
 * Judges the values under the keys of one namespace (libp2p kad-dht r2, Entry validation).
 *
 * <p>Registered with {@link DhtConfig#withValidator}. Both methods are pure: what they say depends
 * on nothing but their arguments and, if need be, the time, and never on who asks. They are called
 * on the mesh loop and on threads of the application, on bytes that strangers sent, so they must be
 * thread-safe, take no longer than checking a signature does, and block on nothing. One that throws
 * has refused the value.
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
   * Returns the index of the best of some values, the first of several that are as good. The same
   * values in another order must give the same best one.
   *
   * @param values two or more, each valid under the key
   */
  int select(Bytes key, List<Bytes> values);
}
