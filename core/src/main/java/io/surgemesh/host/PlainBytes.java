package io.surgemesh.host;

/** Frames that are their own messages. */
enum PlainBytes implements FrameCodec<byte[]> {
  INSTANCE;

  @Override
  public byte[] encode(byte[] message) {
    return message;
  }

  @Override
  public int encodedBytes(byte[] message) {
    return message.length;
  }

  @Override
  public byte[] decode(byte[] body) {
    return body;
  }
}
