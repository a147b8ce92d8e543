package io.surgemesh.netty;

import io.netty.buffer.ByteBuf;

/** What a connection is doing: its handshake, or carrying streams. Called on its event loop. */
interface Phase {
  /** Takes bytes; what is left unread is offered again after {@link PhaseHandler#resume}. */
  void onBytes(ByteBuf bytes);

  /** All bytes that had arrived were offered. */
  void onReadComplete();

  /** The socket takes bytes again, or no longer. */
  void onWritabilityChanged();

  /** The connection is gone; the last call. */
  void onClosed();
}
