package io.surgemesh.simulator;

import static io.surgemesh.simulator.TwoNodes.TALK;

import io.surgemesh.session.ConnectionUpgrade;
import io.surgemesh.session.NoiseStatic;
import io.surgemesh.session.Security;
import io.surgemesh.session.Yamux;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A peer that does its handshake honestly and then sends what it likes. */
final class Insider {
  static final int UPDATE = 0x0001_0000;
  static final int GO_AWAY = 0x0003_0000;
  static final int FIN = 4;
  static final int RST = 8;

  private static final int PING = 0x0002_0000;
  private static final int SYN = 1;
  private static final int HEADER_BYTES = 12;

  private final RawEnd end;
  private final SplittableRandom random;
  private final ConnectionUpgrade upgrade;
  private ByteBuffer held = ByteBuffer.allocate(0);
  private ConnectionUpgrade.@Nullable Ready ready;
  private long heardBytes;
  private long plainBytes;

  /** Begins to dial {@code victim}. */
  Insider(SimulatedHost attacker, SimulatedHost victim, SplittableRandom random) {
    this.end = RawEnd.dialling(attacker, victim).onBytes(this::onBytes);
    this.random = random;
    NoiseStatic noise = NoiseStatic.create(attacker.key(), List.of(Yamux.PROTOCOL), random);
    byte[] ephemeral = new byte[32];
    random.nextBytes(ephemeral);
    upgrade = ConnectionUpgrade.dialing(noise, Security.NOISE, null, ephemeral, Long.MAX_VALUE - 1);
    perform();
  }

  static byte[] lines(String... lines) {
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      text.append((char) (line.length() + 1)).append(line).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] garbage(SplittableRandom random, int bytesMax) {
    byte[] bytes = new byte[1 + random.nextInt(bytesMax)];
    random.nextBytes(bytes);
    return bytes;
  }

  RawEnd end() {
    return end;
  }

  boolean isConnected() {
    return ready != null;
  }

  /** Returns how many bytes have come, those of the handshake among them. */
  long heardBytes() {
    return heardBytes;
  }

  /** Returns how many decrypted bytes have come. */
  long plainBytes() {
    return plainBytes;
  }

  private void onBytes(byte[] bytes) {
    heardBytes += bytes.length;
    held = ByteBuffer.allocate(held.remaining() + bytes.length).put(held).put(bytes).flip();
    if (ready == null) {
      upgrade.onBytes(held, 0);
      perform();
    }
    ConnectionUpgrade.Ready secure = ready;
    while (secure != null && held.hasRemaining()) {
      ByteBuffer plain = secure.reader().poll(held);
      plainBytes += plain == null ? 0 : plain.remaining();
    }
  }

  private void perform() {
    for (var output = upgrade.poll(); output != null; output = upgrade.poll()) {
      if (output instanceof ConnectionUpgrade.Send flight) {
        byte[] bytes = new byte[flight.bytes().remaining()];
        flight.bytes().get(bytes);
        end.send(bytes);
      } else if (output instanceof ConnectionUpgrade.Verify) {
        upgrade.onVerified(true, 0);
      } else if (output instanceof ConnectionUpgrade.Ready done) {
        ready = done;
      }
    }
  }

  /** Sends records whose plain bytes are frames of wild or plausible headers, or no frames. */
  void sendRecords() {
    for (int i = random.nextInt(30); i >= 0; i--) {
      sendRecord(random.nextInt(8) == 0 ? garbage(random, 500) : header());
    }
  }

  private byte[] header() {
    byte[] header = new byte[HEADER_BYTES];
    header[1] = (byte) random.nextInt(4);
    header[3] = (byte) (random.nextInt(3) == 0 ? random.nextInt(16) : 1);
    header[7] = (byte) random.nextInt(10);
    header[11] = (byte) (header[1] == 0 ? 0 : random.nextInt(100));
    return header;
  }

  /** Opens a stream for {@link TwoNodes#TALK}. */
  void open(int id) {
    openWithCredit(id, 0);
  }

  /** Opens a stream for {@link TwoNodes#TALK}, to which so much more may be sent. */
  void openWithCredit(int id, int credit) {
    sendFrame(UPDATE | SYN, id, credit);
    byte[] lines = lines("/multistream/1.0.0", TALK.value());
    sendRecord(
        ByteBuffer.allocate(HEADER_BYTES + lines.length)
            .putInt(0)
            .putInt(id)
            .putInt(lines.length)
            .put(lines)
            .array());
  }

  void ping() {
    sendFrame(PING | SYN, 0, 0);
  }

  void sendFrame(int typeAndFlags, int id, int length) {
    sendRecord(
        ByteBuffer.allocate(HEADER_BYTES).putInt(typeAndFlags).putInt(id).putInt(length).array());
  }

  private void sendRecord(byte[] plain) {
    byte[] record = new byte[ready.send().recordBytes(plain.length)];
    if (ready != null && ready.send().encryptRecord(plain, plain.length, record) > 0) {
      end.send(record);
    }
  }
}
