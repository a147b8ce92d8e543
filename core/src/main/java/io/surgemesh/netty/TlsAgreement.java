package io.surgemesh.netty;

import io.surgemesh.identity.PublicKey;
import org.jspecify.annotations.Nullable;

/**
 * What a TLS handshake came to.
 *
 * @param send our keys
 * @param receive the peer's keys
 * @param remoteKey whom the peer has proven to be
 * @param muxer agreed by ALPN; null when it is still to be agreed
 */
record TlsAgreement(
    TlsTraffic send, TlsTraffic receive, PublicKey remoteKey, @Nullable String muxer) {}
