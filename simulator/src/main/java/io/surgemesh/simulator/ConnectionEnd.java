package io.surgemesh.simulator;

import io.surgemesh.host.Connection;
import io.surgemesh.host.ConnectionLimits;

/** One end of a connection, as its host and the link that leads to it see it: at either level. */
interface ConnectionEnd extends Connection {
  SimulatedHost host();

  int remoteIndex();

  boolean isOpen();

  /** Takes note that a stream begins, or the connection itself. */
  void used();

  /** Returns what counts when its host has too many connections. */
  ConnectionLimits.Candidate candidate();

  @Override
  VirtualLoop loop();

  /** Sets where this end sends; once, before anything else. */
  void bind(Link out);

  /** Takes one frame of the other end. */
  void receive(Frame frame);

  /** Ends this end as if the other had vanished. */
  void onGone();

  /** Ends this end in silence, with its node; the peer's kernel learns it after the latency. */
  void crash();
}
