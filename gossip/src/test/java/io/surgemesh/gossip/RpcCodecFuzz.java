package io.surgemesh.gossip;

import io.surgemesh.multiformats.MalformedMessageException;
import java.util.Arrays;

/** Reads an RPC of gossip, and the same again from what is written of it. */
public final class RpcCodecFuzz {
  private static final RpcCodec CODEC = new RpcCodec(GossipLimits.defaults());

  private RpcCodecFuzz() {}

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    Rpc rpc;
    try {
      rpc = CODEC.decode(data);
    } catch (MalformedMessageException refused) {
      // Refusing is all that a decoder may do.
      return;
    }
    byte[] encoded = CODEC.encode(rpc);
    if (encoded.length != CODEC.encodedBytes(rpc)) {
      throw new AssertionError("takes another length than it says");
    }
    if (encoded.length > data.length) {
      // Longer than it came, so it may be beyond a limit.
      return;
    }
    try {
      if (!Arrays.equals(CODEC.encode(CODEC.decode(encoded)), encoded)) {
        throw new AssertionError("read back as another");
      }
    } catch (MalformedMessageException unreadable) {
      throw new AssertionError("not read back", unreadable);
    }
  }
}
