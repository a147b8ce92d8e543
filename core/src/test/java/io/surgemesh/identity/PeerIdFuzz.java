package io.surgemesh.identity;

import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multihash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the input as a multihash, as the bytes and as the text of a peer id. */
public final class PeerIdFuzz {
  private PeerIdFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      if (!Arrays.equals(Multihash.decode(data).encode(), data)) {
        throw new AssertionError("a multihash with two encodings");
      }
    } catch (MalformedMessageException refused) {
      // Refusing is all that a decoder may do.
    }
    try {
      PeerId id = PeerId.decode(data);
      if (!Arrays.equals(id.encode(), data)) {
        throw new AssertionError("a peer id with two encodings");
      }
      check(id);
    } catch (MalformedMessageException refused) {
      // As above.
    }
    try {
      check(PeerId.parse(new String(data, StandardCharsets.UTF_8)));
    } catch (MalformedMessageException refused) {
      // As above.
    }
  }

  private static void check(PeerId id) {
    try {
      if (!PeerId.parse(id.toString()).equals(id)
          || !PeerId.parse(id.toCid()).equals(id)
          || !PeerId.decode(id.encode()).equals(id)) {
        throw new AssertionError("read back as another: " + id);
      }
    } catch (MalformedMessageException unreadable) {
      throw new AssertionError("not read back: " + id, unreadable);
    }
    id.publicKey()
        .ifPresent(
            key -> {
              if (!key.toPeerId().equals(id)) {
                throw new AssertionError("holds the key of another: " + id);
              }
            });
  }
}
