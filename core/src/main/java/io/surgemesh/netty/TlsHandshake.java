package io.surgemesh.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.surgemesh.session.HandshakeFault;
import io.surgemesh.wire.PeerText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
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
  /**
   * It takes less than ten, but they may be as small as the peer likes; records that say nothing do
   * not keep it going for longer.
   */
  static final int RECORDS_MAX = 256;

  private static final int REASON_CHARACTERS_MAX = 200;

  private static final Logger LOG = LoggerFactory.getLogger(TlsHandshake.class);

  /** Told once how the handshake ended, on the loop. */
  interface Listener {
    /** It is done; {@code records} carry what follows. */
    void onSecured(TlsRecords records, TlsAgreement agreement);

    /** It failed; tells what the peer did wrong. */
    void onInsecure(HandshakeFault fault);

    /** It failed, as our workers have no room for its next step. */
    void onBusy();

    /** Takes no bytes until {@link #onResumed}. */
    void onPaused();

    void onResumed();
  }

  private final Channel channel;
  private final NettyLoop loop;
  private final LazyTls lazyTls;
  private final boolean client;
  private final TlsRecords records;
  private final Listener listener;
  // Filled by a worker, emptied on the loop once it is done.
  private final List<byte[]> flights = new ArrayList<>();
  private @Nullable TlsEnd end;
  private @Nullable TlsProtocol protocol;
  private int recordsTaken;
  private boolean working;
  private boolean over;

  TlsHandshake(
      Channel channel, NettyLoop loop, LazyTls lazyTls, boolean client, Listener listener) {
    this.channel = channel;
    this.loop = loop;
    this.lazyTls = lazyTls;
    this.client = client;
    this.records = new TlsRecords(loop.recordScratch());
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
    loop.offload(this::steps, this::onSteps);
  }

  /** Runs on a worker, while the loop hands in nothing; returns what was agreed on, once it is. */
  private @Nullable TlsAgreement steps() throws IOException {
    if (!channel.isActive()) {
      // Whoever leaves while its turn has not come costs no arithmetic.
      throw new ClosedChannelException();
    }
    TlsEnd own = end;
    TlsProtocol talk = protocol;
    try {
      if (own == null) {
        own = client ? new TlsDialer(lazyTls.get()) : new TlsAcceptor(lazyTls.get());
        end = own;
      }
      if (talk == null) {
        talk = own.begin();
        protocol = talk;
      }
      byte[] record = records.takeRecord();
      while (record != null && own.agreement() == null) {
        if (++recordsTaken > RECORDS_MAX) {
          throw new IOException("a handshake of too many records");
        }
        talk.offerInput(record);
        record = own.agreement() == null ? records.takeRecord() : null;
      }
      return own.agreement();
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
    if (over) {
      return;
    }
    over = true;
    if (refused instanceof RejectedExecutionException) {
      listener.onBusy();
      return;
    }
    // Whoever made the message may have put the peer's words into it.
    String why = PeerText.escape(String.valueOf(refused.getMessage()), REASON_CHARACTERS_MAX);
    LOG.debug("TLS with {} failed: {}", channel.remoteAddress(), why);
    listener.onInsecure(TlsFaults.of(refused));
  }
}
