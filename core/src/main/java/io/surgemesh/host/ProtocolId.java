package io.surgemesh.host;

import org.jspecify.annotations.Nullable;

/**
 * The name of a protocol spoken on a stream, such as {@code /ipfs/ping/1.0.0}.
 *
 * <p>Begins with a slash; 2 to {@value #BYTES_MAX} bytes of printable ASCII without spaces (libp2p
 * connections spec, Protocol Negotiation).
 *
 * @param value the whole name
 */
public record ProtocolId(String value) implements Comparable<ProtocolId> {
  /** The longest name accepted, in bytes. */
  public static final int BYTES_MAX = 256;

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException when {@code value} is not of that form
   */
  public ProtocolId {
    if (!isValid(value)) {
      throw new IllegalArgumentException("not a protocol id: " + value.length() + " characters");
    }
  }

  /** Returns whether {@code value} has the form of a protocol id; for names sent by peers. */
  public static boolean isValid(String value) {
    boolean valid = value.length() >= 2 && value.length() <= BYTES_MAX && value.charAt(0) == '/';
    for (int i = 0; i < value.length() && valid; i++) {
      valid = value.charAt(i) > 0x20 && value.charAt(i) < 0x7f;
    }
    return valid;
  }

  // Every stream that opens is looked up by its protocol, and a record's own pair is slow.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ProtocolId that && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public int compareTo(ProtocolId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
