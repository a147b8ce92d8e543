package io.surgemesh.wire;

import java.nio.charset.StandardCharsets;

/** Escapes the input as text of a peer: what comes out is printable, short, and always the same. */
public final class PeerTextFuzz {
  private PeerTextFuzz() {}

  /** Runs one input; its first byte says how long the result may be. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    int charactersMax = 3 + (data[0] & 0xff);
    String escaped = PeerText.escape(data, charactersMax);
    check(escaped, charactersMax);
    String text = new String(data, StandardCharsets.UTF_8);
    if (!PeerText.escape(text, charactersMax).equals(escaped)) {
      throw new AssertionError("bytes and text differ");
    }
    check(
        PeerText.escape(new String(data, StandardCharsets.UTF_16BE), charactersMax), charactersMax);
  }

  private static void check(String escaped, int charactersMax) {
    if (escaped.length() > charactersMax || !escaped.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
      throw new AssertionError("too long, or not printable: " + escaped.length());
    }
  }
}
