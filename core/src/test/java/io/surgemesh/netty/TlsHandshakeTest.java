package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.session.HandshakeFault;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
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
  private final LazyTls ours = new LazyTls(KeyPair.generate(random), random);
  private final LazyTls theirs = new LazyTls(KeyPair.generate(random), random);
  private @Nullable HandshakeFault fault;

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private TlsHandshake begin(boolean client, Executor workers) {
    TlsHandshake.Listener listener =
        new TlsHandshake.Listener() {
          @Override
          public void onSecured(TlsRecords records, TlsAgreement agreement) {
            throw new AssertionError("secured");
          }

          @Override
          public void onInsecure(HandshakeFault why) {
            assertThat(fault).isNull();
            fault = why;
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
    byte[] hello = new byte[dialer.getAvailableOutputBytes()];
    dialer.readOutput(hello, 0, hello.length);
    feed(handshake, hello);
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
    assertThat(fault).isEqualTo(HandshakeFault.NONE);
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
  }
}
