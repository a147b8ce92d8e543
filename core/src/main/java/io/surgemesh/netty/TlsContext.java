package io.surgemesh.netty;

import io.surgemesh.crypto.Ed25519Signer;
import io.surgemesh.crypto.Primitives;
import io.surgemesh.identity.PublicKey;
import io.surgemesh.session.CertificateCheck;
import io.surgemesh.session.TlsIdentity;
import io.surgemesh.session.Yamux;
import java.io.IOException;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Vector;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DefaultTlsCredentialedSigner;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.jspecify.annotations.Nullable;

/**
 * What all TLS handshakes of one host have in common: TLS 1.3 only, certificates on both sides, no
 * names, and every session for one connection only.
 *
 * <p>The handshake is BouncyCastle's, without the JDK's provider framework around it: that looks up
 * and checks every algorithm anew for each connection. Thread-safe.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/tls/tls.md">libp2p tls spec</a>
 */
@SuppressWarnings("JdkObsolete") // Vectors are what BouncyCastle's TLS takes.
final class TlsContext {
  /** What ALPN says when the muxer is agreed afterwards. */
  private static final String ALPN_PLAIN = "libp2p";

  private static final List<Integer> SIGNATURES =
      List.of(
          SignatureScheme.ed25519,
          SignatureScheme.ecdsa_secp256r1_sha256,
          SignatureScheme.ecdsa_secp384r1_sha384,
          SignatureScheme.ecdsa_secp521r1_sha512,
          SignatureScheme.rsa_pss_rsae_sha256,
          SignatureScheme.rsa_pss_rsae_sha384,
          SignatureScheme.rsa_pss_rsae_sha512,
          SignatureScheme.rsa_pkcs1_sha256,
          SignatureScheme.rsa_pkcs1_sha384,
          SignatureScheme.rsa_pkcs1_sha512);

  private static final List<Integer> GROUPS =
      List.of(NamedGroup.x25519, NamedGroup.secp256r1, NamedGroup.secp384r1);

  private final TlsPrimitives crypto;
  private final CertificateCheck check;
  private final TlsPrimitives.OwnSigner signer;
  private final TlsCertificate certificate;

  TlsContext(
      TlsIdentity identity, CertificateCheck check, SecureRandom random, Primitives primitives) {
    this.crypto = new TlsPrimitives(random, primitives);
    this.check = check;
    try {
      signer = new TlsPrimitives.OwnSigner(signer(identity, primitives));
      certificate = crypto.createCertificate(identity.certificate().getEncoded());
    } catch (IOException | CertificateEncodingException impossible) {
      throw new IllegalStateException("own certificate unreadable", impossible);
    }
  }

  private static Ed25519Signer signer(TlsIdentity identity, Primitives primitives)
      throws IOException {
    byte[] encoded = identity.privateKey().getEncoded();
    if (PrivateKeyFactory.createKey(encoded) instanceof Ed25519PrivateKeyParameters key) {
      return primitives.ed25519Signer(key.getEncoded(), key.generatePublicKey().getEncoded());
    }
    throw new IllegalStateException("own certificate of another key than Ed25519");
  }

  TlsPrimitives crypto() {
    return crypto;
  }

  static int[] suites() {
    return new int[] {
      CipherSuite.TLS_AES_128_GCM_SHA256,
      CipherSuite.TLS_AES_256_GCM_SHA384,
      CipherSuite.TLS_CHACHA20_POLY1305_SHA256
    };
  }

  static int[] groups() {
    return GROUPS.stream().mapToInt(Integer::intValue).toArray();
  }

  static Vector<Integer> groupVector() {
    return new Vector<>(GROUPS);
  }

  static Vector<SignatureAndHashAlgorithm> signatures() {
    Vector<SignatureAndHashAlgorithm> algorithms = new Vector<>();
    for (int scheme : SIGNATURES) {
      algorithms.add(SignatureScheme.getSignatureAndHashAlgorithm(scheme));
    }
    return algorithms;
  }

  static Vector<ProtocolName> protocols() {
    Vector<ProtocolName> names = new Vector<>();
    names.add(ProtocolName.asUtf8Encoding(Yamux.PROTOCOL));
    names.add(ProtocolName.asUtf8Encoding(ALPN_PLAIN));
    return names;
  }

  /** Returns what signs with the one certificate there is, whatever the peer asks for. */
  TlsCredentialedSigner credentials(
      org.bouncycastle.tls.TlsContext handshake, byte[] requestContext) {
    CertificateEntry[] chain = {new CertificateEntry(certificate, null)};
    return new DefaultTlsCredentialedSigner(
        new TlsCryptoParameters(handshake),
        signer,
        new Certificate(requestContext, chain),
        SignatureScheme.getSignatureAndHashAlgorithm(SignatureScheme.ed25519));
  }

  /**
   * Returns the identity that a peer's certificates prove.
   *
   * @throws IOException which tells the peer what is wrong with them
   */
  PublicKey identityOf(Certificate chain) throws IOException {
    if (chain.isEmpty()) {
      throw new TlsFatalAlert(AlertDescription.certificate_required);
    }
    byte[][] encoded = new byte[chain.getLength()][];
    for (int i = 0; i < encoded.length; i++) {
      encoded[i] = chain.getCertificateAt(i).getEncoded();
    }
    try {
      return check.identityOf(encoded);
    } catch (CertificateException refused) {
      throw new TlsFatalAlert(AlertDescription.bad_certificate, refused);
    }
  }

  /**
   * Returns what a finished handshake agreed on.
   *
   * @throws IOException when the peer chose no protocol of ours
   */
  TlsAgreement agreement(
      org.bouncycastle.tls.TlsContext handshake, @Nullable PublicKey remoteKey, boolean client)
      throws IOException {
    SecurityParameters agreed = handshake.getSecurityParametersConnection();
    if (remoteKey == null) {
      throw new TlsFatalAlert(AlertDescription.certificate_required);
    }
    int suite = agreed.getCipherSuite();
    TlsTraffic ofClient =
        new TlsTraffic(
            suite, crypto.adoptSecret(agreed.getTrafficSecretClient()), crypto.primitives());
    TlsTraffic ofServer =
        new TlsTraffic(
            suite, crypto.adoptSecret(agreed.getTrafficSecretServer()), crypto.primitives());
    return new TlsAgreement(
        client ? ofClient : ofServer,
        client ? ofServer : ofClient,
        remoteKey,
        muxer(agreed.getApplicationProtocol()));
  }

  /** Returns null when the muxer is to be agreed by multistream-select. */
  private static @Nullable String muxer(@Nullable ProtocolName agreed) throws IOException {
    String name = agreed == null ? "" : agreed.getUtf8Decoding();
    if (name.equals(Yamux.PROTOCOL)) {
      return Yamux.PROTOCOL;
    }
    if (name.equals(ALPN_PLAIN)) {
      return null;
    }
    throw new TlsFatalAlert(AlertDescription.no_application_protocol);
  }
}
