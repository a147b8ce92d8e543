package io.surgemesh.session;

import java.util.List;

/**
 * The secure channels that a connection can be upgraded with.
 *
 * <p>Internal: public only for the rooms that drive sessions.
 */
public enum Security {
  /** TLS 1.3 with libp2p's certificates (libp2p tls spec). */
  TLS("/tls/1.0.0"),

  /** Noise XX (libp2p noise spec). */
  NOISE("/noise");

  /** The first Java whose ChaCha20-Poly1305 runs on vector instructions. */
  private static final int FAST_CHACHA_SINCE = 21;

  private final String protocol;

  Security(String protocol) {
    this.protocol = protocol;
  }

  /** Returns the name in multistream-select. */
  public String protocol() {
    return protocol;
  }

  /**
   * Returns both, the better one for this Java first.
   *
   * <p>TLS encrypts with AES-GCM, Noise with ChaCha20-Poly1305 only. Up to Java 20 the JDK moves
   * ten times as many bytes a second with the former; from 21 on they differ little, and a Noise
   * handshake costs a fraction of one of the JDK's TLS.
   */
  public static List<Security> preferred() {
    return preferredBy(Runtime.version().feature());
  }

  /** Returns both, the better one for a Java of that version first. */
  static List<Security> preferredBy(int javaFeature) {
    return javaFeature < FAST_CHACHA_SINCE ? List.of(TLS, NOISE) : List.of(NOISE, TLS);
  }
}
