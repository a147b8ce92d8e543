package io.surgemesh.dht;

import io.surgemesh.multiformats.MalformedMessageException;

/** Reads a message about members, and the same again from what is written of it. */
public final class MembersCodecFuzz {
  private MembersCodecFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      check(MembersCodec.INSTANCE.decode(data));
    } catch (MalformedMessageException refused) {
      // Refusing is all that a decoder may do.
    }
  }

  private static void check(MembersMessage message) {
    byte[] encoded = MembersCodec.INSTANCE.encode(message);
    if (encoded.length != message.encodedBytes()) {
      throw new AssertionError("takes another length than it says");
    }
    try {
      if (!MembersCodec.INSTANCE.decode(encoded).equals(message)) {
        throw new AssertionError("read back as another");
      }
    } catch (MalformedMessageException unreadable) {
      throw new AssertionError("not read back", unreadable);
    }
  }
}
