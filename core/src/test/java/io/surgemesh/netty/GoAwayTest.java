package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.ConnectionUpgrade;
import io.surgemesh.session.NoiseStatic;
import io.surgemesh.session.Security;
import io.surgemesh.session.Yamux;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A peer that says it goes away and waits for the streams that are open. */
@Tag("socket")
@Timeout(60)
class GoAwayTest {
  private static final ProtocolId LATE = new ProtocolId("/test/late/1");
  private static final int ANSWER_BYTES = 200_000;
  private static final int GO_AWAY = 3 << 16;
  private static final int OPEN = 1 << 16 | 1;
  private static final int RESET = 1 << 16 | 8;
  private static final int END = 4;

  private final Hosts hosts = new Hosts();

  @AfterEach
  void close() {
    hosts.close();
  }

  @Test
  void streamsThatAreOpenEndBeforeTheConnectionDoes() throws IOException {
    NettyHost host = hosts.start();
    host.handle(LATE, stream -> new AnswersAtTheEnd());
    Multiaddr.TcpAddress tcp = host.addresses().get(0).tcp().orElseThrow();
    try (Socket socket = new Socket(tcp.host(), tcp.port())) {
      socket.setSoTimeout(20_000);
      ConnectionUpgrade.Ready ready = upgrade(socket);
      awaitRecord(socket, ready);
      byte[] lines =
          ("\023/multistream/1.0.0\n" + (char) (LATE.value().length() + 1) + LATE + "\n")
              .getBytes(StandardCharsets.ISO_8859_1);
      ByteBuffer frames = ByteBuffer.allocate(48 + lines.length);
      // The stream on which the host asks us to identify ourselves would keep it waiting.
      frames.putInt(RESET).putInt(2).putInt(0);
      frames.putInt(OPEN).putInt(1).putInt(0);
      frames.putInt(END).putInt(1).putInt(lines.length).put(lines);
      frames.putInt(GO_AWAY).putInt(0).putInt(0);
      byte[] record = new byte[ready.send().recordBytes(frames.capacity())];
      ready.send().encryptRecord(frames.array(), frames.capacity(), record);
      socket.getOutputStream().write(record);
      assertThat(readToTheEnd(socket, ready)).isGreaterThan(ANSWER_BYTES);
    }
  }

  private static ConnectionUpgrade.Ready upgrade(Socket socket) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    byte[] key = new byte[32];
    random.nextBytes(key);
    NoiseStatic noise = NoiseStatic.create(KeyPair.fromSeed(key), List.of(Yamux.PROTOCOL), random);
    ConnectionUpgrade upgrade =
        ConnectionUpgrade.dialing(noise, Security.NOISE, null, key, Long.MAX_VALUE - 1);
    while (true) {
      for (var output = upgrade.poll(); output != null; output = upgrade.poll()) {
        if (output instanceof ConnectionUpgrade.Send send) {
          socket.getOutputStream().write(send.bytes().array());
        } else if (output instanceof ConnectionUpgrade.Verify) {
          upgrade.onVerified(true, 0);
        } else {
          return (ConnectionUpgrade.Ready) output;
        }
      }
      upgrade.onBytes(ByteBuffer.wrap(new byte[] {(byte) socket.getInputStream().read()}), 0);
    }
  }

  private static void awaitRecord(Socket socket, ConnectionUpgrade.Ready ready) throws IOException {
    byte[] next = new byte[1];
    do {
      next[0] = (byte) socket.getInputStream().read();
    } while (ready.reader().poll(ByteBuffer.wrap(next)) == null);
  }

  /** Returns how many plain bytes came before the other side closed. */
  private static int readToTheEnd(Socket socket, ConnectionUpgrade.Ready ready) throws IOException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    byte[] buffer = new byte[65_536];
    for (int read = socket.getInputStream().read(buffer);
        read >= 0;
        read = socket.getInputStream().read(buffer)) {
      ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
      for (ByteBuffer body = ready.reader().poll(bytes);
          body != null;
          body = ready.reader().poll(bytes)) {
        byte[] piece = new byte[body.remaining()];
        body.get(piece);
        plain.writeBytes(piece);
      }
    }
    return plain.size();
  }

  /** Answers once the peer has closed its direction. */
  private static final class AnswersAtTheEnd implements StreamListener {
    @Override
    public void onData(Stream stream, ByteBuffer data) {
      stream.consumed(data.remaining());
    }

    @Override
    public void onRemoteClose(Stream stream) {
      stream.write(ByteBuffer.allocate(ANSWER_BYTES));
      stream.closeWrite();
    }

    @Override
    public void onReset(Stream stream, ResetReason reason) {
      // Nothing is kept.
    }
  }
}
