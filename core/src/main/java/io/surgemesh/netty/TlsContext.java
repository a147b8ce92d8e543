package io.surgemesh.netty;

import io.surgemesh.session.CertificateCheck;
import io.surgemesh.session.TlsIdentity;
import io.surgemesh.session.Yamux;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Makes the TLS engines of one host: TLS 1.3 only, certificates on both sides, no names, and every
 * session for one connection only.
 *
 * <p>Thread-safe.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/tls/tls.md">libp2p tls spec</a>
 */
final class TlsContext {
  /** What ALPN says when the muxer is agreed afterwards. */
  private static final String ALPN_PLAIN = "libp2p";

  private static final String[] PROTOCOLS = {"TLSv1.3"};
  private static final String[] SUITES = {
    "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"
  };
  private static final String[] ALPN = {Yamux.PROTOCOL, ALPN_PLAIN};

  private final SSLContext context;
  private final CertificateCheck check;

  TlsContext(TlsIdentity identity, CertificateCheck check, SecureRandom random) {
    this.check = check;
    try {
      context = TlsProvider.context();
      context.init(
          new KeyManager[] {new OwnKey(identity)}, new TrustManager[] {new Peers(check)}, random);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this Java has no TLS", missing);
    }
  }

  CertificateCheck check() {
    return check;
  }

  /** Returns a fresh engine; it knows no host name, so it asks for none and resumes nothing. */
  SSLEngine engine(boolean client) {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(client);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setCipherSuites(SUITES);
    parameters.setApplicationProtocols(ALPN);
    if (!client) {
      parameters.setNeedClientAuth(true);
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  /**
   * Returns the muxer agreed by ALPN, null when it is to be agreed by multistream-select.
   *
   * @throws CertificateException when the peer agreed on neither
   */
  static @Nullable String muxer(SSLEngine engine) throws CertificateException {
    String agreed = engine.getApplicationProtocol();
    if (Yamux.PROTOCOL.equals(agreed)) {
      return Yamux.PROTOCOL;
    }
    if (ALPN_PLAIN.equals(agreed)) {
      return null;
    }
    throw new CertificateException("no libp2p in ALPN");
  }

  /** Offers the one certificate there is, whatever the peer asks for. */
  private static final class OwnKey extends X509ExtendedKeyManager {
    private static final String ALIAS = "host";

    private final TlsIdentity identity;

    OwnKey(TlsIdentity identity) {
      this.identity = identity;
    }

    private static @Nullable String alias(String... keyTypes) {
      for (String type : keyTypes) {
        if (type.equals("EC") || type.equals("EC/secp256r1")) {
          return ALIAS;
        }
      }
      return null;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
      return alias(keyTypes);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
      return alias(keyType);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[] {identity.certificate()};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return identity.privateKey();
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal[] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyType, Principal[] issuers, Socket socket) {
      return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal[] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
      return null;
    }
  }

  /** Takes whoever proves an identity; sockets, which we do not use, are refused. */
  private static final class Peers extends X509ExtendedTrustManager {
    private static final X509Certificate[] NONE = {};

    private final CertificateCheck check;

    Peers(CertificateCheck check) {
      this.check = check;
    }

    private void require(X509Certificate[] chain, SSLEngine engine) throws CertificateException {
      check.identityOf(chain);
      // A session that is no more valid is neither kept nor given a ticket.
      engine.getHandshakeSession().invalidate();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      require(chain, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      require(chain, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      throw new CertificateException("no sockets");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      throw new CertificateException("no sockets");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("no sockets");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("no sockets");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return NONE;
    }
  }
}
