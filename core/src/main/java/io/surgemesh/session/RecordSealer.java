package io.surgemesh.session;

/**
 * Encrypts what a connection sends into the records of its secure channel.
 *
 * <p>Confined to one thread. Internal: public only for the rooms that drive sessions.
 */
public interface RecordSealer {
  /** Returned instead of a length when nothing more can be encrypted: the connection must end. */
  int FAILED = -1;

  /** Returns how many plain bytes may be encrypted at once. */
  int plainBytesMax();

  /** Returns how much room {@link #encryptRecord} needs for so many plain bytes. */
  int recordBytes(int plainBytes);

  /**
   * Encrypts the first {@code length} bytes of {@code plain} and writes them to the start of {@code
   * record} as they go on the wire; the two must be different arrays.
   *
   * @param length at most {@link #plainBytesMax}
   * @return how many bytes were written, or {@link #FAILED}
   */
  int encryptRecord(byte[] plain, int length, byte[] record);

  /**
   * Writes to the start of {@code record} what the channel sends last, so that the peer can tell an
   * end from a cut.
   *
   * @return how many bytes were written, 0 when the channel has no such thing
   */
  default int encryptEnd(byte[] record) {
    return 0;
  }
}
