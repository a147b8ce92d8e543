package io.surgemesh.gossip;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import java.nio.ByteBuffer;

/** Identities for tests, by number. */
final class Peers {
  private Peers() {}

  static KeyPair key(int number) {
    return KeyPair.fromSeed(ByteBuffer.allocate(KeyPair.SEED_BYTES).putInt(number).array());
  }

  static PeerId id(int number) {
    return key(number).peerId();
  }
}
