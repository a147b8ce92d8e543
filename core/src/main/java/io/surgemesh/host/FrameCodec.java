package io.surgemesh.host;

import io.surgemesh.multiformats.MalformedMessageException;

/**
 * How the messages of one protocol become the bodies of frames, and back.
 *
 * <p>Stateless; any thread may call. Two codecs that are equal read each other's messages alike: a
 * message that one of them encodes, the other decodes to an equal one. That lets a host without a
 * wire hand over the message itself; so messages must not change once they are sent.
 *
 * @param <T> the messages
 */
public interface FrameCodec<T> {
  /** Returns the message as bytes. */
  byte[] encode(T message);

  /** Returns the length of {@link #encode}, without making it if that can be had. */
  default int encodedBytes(T message) {
    return encode(message).length;
  }

  /**
   * Returns the message that a peer sent.
   *
   * @throws MalformedMessageException when it is none; nothing else is thrown, whatever the bytes
   */
  T decode(byte[] body) throws MalformedMessageException;

  /** Returns the codec of messages that stay bytes; the receiver owns the array. */
  static FrameCodec<byte[]> bytes() {
    return PlainBytes.INSTANCE;
  }
}
