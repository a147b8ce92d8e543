package io.surgemesh.dht;

/** Something signed that happened to a peer of the mesh. Immutable. */
sealed interface MemberEvent permits Member, Departure {
  /** The length of a signature, in bytes. */
  int SIGNATURE_BYTES = 64;

  /** Returns the first word of the key of whom it happened to. */
  long word();

  /** Returns which {@link Member#seq} of that peer this is about. */
  long seq();

  /** Returns the bytes that it takes in a message, its tag and length included. */
  int encodedBytes();

  /** Returns a name of 32 bits, the same for all events that say the same. */
  int name(long salt);

  /**
   * Returns a name mixed of two words. Who does not know the salt beforehand cannot prepare events
   * of the same name, of which one would hide the other.
   */
  static int mixed(long word, long other, long salt) {
    long z = word ^ salt;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL + other * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 31)) * 0xbf58476d1ce4e5b9L;
    return (int) (z >>> Integer.SIZE);
  }
}
