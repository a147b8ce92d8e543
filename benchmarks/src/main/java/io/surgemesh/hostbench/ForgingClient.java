package io.surgemesh.hostbench;

import java.io.IOException;
import java.util.List;
import java.util.Vector;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.crypto.TlsStreamSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.jspecify.annotations.Nullable;

/** A client of TLS 1.3 that shows a certificate it has no key of, and believes any server. */
@SuppressWarnings("JdkObsolete") // Vectors are what BouncyCastle's TLS takes.
final class ForgingClient extends DefaultTlsClient {
  private static final int SIGNATURE_BYTES = 64;

  private final BcTlsCrypto crypto;
  private final byte[] certificate;

  ForgingClient(BcTlsCrypto crypto, byte[] certificate) {
    super(crypto);
    this.crypto = crypto;
    this.certificate = certificate;
  }

  @Override
  protected ProtocolVersion[] getSupportedVersions() {
    return ProtocolVersion.TLSv13.only();
  }

  @Override
  public Vector<Integer> getEarlyKeyShareGroups() {
    return new Vector<>(List.of(NamedGroup.x25519));
  }

  @Override
  protected Vector<ProtocolName> getProtocolNames() {
    return new Vector<>(List.of(ProtocolName.asUtf8Encoding("libp2p")));
  }

  @Override
  public TlsAuthentication getAuthentication() {
    return new TlsAuthentication() {
      @Override
      public void notifyServerCertificate(TlsServerCertificate server) {
        // Whoever it is.
      }

      @Override
      public TlsCredentialedSigner getClientCredentials(CertificateRequest request)
          throws IOException {
        CertificateEntry[] chain = {
          new CertificateEntry(crypto.createCertificate(certificate), null)
        };
        return new Forger(new Certificate(request.getCertificateRequestContext(), chain));
      }
    };
  }

  /** Signs without a key. */
  private record Forger(Certificate certificate) implements TlsCredentialedSigner {
    @Override
    public Certificate getCertificate() {
      return certificate;
    }

    @Override
    public byte[] generateRawSignature(byte[] hash) {
      return new byte[SIGNATURE_BYTES];
    }

    @Override
    public SignatureAndHashAlgorithm getSignatureAndHashAlgorithm() {
      return SignatureScheme.getSignatureAndHashAlgorithm(SignatureScheme.ed25519);
    }

    @Override
    public @Nullable TlsStreamSigner getStreamSigner() {
      return null;
    }
  }
}
