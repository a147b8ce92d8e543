package io.surgemesh.netty;

import io.surgemesh.identity.PublicKey;
import java.io.IOException;
import java.util.Vector;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsProtocol;
import org.bouncycastle.tls.TlsServerProtocol;
import org.bouncycastle.tls.TlsUtils;
import org.jspecify.annotations.Nullable;

/** The server of one TLS handshake. */
final class TlsAcceptor extends DefaultTlsServer implements TlsEnd {
  private final TlsContext host;
  private @Nullable PublicKey remoteKey;
  private @Nullable TlsAgreement agreement;

  TlsAcceptor(TlsContext host) {
    super(host.crypto());
    this.host = host;
  }

  @Override
  public TlsProtocol begin() throws IOException {
    TlsServerProtocol protocol = new TlsServerProtocol();
    protocol.accept(this);
    return protocol;
  }

  @Override
  public @Nullable TlsAgreement agreement() {
    return agreement;
  }

  @Override
  protected ProtocolVersion[] getSupportedVersions() {
    return ProtocolVersion.TLSv13.only();
  }

  @Override
  protected int[] getSupportedCipherSuites() {
    return TlsContext.suites();
  }

  @Override
  public int[] getSupportedGroups() {
    return TlsContext.groups();
  }

  @Override
  protected Vector<ProtocolName> getProtocolNames() {
    return TlsContext.protocols();
  }

  @Override
  public boolean shouldCheckSigAlgOfPeerCerts() {
    // The certificate check does, by rules of its own.
    return false;
  }

  @Override
  public TlsCredentials getCredentials() {
    return host.credentials(context, TlsUtils.EMPTY_BYTES);
  }

  @Override
  public CertificateRequest getCertificateRequest() throws IOException {
    return new CertificateRequest(TlsUtils.EMPTY_BYTES, TlsContext.signatures(), null, null);
  }

  @Override
  public void notifyClientCertificate(Certificate client) throws IOException {
    remoteKey = host.identityOf(client);
  }

  @Override
  public void notifyHandshakeComplete() throws IOException {
    agreement = host.agreement(context, remoteKey, false);
  }
}
