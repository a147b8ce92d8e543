package io.surgemesh.job;

import io.surgemesh.multiformats.MalformedMessageException;

/** Reads a control frame, and the same again from what is written of it. */
public final class ControlCodecFuzz {
  private ControlCodecFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      check(ControlCodec.decode(data));
    } catch (MalformedMessageException refused) {
      // Refusing is all that a decoder may do.
    }
  }

  private static void check(ControlCodec.Numbered read) {
    try {
      byte[] encoded = ControlCodec.encode(read.number(), read.control());
      ControlCodec.Numbered again = ControlCodec.decode(encoded);
      // Lines are escaped each time they are read.
      boolean hasLine =
          read.control() instanceof Control.Refuse || read.control() instanceof Control.Cancel;
      if (hasLine
          ? again.control().kind() != read.control().kind() || again.number() != read.number()
          : !again.equals(read)) {
        throw new AssertionError("read back as another");
      }
    } catch (MalformedMessageException unreadable) {
      throw new AssertionError("not read back", unreadable);
    }
  }
}
