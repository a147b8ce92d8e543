package io.surgemesh.host;

/** Whether other peers can dial a host, as far as it knows (libp2p AutoNAT). */
public enum Reachability {
  /** Too few have said so, or the host announces no address. */
  UNKNOWN,
  /** A peer has dialled it at an address that it announces. */
  PUBLIC,
  /** Several peers, one after the other, could not dial it at any address that it announces. */
  PRIVATE
}
