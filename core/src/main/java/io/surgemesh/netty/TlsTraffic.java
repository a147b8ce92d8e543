package io.surgemesh.netty;

import io.surgemesh.crypto.Aead;
import io.surgemesh.crypto.Primitives;
import io.surgemesh.session.TlsRecordCipher;
import java.io.IOException;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.crypto.CryptoHashAlgorithm;
import org.bouncycastle.tls.crypto.TlsCryptoUtils;
import org.bouncycastle.tls.crypto.TlsSecret;

/**
 * The application traffic secret of one direction and the cipher made of it.
 *
 * <p>Confined to one thread.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8446#section-7.3">RFC 8446, sections 7.2, 7.3</a>
 */
final class TlsTraffic {
  private static final byte[] NO_CONTEXT = {};
  private static final int SHA256_BYTES = 32;
  private static final int SHA384_BYTES = 48;

  private final Primitives primitives;
  private final Aead.Algorithm algorithm;
  private final int hash;
  private TlsSecret secret;
  private TlsRecordCipher cipher;

  /**
   * Creates the traffic keys of a suite.
   *
   * @param secret belongs to this object from now on
   * @throws IOException when it is none of the suites we offer
   */
  TlsTraffic(int cipherSuite, TlsSecret secret, Primitives primitives) throws IOException {
    this.primitives = primitives;
    this.algorithm = algorithm(cipherSuite);
    this.hash =
        algorithm == Aead.Algorithm.AES_256_GCM
            ? CryptoHashAlgorithm.sha384
            : CryptoHashAlgorithm.sha256;
    this.secret = secret;
    this.cipher = newCipher();
  }

  private static Aead.Algorithm algorithm(int cipherSuite) throws IOException {
    return switch (cipherSuite) {
      case CipherSuite.TLS_AES_128_GCM_SHA256 -> Aead.Algorithm.AES_128_GCM;
      case CipherSuite.TLS_AES_256_GCM_SHA384 -> Aead.Algorithm.AES_256_GCM;
      case CipherSuite.TLS_CHACHA20_POLY1305_SHA256 -> Aead.Algorithm.CHACHA20_POLY1305;
      default -> throw new IOException("unknown suite");
    };
  }

  TlsRecordCipher cipher() {
    return cipher;
  }

  /** Goes on to the next secret, as after a KeyUpdate. */
  void renew() throws IOException {
    TlsSecret next = expand("traffic upd", hashBytes());
    secret.destroy();
    secret = next;
    cipher = newCipher();
  }

  private int hashBytes() {
    return hash == CryptoHashAlgorithm.sha384 ? SHA384_BYTES : SHA256_BYTES;
  }

  private TlsRecordCipher newCipher() throws IOException {
    byte[] key = expand("key", algorithm.keyBytes()).extract();
    byte[] iv = expand("iv", TlsRecordCipher.IV_BYTES).extract();
    return new TlsRecordCipher(primitives.aead(algorithm, key), iv);
  }

  private TlsSecret expand(String label, int bytes) throws IOException {
    return TlsCryptoUtils.hkdfExpandLabel(secret, hash, label, NO_CONTEXT, bytes);
  }
}
