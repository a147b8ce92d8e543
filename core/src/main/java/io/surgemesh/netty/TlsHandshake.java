package io.surgemesh.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.surgemesh.identity.PublicKey;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives one TLS handshake on a connection's loop; its arithmetic is done by the workers.
 *
 * <p>Has no deadline of its own: that of the whole upgrade counts.
 */
final class TlsHandshake {
  private static final Logger LOG = LoggerFactory.getLogger(TlsHandshake.class);
  private static final int FLIGHT_BYTES = 20 * 1024;

  /** Told once how the handshake ended, on the loop. */
  interface Listener {
    /**
     * It is done.
     *
     * @param muxer agreed by ALPN; null when it is still to be agreed
     */
    void onSecured(TlsRecords records, PublicKey remoteKey, @Nullable String muxer);

    void onInsecure();

    /** Takes no bytes until {@link #onResumed}. */
    void onPaused();

    void onResumed();
  }

  private final Channel channel;
  private final NettyLoop loop;
  private final TlsContext context;
  private final SSLEngine engine;
  private final TlsRecords records;
  private final Listener listener;
  private boolean working;
  private boolean over;

  TlsHandshake(
      Channel channel, NettyLoop loop, TlsContext context, boolean client, Listener listener) {
    this.channel = channel;
    this.loop = loop;
    this.context = context;
    this.engine = context.engine(client);
    this.records = new TlsRecords(engine);
    this.listener = listener;
  }

  /** Sends the first flight, when we are the client. */
  void begin() {
    try {
      engine.beginHandshake();
    } catch (SSLException impossible) {
      fail(impossible);
      return;
    }
    advance();
  }

  /** Takes all bytes. */
  void onBytes(ByteBuffer bytes) {
    if (over) {
      bytes.position(bytes.limit());
      return;
    }
    records.append(bytes);
    advance();
  }

  private void advance() {
    try {
      while (!over && !working && step(engine.getHandshakeStatus())) {
        // Goes on until it waits for bytes or for its tasks.
      }
    } catch (SSLException | CertificateException refused) {
      fail(refused);
    }
  }

  /** Returns whether the next step can be taken at once. */
  private boolean step(SSLEngineResult.HandshakeStatus status)
      throws SSLException, CertificateException {
    switch (status) {
      case NEED_WRAP -> wrap();
      case NEED_TASK -> work();
      case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
        return unwrap();
      }
      case FINISHED, NOT_HANDSHAKING -> finish();
    }
    return true;
  }

  private void wrap() throws SSLException {
    byte[] flight = new byte[FLIGHT_BYTES];
    SSLEngineResult result = engine.wrap(ByteBuffer.allocate(0), ByteBuffer.wrap(flight));
    if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
      throw new SSLException("flight of more than " + FLIGHT_BYTES + " bytes");
    }
    channel.write(Unpooled.wrappedBuffer(Arrays.copyOf(flight, result.bytesProduced())));
    if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
      throw new SSLException("closed in the handshake");
    }
  }

  private boolean unwrap() throws SSLException {
    if (!records.hasRecord()) {
      if (records.isBroken()) {
        throw new SSLException("no TLS record");
      }
      return false;
    }
    SSLEngineResult result = records.unwrapHandshake();
    return switch (result.getStatus()) {
      case OK -> true;
      case BUFFER_UNDERFLOW -> false;
      case BUFFER_OVERFLOW, CLOSED -> throw new SSLException("no handshake: " + result.getStatus());
    };
  }

  private void work() {
    working = true;
    listener.onPaused();
    loop.offload(
        () -> {
          for (Runnable task = engine.getDelegatedTask();
              task != null;
              task = engine.getDelegatedTask()) {
            task.run();
          }
          return true;
        },
        (done, failure) -> {
          working = false;
          if (failure != null) {
            fail(failure);
          } else {
            advance();
          }
          channel.flush();
          listener.onResumed();
        });
  }

  private void finish() throws SSLPeerUnverifiedException, CertificateException {
    X509Certificate certificate = (X509Certificate) engine.getSession().getPeerCertificates()[0];
    PublicKey key = context.check().identityOf(certificate);
    String muxer = TlsContext.muxer(engine);
    over = true;
    listener.onSecured(records, key, muxer);
  }

  private void fail(Throwable refused) {
    if (over) {
      return;
    }
    over = true;
    LOG.debug("TLS with {} failed: {}", channel.remoteAddress(), refused.getMessage());
    sendAlert();
    listener.onInsecure();
  }

  private void sendAlert() {
    try {
      wrap();
    } catch (SSLException nothingToSay) {
      LOG.trace("no alert", nothingToSay);
    }
  }
}
