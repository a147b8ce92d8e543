package io.surgemesh.netty;

import io.surgemesh.crypto.Primitives;
import java.io.IOException;
import java.security.SecureRandom;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** The records of one end, as after a handshake, and the keys of the other, to write any record. */
final class TlsPair {
  private static final int[] SUITES = {
    CipherSuite.TLS_AES_128_GCM_SHA256,
    CipherSuite.TLS_AES_256_GCM_SHA384,
    CipherSuite.TLS_CHACHA20_POLY1305_SHA256
  };

  private static final BcTlsCrypto CRYPTO = new BcTlsCrypto(new SecureRandom());

  final TlsRecords records = new TlsRecords(new byte[TlsRecords.sealedBytesMax()]);
  final TlsTraffic theirSend;
  final TlsTraffic theirReceive;

  /** Creates a pair; the same number gives the same keys. */
  TlsPair(int number) {
    int suite = SUITES[Math.floorMod(number, SUITES.length)];
    theirSend = traffic(suite, 1);
    theirReceive = traffic(suite, 2);
    records.secure(traffic(suite, 2), traffic(suite, 1));
  }

  private static TlsTraffic traffic(int suite, int direction) {
    byte[] secret = new byte[suite == CipherSuite.TLS_AES_256_GCM_SHA384 ? 48 : 32];
    secret[0] = (byte) direction;
    try {
      return new TlsTraffic(suite, CRYPTO.createSecret(secret), Primitives.java());
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Returns a record of theirs. */
  byte[] sealed(int type, byte[] content) {
    byte[] record = new byte[content.length + 64];
    int length = theirSend.cipher().seal(type, content, 0, content.length, record, 0);
    return java.util.Arrays.copyOf(record, length);
  }
}
