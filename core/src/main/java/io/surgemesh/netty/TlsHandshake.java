package io.surgemesh.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.surgemesh.identity.PublicKey;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives one TLS handshake from a connection's loop; its steps are taken by the workers, because an
 * engine may do its arithmetic in any of them.
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
  // Filled by a worker, emptied on the loop once it is done.
  private final List<byte[]> flights = new ArrayList<>();
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

  /** Takes the next steps, unless it waits for bytes. */
  private void advance() {
    if (over || working) {
      return;
    }
    if (waits(engine.getHandshakeStatus()) && !records.hasRecord()) {
      if (records.isBroken()) {
        fail(new SSLException("no TLS record"));
      }
      return;
    }
    working = true;
    listener.onPaused();
    loop.offload(() -> TlsProvider.tolerating(this::steps), this::onSteps);
  }

  private static boolean waits(SSLEngineResult.HandshakeStatus status) {
    return status == SSLEngineResult.HandshakeStatus.NEED_UNWRAP
        || status == SSLEngineResult.HandshakeStatus.NEED_UNWRAP_AGAIN;
  }

  /** Runs on a worker, while the loop hands in nothing; returns whether the handshake is done. */
  private Boolean steps() throws SSLException {
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_WRAP -> wrap();
        case NEED_TASK -> {
          for (Runnable task = engine.getDelegatedTask();
              task != null;
              task = engine.getDelegatedTask()) {
            task.run();
          }
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          if (!records.hasRecord()) {
            return false;
          }
          SSLEngineResult.Status status = records.unwrapHandshake().getStatus();
          if (status != SSLEngineResult.Status.OK) {
            throw new SSLException("no handshake: " + status);
          }
        }
        case FINISHED, NOT_HANDSHAKING -> {
          return true;
        }
      }
    }
  }

  private void wrap() throws SSLException {
    byte[] flight = new byte[FLIGHT_BYTES];
    SSLEngineResult result = engine.wrap(ByteBuffer.allocate(0), ByteBuffer.wrap(flight));
    flights.add(Arrays.copyOf(flight, result.bytesProduced()));
    if (result.getStatus() != SSLEngineResult.Status.OK) {
      throw new SSLException("no flight: " + result.getStatus());
    }
  }

  private void onSteps(@Nullable Boolean done, @Nullable Throwable failure) {
    working = false;
    sendFlights();
    if (failure != null) {
      fail(failure);
    } else if (Boolean.TRUE.equals(done)) {
      finish();
    } else {
      advance();
    }
    channel.flush();
    listener.onResumed();
  }

  private void sendFlights() {
    for (byte[] flight : flights) {
      channel.write(Unpooled.wrappedBuffer(flight));
    }
    flights.clear();
  }

  private void finish() {
    try {
      secured();
    } catch (SSLPeerUnverifiedException | CertificateException refused) {
      fail(refused);
    }
  }

  private void secured() throws SSLPeerUnverifiedException, CertificateException {
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
    sendFlights();
  }
}
