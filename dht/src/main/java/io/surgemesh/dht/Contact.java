package io.surgemesh.dht;

import io.surgemesh.identity.PeerId;

/** A peer of the routing table with its place in the key space, hashed once. */
record Contact(PeerId peer, Key key) {
  static Contact of(PeerId peer) {
    return new Contact(peer, Key.of(peer));
  }
}
