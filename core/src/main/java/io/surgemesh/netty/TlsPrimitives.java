package io.surgemesh.netty;

import io.surgemesh.crypto.Ed25519Signer;
import io.surgemesh.crypto.Primitives;
import io.surgemesh.crypto.X25519Key;
import io.surgemesh.session.CertificateCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateType;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.CryptoHashAlgorithm;
import org.bouncycastle.tls.crypto.Tls13Verifier;
import org.bouncycastle.tls.crypto.TlsAgreement;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsECConfig;
import org.bouncycastle.tls.crypto.TlsECDomain;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.TlsSigner;
import org.bouncycastle.tls.crypto.TlsStreamSigner;
import org.bouncycastle.tls.crypto.impl.TlsAEADCipher;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.jspecify.annotations.Nullable;

/**
 * What BouncyCastle's TLS computes with: X25519, Ed25519 and AES-GCM by our primitives, hashes by
 * the JDK, all else by BouncyCastle. Reads the certificates of all peers, those without an issuer's
 * name too. Thread-safe.
 */
final class TlsPrimitives extends BcTlsCrypto {
  private final Primitives primitives;

  TlsPrimitives(SecureRandom random, Primitives primitives) {
    super(random);
    this.primitives = primitives;
  }

  Primitives primitives() {
    return primitives;
  }

  @Override
  public TlsCertificate createCertificate(short type, byte[] encoding) throws IOException {
    if (type != CertificateType.X509) {
      throw new TlsFatalAlert(AlertDescription.unsupported_certificate);
    }
    return CertificateCheck.tolerating(() -> new PeerCertificate(encoding));
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

  @Override
  protected TlsAEADCipher createCipher_AES_GCM(TlsCryptoParameters handshake, int keyBytes, int tag)
      throws IOException {
    return new TlsAEADCipher(
        handshake,
        new HandshakeCipher(primitives, true),
        new HandshakeCipher(primitives, false),
        keyBytes,
        tag,
        TlsAEADCipher.AEAD_GCM,
        null);
  }

  @Override
  public TlsECDomain createECDomain(TlsECConfig config) {
    return config.getNamedGroup() == NamedGroup.x25519
        ? X25519Agreement::new
        : super.createECDomain(config);
  }

  /** One agreement by X25519. */
  private final class X25519Agreement implements TlsAgreement {
    private @Nullable X25519Key ours;
    private byte[] theirs = {};

    @Override
    public byte[] generateEphemeral() {
      X25519Key key = primitives.x25519Key(getSecureRandom());
      ours = key;
      return key.publicKey();
    }

    @Override
    public void receivePeerValue(byte[] peerValue) throws IOException {
      if (peerValue.length != Primitives.X25519_BYTES) {
        throw new TlsFatalAlert(AlertDescription.illegal_parameter);
      }
      theirs = peerValue;
    }

    @Override
    public TlsSecret calculateSecret() throws IOException {
      X25519Key key = ours;
      if (key == null || theirs.length == 0) {
        throw new TlsFatalAlert(AlertDescription.internal_error);
      }
      byte[] secret = new byte[Primitives.X25519_BYTES];
      try {
        if (!primitives.x25519(key.privateKey(), theirs, secret)) {
          throw new TlsFatalAlert(AlertDescription.handshake_failure);
        }
        return createSecret(secret);
      } finally {
        Arrays.fill(key.privateKey(), (byte) 0);
        Arrays.fill(secret, (byte) 0);
      }
    }
  }

  /**
   * A certificate in the bytes that it came in, whatever it would be encoded as. Our primitives
   * check its owner's Ed25519 signatures.
   */
  private final class PeerCertificate extends BcTlsCertificate {
    private final byte[] encoded;

    PeerCertificate(byte[] encoded) throws IOException {
      super(TlsPrimitives.this, encoded);
      this.encoded = encoded;
    }

    @Override
    public byte[] getEncoded() {
      return encoded.clone();
    }

    @Override
    public Tls13Verifier createVerifier(int signatureScheme) throws IOException {
      SubjectPublicKeyInfo info = getSubjectPublicKeyInfo();
      if (signatureScheme != SignatureScheme.ed25519
          || !info.getAlgorithm().getAlgorithm().equals(EdECObjectIdentifiers.id_Ed25519)) {
        return CertificateCheck.tolerating(() -> super.createVerifier(signatureScheme));
      }
      validateKeyUsage(KeyUsage.digitalSignature);
      byte[] key = info.getPublicKeyData().getOctets();
      Ed25519.PublicPoint point =
          key.length == Ed25519.PUBLIC_KEY_SIZE
              ? Ed25519.validatePublicKeyPartialExport(key, 0)
              : null;
      if (point == null) {
        throw new TlsFatalAlert(AlertDescription.certificate_unknown);
      }
      return new Ed25519Verifier(key, point);
    }
  }

  /** Checks one signature over what is written to it. */
  private final class Ed25519Verifier implements Tls13Verifier {
    private final byte[] key;
    private final Ed25519.PublicPoint point;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();

    Ed25519Verifier(byte[] key, Ed25519.PublicPoint point) {
      this.key = key;
      this.point = point;
    }

    @Override
    public OutputStream getOutputStream() {
      return message;
    }

    @Override
    public boolean verifySignature(byte[] signature) {
      return signature.length == Ed25519.SIGNATURE_SIZE
          && primitives.ed25519Holds(key, point, message.toByteArray(), signature);
    }
  }

  /** Signs with the key of our certificate. */
  record OwnSigner(Ed25519Signer key) implements TlsSigner {
    @Override
    public byte[] generateRawSignature(SignatureAndHashAlgorithm algorithm, byte[] hash) {
      throw new UnsupportedOperationException("Ed25519 signs messages, not hashes");
    }

    @Override
    public TlsStreamSigner getStreamSigner(SignatureAndHashAlgorithm algorithm) {
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      return new TlsStreamSigner() {
        @Override
        public OutputStream getOutputStream() {
          return message;
        }

        @Override
        public byte[] getSignature() {
          return key.sign(message.toByteArray());
        }
      };
    }
  }
}
