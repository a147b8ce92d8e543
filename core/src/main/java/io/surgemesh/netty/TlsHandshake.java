package io.surgemesh.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.surgemesh.session.CertificateCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.tls.TlsProtocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives one TLS handshake from a connection's loop; its steps are taken by the workers, for most
 * of them are arithmetic.
 *
 * <p>Has no deadline of its own: that of the whole upgrade counts.
 */
final class TlsHandshake {
  private static final Logger LOG = LoggerFactory.getLogger(TlsHandshake.class);

  /** Told once how the handshake ended, on the loop. */
  interface Listener {
    /** It is done; {@code records} carry what follows. */
    void onSecured(TlsRecords records, TlsAgreement agreement);

    void onInsecure();

    /** Takes no bytes until {@link #onResumed}. */
    void onPaused();

    void onResumed();
  }

  private final Channel channel;
  private final NettyLoop loop;
  private final TlsEnd end;
  private final TlsRecords records = new TlsRecords();
  private final Listener listener;
  // Filled by a worker, emptied on the loop once it is done.
  private final List<byte[]> flights = new ArrayList<>();
  private @Nullable TlsProtocol protocol;
  private boolean working;
  private boolean over;

  TlsHandshake(
      Channel channel, NettyLoop loop, TlsContext context, boolean client, Listener listener) {
    this.channel = channel;
    this.loop = loop;
    this.end = client ? new TlsDialer(context) : new TlsAcceptor(context);
    this.listener = listener;
  }

  /** Sends the first flight, when we are the client. */
  void begin() {
    work();
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
    if (records.hasRecord()) {
      work();
    } else if (records.isBroken()) {
      fail(new IOException("no TLS record"));
    }
  }

  private void work() {
    working = true;
    listener.onPaused();
    loop.offload(() -> CertificateCheck.tolerating(this::steps), this::onSteps);
  }

  /** Runs on a worker, while the loop hands in nothing; returns what was agreed on, once it is. */
  private @Nullable TlsAgreement steps() throws IOException {
    TlsProtocol talk = protocol;
    try {
      if (talk == null) {
        talk = end.begin();
        protocol = talk;
      }
      byte[] record = records.takeRecord();
      while (record != null && end.agreement() == null) {
        talk.offerInput(record);
        record = end.agreement() == null ? records.takeRecord() : null;
      }
      return end.agreement();
    } finally {
      // Also the alert that says what was wrong.
      takeFlight(talk);
    }
  }

  private void takeFlight(@Nullable TlsProtocol talk) {
    if (talk != null && talk.getAvailableOutputBytes() > 0) {
      byte[] flight = new byte[talk.getAvailableOutputBytes()];
      talk.readOutput(flight, 0, flight.length);
      flights.add(flight);
    }
  }

  private void onSteps(@Nullable TlsAgreement agreement, @Nullable Throwable failure) {
    working = false;
    for (byte[] flight : flights) {
      channel.write(Unpooled.wrappedBuffer(flight));
    }
    flights.clear();
    if (failure != null) {
      fail(failure);
    } else if (agreement != null) {
      over = true;
      records.secure(agreement.send(), agreement.receive());
      listener.onSecured(records, agreement);
    } else {
      advance();
    }
    channel.flush();
    listener.onResumed();
  }

  private void fail(Throwable refused) {
    if (!over) {
      over = true;
      LOG.debug("TLS with {} failed: {}", channel.remoteAddress(), refused.getMessage());
      listener.onInsecure();
    }
  }
}
