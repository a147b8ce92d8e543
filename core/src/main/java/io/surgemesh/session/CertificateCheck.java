package io.surgemesh.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.surgemesh.identity.PublicKey;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.DerReader;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.util.Properties;

/**
 * Finds out whose a peer's certificate is, by the rules of libp2p instead of those of the web:
 * nobody signs it but its own key and the peer's identity.
 *
 * <p>What held is remembered by the whole certificate, so that peers that meet again spare the
 * signatures; only the validity is looked at each time. {@value #REMEMBERED_MAX} are kept, those of
 * peers met often before those of many that come once. Thread-safe. Internal: public only for the
 * rooms that drive sessions.
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

  private static final String EMPTY_ISSUER = "org.bouncycastle.x509.allow_empty_issuer_cert";

  /**
   * Takes RSA keys without looking for prime factors in their modulus, which costs a hundred times
   * what a signature does, each time anew for whoever shows a new key; and a key that anybody could
   * have broken is its owner's loss.
   */
  private static final String ANY_MODULUS = "org.bouncycastle.rsa.allow_unsafe_mod";

  /**
   * BouncyCastle's algorithms, registered nowhere: several times as fast as the JDK's, and they
   * take names and curves that the JDK does not. Made when a first peer is checked.
   */
  private static final class BouncyCastle {
    static final Provider PROVIDER = new BouncyCastleProvider();
  }

  /** When a certificate may be shown. */
  private record Validity(Instant notBefore, Instant notAfter) {
    static Validity of(X509Certificate certificate) {
      return new Validity(
          certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant());
    }

    void require(Instant now) throws CertificateException {
      if (now.isBefore(notBefore) || now.isAfter(notAfter)) {
        throw new CertificateException("not valid now");
      }
    }
  }

  /** What a certificate proved. */
  private record Proof(PublicKey identity, Validity validity) {}

  private final InstantSource clock;
  private final Cache<Bytes, Proof> remembered =
      Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).executor(Runnable::run).build();

  /** Creates a check that remembers nothing yet. */
  public CertificateCheck(InstantSource clock) {
    this.clock = clock;
  }

  /** Reads a certificate, or its key. */
  @FunctionalInterface
  public interface Reading<T, E extends Exception> {
    /** Returns what was read. */
    T read() throws E;
  }

  /**
   * Reads a certificate whose issuer may have no name, as those that rust- and js-libp2p make, or a
   * key that {@link #identityOf} has let pass, as cheaply as it can be; on the calling thread.
   *
   * @throws E what {@code reading} throws
   */
  public static <T, E extends Exception> T tolerating(Reading<T, E> reading) throws E {
    Properties.setThreadOverride(EMPTY_ISSUER, true);
    Properties.setThreadOverride(ANY_MODULUS, true);
    try {
      return reading.read();
    } finally {
      Properties.removeThreadOverride(EMPTY_ISSUER);
      Properties.removeThreadOverride(ANY_MODULUS);
    }
  }

  /**
   * Returns the identity that a chain of exactly one certificate proves.
   *
   * <p>Verifies up to two signatures on the calling thread.
   *
   * @param chain in DER
   * @throws CertificateException when it breaks a rule
   */
  public PublicKey identityOf(byte[]... chain) throws CertificateException {
    if (chain.length != 1) {
      throw new CertificateException(chain.length + " certificates instead of one");
    }
    if (chain[0].length > CERTIFICATE_BYTES_MAX) {
      throw new CertificateException("certificate of " + chain[0].length + " bytes");
    }
    Bytes key = Bytes.of(chain[0]);
    Instant now = clock.instant();
    Proof known = remembered.getIfPresent(key);
    if (known != null) {
      known.validity().require(now);
      return known.identity();
    }
    Proof proof = tolerating(() -> proofOrRefused(chain[0], now));
    remembered.put(key, proof);
    return proof.identity();
  }

  /** BouncyCastle refuses some keys, such as points off their curve, by unchecked exceptions. */
  private static Proof proofOrRefused(byte[] der, Instant now) throws CertificateException {
    try {
      return proof(der, now);
    } catch (CertificateException refused) {
      throw refused;
    } catch (MalformedMessageException | GeneralSecurityException | RuntimeException malformed) {
      throw new CertificateException("malformed certificate", malformed);
    }
  }

  /** Looks first at what costs nothing to look at. */
  private static Proof proof(byte[] der, Instant now)
      throws MalformedMessageException, GeneralSecurityException {
    CertificateParts parts = CertificateParts.read(der);
    X509Certificate certificate = parsed(der);
    Validity validity = Validity.of(certificate);
    validity.require(now);
    requireKnownExtensions(certificate);
    byte[] extension = certificate.getExtensionValue(TlsIdentity.EXTENSION);
    if (extension == null) {
      throw new CertificateException("no libp2p extension");
    }
    requireSelfSigned(parts);
    return new Proof(identity(extension, parts.key()), validity);
  }

  private static X509Certificate parsed(byte[] der) throws CertificateException {
    ByteArrayInputStream bytes = new ByteArrayInputStream(der);
    Certificate certificate =
        CertificateFactory.getInstance("X.509", BouncyCastle.PROVIDER).generateCertificate(bytes);
    if (certificate instanceof X509Certificate whole && bytes.available() == 0) {
      return whole;
    }
    throw new CertificateException("no certificate, or bytes behind it");
  }

  private static void requireKnownExtensions(X509Certificate certificate)
      throws CertificateException {
    Set<String> critical = certificate.getCriticalExtensionOIDs();
    if (critical != null && !KNOWN_CRITICAL.containsAll(critical)) {
      throw new CertificateException("unknown critical extension");
    }
  }

  private static void requireSelfSigned(CertificateParts parts) throws GeneralSecurityException {
    java.security.PublicKey key =
        KeyFactory.getInstance(parts.key().algorithm(), BouncyCastle.PROVIDER)
            .generatePublic(new X509EncodedKeySpec(parts.key().encoded().toByteArray()));
    if (!parts.signing().holds(key, parts.body(), parts.signature(), BouncyCastle.PROVIDER)) {
      throw new CertificateException("not signed by its own key");
    }
  }

  private static PublicKey identity(byte[] extensionValue, CertificateKey key)
      throws MalformedMessageException, CertificateException {
    DerReader outer = new DerReader(extensionValue);
    DerReader extension = outer.enter(DerReader.OCTET_STRING);
    outer.requireEnd();
    DerReader signedKey = extension.enter(DerReader.SEQUENCE);
    extension.requireEnd();
    PublicKey identity = PublicKey.decode(signedKey.content(DerReader.OCTET_STRING));
    byte[] signature = signedKey.content(DerReader.OCTET_STRING);
    signedKey.requireEnd();
    if (!identity.verify(TlsIdentity.signedBytes(key.encoded().toByteArray()), signature)) {
      throw new CertificateException("the identity did not sign the certificate's key");
    }
    return identity;
  }
}
