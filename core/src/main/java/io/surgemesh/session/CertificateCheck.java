package io.surgemesh.session;

import io.surgemesh.identity.PublicKey;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.DerReader;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.InstantSource;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Finds out whose a peer's certificate is, by the rules of libp2p instead of those of the web:
 * nobody signs it but its own key and the peer's identity.
 *
 * <p>What held is remembered by the whole certificate, so that peers that meet again spare the
 * signatures; only the validity is looked at each time. The {@value #REMEMBERED_MAX} used last are
 * kept. Thread-safe. Internal: public only for the rooms that drive sessions.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/tls/tls.md">libp2p tls spec, Peer
 *     Authentication</a>
 */
public final class CertificateCheck {
  /** How many certificates are remembered. */
  static final int REMEMBERED_MAX = 1024;

  /** Room for RSA keys and signatures of 8,192 bits, in bytes. */
  private static final int CERTIFICATE_BYTES_MAX = 8192;

  /** The libp2p extension, key usage, basic constraints, extended key usage. */
  private static final Set<String> KNOWN_CRITICAL =
      Set.of(TlsIdentity.EXTENSION, "2.5.29.15", "2.5.29.19", "2.5.29.37");

  /**
   * BouncyCastle's algorithms, registered nowhere: several times as fast as the JDK's, and they
   * take names and curves that the JDK does not. Made once, which takes a good part of a host's
   * start.
   */
  public static final Provider PRIMITIVES = new BouncyCastleProvider();

  private final InstantSource clock;
  private final Map<Bytes, PublicKey> remembered =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Bytes, PublicKey> eldest) {
          return size() > REMEMBERED_MAX;
        }
      };

  /** Creates a check that remembers nothing yet. */
  public CertificateCheck(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Returns the identity that a chain of exactly one certificate proves.
   *
   * <p>Verifies up to two signatures on the calling thread.
   *
   * @throws CertificateException when it breaks a rule
   */
  public PublicKey identityOf(X509Certificate... chain) throws CertificateException {
    if (chain.length != 1) {
      throw new CertificateException(chain.length + " certificates instead of one");
    }
    X509Certificate certificate = chain[0];
    certificate.checkValidity(Date.from(clock.instant()));
    byte[] encoded = certificate.getEncoded();
    if (encoded.length > CERTIFICATE_BYTES_MAX) {
      throw new CertificateException("certificate of " + encoded.length + " bytes");
    }
    Bytes key = Bytes.of(encoded);
    PublicKey known;
    synchronized (remembered) {
      known = remembered.get(key);
    }
    if (known != null) {
      return known;
    }
    PublicKey identity = verifiedOrRefused(certificate);
    synchronized (remembered) {
      remembered.put(key, identity);
    }
    return identity;
  }

  /** BouncyCastle refuses some keys, such as points off their curve, by unchecked exceptions. */
  private static PublicKey verifiedOrRefused(X509Certificate certificate)
      throws CertificateException {
    try {
      return verified(certificate);
    } catch (RuntimeException malformed) {
      throw new CertificateException("malformed key", malformed);
    }
  }

  private static PublicKey verified(X509Certificate certificate) throws CertificateException {
    requireKnownExtensions(certificate);
    requireSelfSigned(certificate);
    byte[] value = certificate.getExtensionValue(TlsIdentity.EXTENSION);
    if (value == null) {
      throw new CertificateException("no libp2p extension");
    }
    try {
      DerReader outer = new DerReader(value);
      DerReader extension = outer.enter(DerReader.OCTET_STRING);
      outer.requireEnd();
      DerReader signedKey = extension.enter(DerReader.SEQUENCE);
      extension.requireEnd();
      byte[] key = signedKey.content(DerReader.OCTET_STRING);
      byte[] signature = signedKey.content(DerReader.OCTET_STRING);
      signedKey.requireEnd();
      PublicKey identity = PublicKey.decode(key);
      byte[] signed = TlsIdentity.signedBytes(certificate.getPublicKey().getEncoded());
      if (!identity.verify(signed, signature)) {
        throw new CertificateException("the identity did not sign the certificate's key");
      }
      return identity;
    } catch (MalformedMessageException malformed) {
      throw new CertificateException("malformed identity", malformed);
    }
  }

  private static void requireKnownExtensions(X509Certificate certificate)
      throws CertificateException {
    Set<String> critical = certificate.getCriticalExtensionOIDs();
    if (critical != null && !KNOWN_CRITICAL.containsAll(critical)) {
      throw new CertificateException("unknown critical extension");
    }
  }

  private static void requireSelfSigned(X509Certificate certificate) throws CertificateException {
    String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
    if (algorithm.startsWith("MD") || algorithm.startsWith("SHA1")) {
      throw new CertificateException("weak signature algorithm");
    }
    if (certificate.getPublicKey() instanceof RSAPublicKey rsa) {
      int bits = rsa.getModulus().bitLength();
      if (bits < PublicKey.RSA_BITS_MIN || bits > PublicKey.RSA_BITS_MAX) {
        throw new CertificateException("RSA key of " + bits + " bits");
      }
    }
    try {
      certificate.verify(certificate.getPublicKey(), PRIMITIVES);
    } catch (GeneralSecurityException forged) {
      throw new CertificateException("not signed by its own key", forged);
    }
  }
}
