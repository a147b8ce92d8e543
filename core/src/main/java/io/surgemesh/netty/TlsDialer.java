package io.surgemesh.netty;

import io.surgemesh.identity.PublicKey;
import java.io.IOException;
import java.util.List;
import java.util.Vector;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CertificateStatusRequest;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsProtocol;
import org.bouncycastle.tls.TlsServerCertificate;
import org.jspecify.annotations.Nullable;

/** The client of one TLS handshake. */
@SuppressWarnings("JdkObsolete") // Vectors are what BouncyCastle's TLS takes.
final class TlsDialer extends DefaultTlsClient implements TlsEnd {
  private final TlsContext host;
  private @Nullable PublicKey remoteKey;
  private @Nullable TlsAgreement agreement;

  TlsDialer(TlsContext host) {
    super(host.crypto());
    this.host = host;
  }

  @Override
  public TlsProtocol begin() throws IOException {
    TlsClientProtocol protocol = new TlsClientProtocol();
    protocol.connect(this);
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
  @SuppressWarnings("rawtypes") // as it is declared
  protected Vector<Integer> getSupportedGroups(@Nullable Vector roles) {
    return TlsContext.groupVector();
  }

  @Override
  public Vector<Integer> getEarlyKeyShareGroups() {
    // A share of each group would cost a key of each.
    return new Vector<>(List.of(NamedGroup.x25519));
  }

  @Override
  protected Vector<SignatureAndHashAlgorithm> getSupportedSignatureAlgorithms() {
    return TlsContext.signatures();
  }

  @Override
  protected Vector<ProtocolName> getProtocolNames() {
    return TlsContext.protocols();
  }

  @Override
  protected @Nullable CertificateStatusRequest getCertificateStatusRequest() {
    // Nobody could answer for a certificate of the peer's own.
    return null;
  }

  @Override
  public boolean shouldCheckSigAlgOfPeerCerts() {
    // The certificate check does, by rules of its own.
    return false;
  }

  @Override
  public TlsAuthentication getAuthentication() {
    return new TlsAuthentication() {
      @Override
      public void notifyServerCertificate(TlsServerCertificate server) throws IOException {
        remoteKey = host.identityOf(server.getCertificate());
      }

      @Override
      public TlsCredentials getClientCredentials(CertificateRequest request) {
        return host.credentials(context, request.getCertificateRequestContext());
      }
    };
  }

  @Override
  public void notifyHandshakeComplete() throws IOException {
    agreement = host.agreement(context, remoteKey, true);
  }
}
