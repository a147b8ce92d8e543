package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.surgemesh.crypto.Primitives;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.session.HandshakeFault;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.TlsProtocol;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TlsHandshakeTest {
  private static final byte[] CHANGE_CIPHER_SPEC = {20, 3, 3, 0, 1, 1};

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final SecureRandom random = new SecureRandom();
  private final LazyTls ours = new LazyTls(KeyPair.generate(random), random, Primitives.java());
  private final LazyTls theirs = new LazyTls(KeyPair.generate(random), random, Primitives.java());
  private @Nullable HandshakeFault fault;
  private @Nullable TlsAgreement secured;
  private boolean busy;

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private TlsHandshake begin(boolean client, Executor workers) {
    TlsHandshake.Listener listener =
        new TlsHandshake.Listener() {
          @Override
          public void onSecured(TlsRecords records, TlsAgreement agreement) {
            assertThat(secured).isNull();
            secured = agreement;
          }

          @Override
          public void onInsecure(HandshakeFault why) {
            assertThat(fault).isNull();
            fault = why;
          }

          @Override
          public void onBusy() {
            busy = true;
          }

          @Override
          public void onPaused() {
            // Nothing reads here.
          }

          @Override
          public void onResumed() {
            // Nothing reads here.
          }
        };
    NettyLoop loop = new NettyLoop(channel.eventLoop(), workers, 0);
    TlsHandshake handshake = new TlsHandshake(channel, loop, ours, client, listener);
    handshake.begin();
    channel.runPendingTasks();
    return handshake;
  }

  private void feed(TlsHandshake handshake, byte[] bytes) {
    handshake.onBytes(ByteBuffer.wrap(bytes));
    channel.runPendingTasks();
  }

  @Test
  void recordsThatSayNothingDoNotKeepAHandshakeGoing() throws IOException {
    TlsHandshake handshake = begin(false, Runnable::run);
    TlsProtocol dialer = new TlsForger(new byte[0]).dialing(theirs.get());
    feed(handshake, sent(dialer));
    for (int i = 1; i < TlsHandshake.RECORDS_MAX; i++) {
      feed(handshake, CHANGE_CIPHER_SPEC);
    }
    assertThat(fault).isNull();
    feed(handshake, CHANGE_CIPHER_SPEC);
    assertThat(fault).isEqualTo(HandshakeFault.TLS);
  }

  @Test
  void bytesThatAreNoRecordAreAFault() {
    feed(begin(true, Runnable::run), new byte[] {7, 7, 7, 7, 7});
    assertThat(fault).isEqualTo(HandshakeFault.TLS);
  }

  @Test
  void aPeerWhoseTurnOurWorkersDoNotTakeIsNotBlamed() {
    begin(
        true,
        work -> {
          throw new RejectedExecutionException("full");
        });
    assertThat(fault).isNull();
    assertThat(busy).isTrue();
  }

  @Test
  void whoHasGoneWhileItsTurnHadNotComeCostsNothingAndIsNotBlamed() {
    Queue<Runnable> waiting = new ArrayDeque<>();
    begin(true, waiting::add);
    channel.close();
    waiting.remove().run();
    channel.runPendingTasks();
    assertThat(channel.<Object>readOutbound()).isNull();
    assertThat(fault).isEqualTo(HandshakeFault.NONE);
  }

  /** Returns what we have sent. */
  private byte[] sent() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
      byte[] bytes = new byte[next.readableBytes()];
      next.readBytes(bytes).release();
      all.writeBytes(bytes);
    }
    return all.toByteArray();
  }

  private static byte[] sent(TlsProtocol end) {
    byte[] bytes = new byte[end.getAvailableOutputBytes()];
    end.readOutput(bytes, 0, bytes.length);
    return bytes;
  }

  /** Plays the server to a client, with records in between; what it had to say last is left. */
  private void serve(byte[] between) throws IOException {
    TlsHandshake handshake = begin(false, Runnable::run);
    TlsProtocol dialer = new TlsForger(new byte[0]).dialing(theirs.get());
    feed(handshake, sent(dialer));
    dialer.offerInput(sent());
    feed(handshake, between);
    feed(handshake, sent(dialer));
  }

  @Test
  void aServerSendsNoTicketBehindItsHandshake() throws IOException {
    serve(new byte[0]);
    assertThat(secured).isNotNull();
    assertThat(sent()).isEmpty();
  }

  @Test
  void whatMiddleBoxesWantToSeeIsPassedOverInsideAHandshake() throws IOException {
    serve(CHANGE_CIPHER_SPEC);
    assertThat(fault).isNull();
    assertThat(secured).isNotNull();
  }

  @Test
  void aChangeOfCiphersThatSaysAnythingElseIsAFault() throws IOException {
    serve(new byte[] {20, 3, 3, 0, 1, 2});
    assertThat(secured).isNull();
    assertThat(fault).isEqualTo(HandshakeFault.TLS);
  }

  @Test
  void aChangeOfCiphersBeforeTheFirstMessageIsAFault() {
    feed(begin(false, Runnable::run), CHANGE_CIPHER_SPEC);
    assertThat(fault).isEqualTo(HandshakeFault.TLS);
  }

  @Test
  void theAlertTellsWhetherAPeerIsAtFault() {
    assertThat(TlsFaults.of(new TlsFatalAlert(AlertDescription.bad_certificate)))
        .isEqualTo(HandshakeFault.TLS);
    assertThat(TlsFaults.of(new TlsFatalAlert(AlertDescription.decrypt_error)))
        .isEqualTo(HandshakeFault.TLS);
    assertThat(TlsFaults.of(new EOFException())).isEqualTo(HandshakeFault.TLS);
    assertThat(TlsFaults.of(new StackOverflowError())).isEqualTo(HandshakeFault.TLS);
    assertThat(TlsFaults.of(new TlsFatalAlert(AlertDescription.protocol_version)))
        .isEqualTo(HandshakeFault.NONE);
    assertThat(TlsFaults.of(new TlsFatalAlert(AlertDescription.internal_error)))
        .isEqualTo(HandshakeFault.NONE);
    assertThat(TlsFaults.of(new TlsFatalAlertReceived(AlertDescription.bad_certificate)))
        .isEqualTo(HandshakeFault.NONE);
    assertThat(TlsFaults.of(new ClosedChannelException())).isEqualTo(HandshakeFault.NONE);
  }
}
