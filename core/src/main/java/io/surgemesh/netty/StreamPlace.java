package io.surgemesh.netty;

import org.jspecify.annotations.Nullable;

/**
 * The place of one stream among those of its connection, its peer and its host. Confined to the
 * connection's loop.
 */
final class StreamPlace {
  private final MuxSession session;
  private final PeerScope scope;
  private boolean negotiating;
  private boolean taken;
  private @Nullable String protocol;

  StreamPlace(MuxSession session) {
    this.session = session;
    this.scope = session.connection().scope();
  }

  /**
   * Takes the place of a stream that the peer opened.
   *
   * @return false when there are too many
   */
  boolean take() {
    negotiating = session.takeNegotiation();
    taken = negotiating && scope.takeStream();
    return taken;
  }

  /**
   * Takes a place for the protocol the peer proposed.
   *
   * @return false when it has too many of that
   */
  boolean take(String agreed) {
    boolean free = scope.takeProtocol(agreed);
    protocol = free ? agreed : null;
    return free;
  }

  /** The stream has its protocol. */
  void agreed() {
    if (negotiating) {
      negotiating = false;
      session.leaveNegotiation();
    }
  }

  /** The stream is forgotten. */
  void giveBack() {
    agreed();
    if (taken) {
      taken = false;
      scope.leaveStream();
    }
    String agreed = protocol;
    if (agreed != null) {
      protocol = null;
      scope.leaveProtocol(agreed);
    }
  }
}
