package io.surgemesh.netty;

import java.io.IOException;
import org.bouncycastle.tls.TlsProtocol;
import org.jspecify.annotations.Nullable;

/** One end of one TLS handshake, as BouncyCastle asks and tells it. */
interface TlsEnd {
  /**
   * Returns a protocol that has begun to talk for this end, without blocking.
   *
   * @throws IOException when it cannot
   */
  TlsProtocol begin() throws IOException;

  /** Returns what was agreed on; null until the handshake is done. */
  @Nullable TlsAgreement agreement();
}
