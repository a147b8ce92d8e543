package io.surgemesh.multiformats;

import java.nio.charset.StandardCharsets;

/** Reads the input as the bytes and as the text of a multiaddr; both forms must read back. */
public final class MultiaddrFuzz {
  private static final Bytes PEER = Bytes.of(Multihash.sha256(new byte[0]).encode());

  private MultiaddrFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      check(Multiaddr.decode(data));
    } catch (MalformedMessageException refused) {
      // Refusing is all that a decoder may do.
    }
    try {
      check(Multiaddr.parse(new String(data, StandardCharsets.UTF_8)));
    } catch (MalformedMessageException refused) {
      // As above.
    }
  }

  private static void check(Multiaddr address) {
    if (address.bytes().size() > Multiaddr.BYTES_MAX
        || address.components().size() > Multiaddr.COMPONENTS_MAX) {
      throw new AssertionError("beyond its bounds: " + address);
    }
    String text = address.toString();
    if (!text.chars().allMatch(c -> c > 0x1f && c < 0x7f)) {
      throw new AssertionError("text with other characters than printable ones");
    }
    try {
      if (!Multiaddr.decode(address.encode()).equals(address)
          || !Multiaddr.parse(text).equals(address)) {
        throw new AssertionError("read back as another: " + text);
      }
    } catch (MalformedMessageException unreadable) {
      throw new AssertionError("not read back: " + text, unreadable);
    }
    if (!address.withPeerId(PEER).peerIdBytes().orElseThrow().equals(PEER)) {
      throw new AssertionError("does not end with its peer: " + text);
    }
    if (address.withoutPeerId().bytes().size() > address.bytes().size() || address.tcp() == null) {
      throw new AssertionError("grows by losing its peer: " + text);
    }
    if (address.isLoopback() && address.isPrivate()) {
      throw new AssertionError("on this machine and beside it: " + text);
    }
  }
}
