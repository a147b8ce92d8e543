package io.surgemesh.netty;

import io.surgemesh.crypto.Primitives;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.session.CertificateCheck;
import io.surgemesh.session.TlsIdentity;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of one host, made when it is first asked for: its certificate takes a good part of a
 * host's start, and a host may speak Noise only. Thread-safe.
 */
final class LazyTls {
  private final KeyPair keyPair;
  private final SecureRandom random;
  private final Primitives primitives;
  private volatile @Nullable TlsContext made;

  LazyTls(KeyPair keyPair, SecureRandom random, Primitives primitives) {
    this.keyPair = keyPair;
    this.random = random;
    this.primitives = primitives;
  }

  /** Takes long the first time: not for loops. */
  TlsContext get() {
    TlsContext context = made;
    return context == null ? make() : context;
  }

  private synchronized TlsContext make() {
    TlsContext context = made;
    if (context == null) {
      TlsIdentity identity = TlsIdentity.create(keyPair, random);
      CertificateCheck check = new CertificateCheck(InstantSource.system());
      context = new TlsContext(identity, check, random, primitives);
      made = context;
    }
    return context;
  }
}
