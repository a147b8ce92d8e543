package io.surgemesh.netty;

import io.surgemesh.session.HandshakeFault;
import java.nio.channels.ClosedChannelException;
import java.util.Set;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;

/** Tells what a peer did wrong in a TLS handshake that failed. */
final class TlsFaults {
  /**
   * What we send when a peer has done nothing wrong: it speaks another TLS than we do, or it is us
   * who failed (RFC 8446, section 6.2).
   */
  private static final Set<Short> NOBODYS =
      Set.of(
          AlertDescription.handshake_failure,
          AlertDescription.protocol_version,
          AlertDescription.insufficient_security,
          AlertDescription.no_application_protocol,
          AlertDescription.internal_error);

  private TlsFaults() {}

  /**
   * Returns the fault behind a failure.
   *
   * @param refused what ended the handshake: a peer that says so itself is not at fault, nor is one
   *     that has gone
   */
  static HandshakeFault of(Throwable refused) {
    if (refused instanceof TlsFatalAlertReceived
        || refused instanceof ClosedChannelException
        || refused instanceof RuntimeException) {
      return HandshakeFault.NONE;
    }
    boolean nobodys =
        refused instanceof TlsFatalAlert alert && NOBODYS.contains(alert.getAlertDescription());
    return nobodys ? HandshakeFault.NONE : HandshakeFault.TLS;
  }
}
