package io.surgemesh.netty;

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
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.CertificateType;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.CryptoHashAlgorithm;
import org.bouncycastle.tls.crypto.Tls13Verifier;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
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

  private final BcTlsCrypto crypto;
  private final CertificateCheck check;
  private final AsymmetricKeyParameter key;
  private final TlsCertificate certificate;

  TlsContext(TlsIdentity identity, CertificateCheck check, SecureRandom random) {
    this.crypto = new Crypto(random);
    this.check = check;
    try {
      key = PrivateKeyFactory.createKey(identity.privateKey().getEncoded());
      certificate = crypto.createCertificate(identity.certificate().getEncoded());
    } catch (IOException | CertificateEncodingException impossible) {
      throw new IllegalStateException("own certificate unreadable", impossible);
    }
  }

  BcTlsCrypto crypto() {
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
    return new BcDefaultTlsCredentialedSigner(
        new TlsCryptoParameters(handshake),
        crypto,
        key,
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
        new TlsTraffic(suite, crypto.adoptSecret(agreed.getTrafficSecretClient()));
    TlsTraffic ofServer =
        new TlsTraffic(suite, crypto.adoptSecret(agreed.getTrafficSecretServer()));
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

  /** A certificate in the bytes that it came in, whatever it would be encoded as. */
  private static final class Received extends BcTlsCertificate {
    private final byte[] encoded;

    Received(BcTlsCrypto crypto, byte[] encoded) throws IOException {
      super(crypto, encoded);
      this.encoded = encoded;
    }

    @Override
    public byte[] getEncoded() {
      return encoded.clone();
    }

    @Override
    public Tls13Verifier createVerifier(int signatureScheme) throws IOException {
      return CertificateCheck.tolerating(() -> super.createVerifier(signatureScheme));
    }
  }

  /**
   * Reads the certificates of all peers, those without an issuer's name too, and hashes by the JDK.
   */
  private static final class Crypto extends BcTlsCrypto {
    Crypto(SecureRandom random) {
      super(random);
    }

    @Override
    public TlsCertificate createCertificate(short type, byte[] encoding) throws IOException {
      if (type != CertificateType.X509) {
        throw new TlsFatalAlert(AlertDescription.unsupported_certificate);
      }
      return CertificateCheck.tolerating(() -> new Received(this, encoding));
    }

    @Override
    public Digest createDigest(int hash) {
      return switch (hash) {
        case CryptoHashAlgorithm.sha256 -> JdkDigest.of(JdkDigest.Algorithm.SHA_256);
        case CryptoHashAlgorithm.sha384 -> JdkDigest.of(JdkDigest.Algorithm.SHA_384);
        default -> super.createDigest(hash);
      };
    }

    @Override
    public Digest cloneDigest(int hash, Digest digest) {
      return digest instanceof JdkDigest ours ? ours.copy() : super.cloneDigest(hash, digest);
    }
  }
}
