package io.surgemesh.interop;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.market.Capability;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A peer of a DHT, ours or another implementation's; every method waits for what comes of it. */
interface KadNode extends AutoCloseable {
  /** The namespace of public keys. */
  byte[] PREFIX = "/pk/".getBytes(StandardCharsets.US_ASCII);

  /** Returns who this is and where it listens. */
  PeerInfo info();

  /** Returns where it listens, with its id. */
  default Multiaddr dialAddress() {
    return info().addresses().get(0).withPeerId(info().peerId().bytes());
  }

  /** Returns the addresses at which a peer was found; none when it was not. */
  List<Multiaddr> find(PeerId peer) throws Exception;

  /** Begins to announce this peer. */
  void announce(Capability capability);

  /** Searches for the peers that announced a capability. */
  List<String> providers(Capability capability) throws Exception;

  /** Puts a value at the peers nearest to its key. */
  void put(Bytes key, Bytes value);

  /** Returns the value of a key; empty bytes when nobody has any. */
  Bytes get(Bytes key);

  /** Returns the key of this peer's public key, a value that every implementation takes. */
  default Bytes publicKeyKey() {
    byte[] id = info().peerId().encode();
    byte[] key = Arrays.copyOf(PREFIX, PREFIX.length + id.length);
    System.arraycopy(id, 0, key, PREFIX.length, id.length);
    return Bytes.of(key);
  }

  /** Returns this peer's public key as it stands under {@link #publicKeyKey}. */
  default Bytes publicKey() {
    return Bytes.of(info().peerId().publicKey().orElseThrow().encode());
  }

  @Override
  void close();
}
