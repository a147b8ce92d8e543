package io.surgemesh.netty;

import io.surgemesh.session.CertificateCheck;
import java.security.NoSuchAlgorithmException;
import java.security.NoSuchProviderException;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.crypto.Cipher;
import javax.crypto.NoSuchPaddingException;
import javax.net.ssl.SSLContext;
import org.bouncycastle.jcajce.util.ProviderJcaJceHelper;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
import org.bouncycastle.util.Properties;

/**
 * BouncyCastle's TLS with the JDK's ciphers, registered nowhere: other users of TLS in this JVM do
 * not see it.
 *
 * <p>The JDK's own TLS refuses certificates whose issuer has no name, which rust- and js-libp2p
 * make, and spends twice as long on a handshake.
 */
final class TlsProvider {
  /** BouncyCastle tells of every connection, and would let peers fill the log. */
  private static final Logger TOLD_BY_OURSELVES = Logger.getLogger("org.bouncycastle.jsse");

  private static final String EMPTY_ISSUER = "org.bouncycastle.x509.allow_empty_issuer_cert";

  private static final Provider TLS = provider();

  private TlsProvider() {}

  static SSLContext context() throws NoSuchAlgorithmException {
    if (TOLD_BY_OURSELVES.getLevel() == null) {
      TOLD_BY_OURSELVES.setLevel(Level.OFF);
    }
    return SSLContext.getInstance("TLS", TLS);
  }

  private static Provider provider() {
    JcaTlsCryptoProvider crypto =
        new JcaTlsCryptoProvider() {
          @Override
          public JcaTlsCrypto create(SecureRandom keys, SecureRandom nonces) {
            return new JcaTlsCrypto(new FastCiphers(), keys, nonces) {};
          }
        };
    return new BouncyCastleJsseProvider(false, crypto);
  }

  /** Does something on this thread in which certificates without an issuer's name are read. */
  static <T> T tolerating(Callable<T> work) throws Exception {
    Properties.setThreadOverride(EMPTY_ISSUER, true);
    try {
      return work.call();
    } finally {
      Properties.removeThreadOverride(EMPTY_ISSUER);
    }
  }

  /** All of BouncyCastle but the ciphers of TLS 1.3, of which the JDK has machine code. */
  private static final class FastCiphers extends ProviderJcaJceHelper {
    FastCiphers() {
      super(CertificateCheck.PRIMITIVES);
    }

    @Override
    public Cipher createCipher(String algorithm)
        throws NoSuchAlgorithmException, NoSuchPaddingException {
      if (algorithm.contains("GCM") || algorithm.startsWith("ChaCha20")) {
        try {
          return Cipher.getInstance(algorithm, "SunJCE");
        } catch (NoSuchProviderException anotherJava) {
          return super.createCipher(algorithm);
        }
      }
      return super.createCipher(algorithm);
    }
  }
}
