package io.surgemesh.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.surgemesh.crypto.Primitives;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.session.HandshakeFault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.bouncycastle.tls.TlsProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Shakes hands by TLS with a peer that does all as it should but for the input, so that what comes
 * behind the cipher is reached; or hands it the input as bytes. The first byte chooses which side
 * it is, which of the two, and how the bytes are cut.
 *
 * <pre>
 * input = choice | bytes, or choice | edits; edit as in {@link TlsForger}
 * </pre>
 *
 * <p>Nonces are fresh each time, so an input that alters none of them does the same each time.
 */
public final class TlsHandshakeFuzz {
  private static final int CLIENT = 1;
  private static final int RAW = 2;
  private static final int CUT = 4;
  private static final int TURNS_MAX = 64;
  private static final KeyPair THEIR_KEYS = keys(2);
  private static final LazyTls OURS = new LazyTls(keys(1), new SecureRandom(), Primitives.java());
  private static final LazyTls THEIRS =
      new LazyTls(THEIR_KEYS, new SecureRandom(), Primitives.java());
  private static final EmbeddedChannel CHANNEL = new EmbeddedChannel();
  private static final NettyLoop LOOP = new NettyLoop(CHANNEL.eventLoop(), Runnable::run, 0);

  private final TlsHandshake handshake;
  private final SplittableRandom cuts;
  private final boolean cutting;
  private @Nullable TlsRecords secured;
  private boolean over;
  private boolean paused;

  private TlsHandshakeFuzz(int choice) {
    this.handshake = new TlsHandshake(CHANNEL, LOOP, OURS, (choice & CLIENT) != 0, new Ending());
    this.cuts = new SplittableRandom(choice);
    this.cutting = (choice & CUT) != 0;
  }

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    try {
      TlsHandshakeFuzz ours = new TlsHandshakeFuzz(data[0]);
      byte[] rest = Arrays.copyOfRange(data, 1, data.length);
      ours.begin();
      if ((data[0] & RAW) != 0) {
        ours.feed(rest);
      } else {
        ours.play(new TlsForger(rest), (data[0] & CLIENT) != 0);
      }
    } finally {
      CHANNEL.releaseOutbound();
    }
  }

  private static KeyPair keys(int seed) {
    byte[] key = new byte[KeyPair.SEED_BYTES];
    key[0] = (byte) seed;
    return KeyPair.fromSeed(key);
  }

  private void begin() {
    handshake.begin();
    CHANNEL.runPendingTasks();
  }

  private void play(TlsForger forger, boolean client) {
    TlsProtocol theirs;
    try {
      theirs = client ? forger.accepting(THEIRS.get()) : forger.dialing(THEIRS.get());
    } catch (IOException impossible) {
      throw new AssertionError("the first flight is made of nothing", impossible);
    }
    for (int i = 0; i < TURNS_MAX; i++) {
      byte[] fromThem = new byte[theirs.getAvailableOutputBytes()];
      theirs.readOutput(fromThem, 0, fromThem.length);
      feed(fromThem);
      byte[] fromUs = sent();
      if (fromThem.length + fromUs.length == 0) {
        requireAgreement(theirs, forger);
        return;
      }
      offer(theirs, fromUs);
    }
    throw new AssertionError("no end");
  }

  private static boolean offer(TlsProtocol theirs, byte[] bytes) {
    try {
      if (bytes.length > 0) {
        theirs.offerInput(bytes);
      }
      return true;
    } catch (IOException refused) {
      // What it still has to say, such as an alert, is read all the same.
      return false;
    }
  }

  private void feed(byte[] bytes) {
    for (int at = 0; at < bytes.length; ) {
      int end = cutting ? Math.min(bytes.length, at + 1 + cuts.nextInt(200)) : bytes.length;
      ByteBuffer piece = ByteBuffer.wrap(bytes, at, end - at);
      handshake.onBytes(piece);
      CHANNEL.runPendingTasks();
      if (piece.hasRemaining() || paused) {
        throw new AssertionError("neither over nor reading");
      }
      at = end;
    }
  }

  private static byte[] sent() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuf next = CHANNEL.readOutbound(); next != null; next = CHANNEL.readOutbound()) {
      byte[] bytes = new byte[next.readableBytes()];
      next.readBytes(bytes).release();
      all.writeBytes(bytes);
    }
    return all.toByteArray();
  }

  /** An unaltered handshake succeeds, and both sides have the same keys. */
  private void requireAgreement(TlsProtocol theirs, TlsForger forger) {
    TlsRecords records = secured;
    if (forger.hasForged()) {
      return;
    }
    if (records == null) {
      throw new AssertionError("no agreement with an honest peer");
    }
    byte[] record = new byte[records.recordBytes(1)];
    int length = records.encryptRecord(new byte[] {7}, 1, record);
    byte[] read = new byte[2];
    if (!offer(theirs, Arrays.copyOf(record, length))
        || theirs.readInput(read, 0, read.length) != 1
        || read[0] != 7) {
      throw new AssertionError("the peer cannot read what is sent");
    }
  }

  /** Told once how it ended. */
  private final class Ending implements TlsHandshake.Listener {
    @Override
    public void onSecured(TlsRecords records, TlsAgreement agreement) {
      end();
      secured = records;
      if (!agreement.remoteKey().equals(THEIR_KEYS.publicKey())) {
        throw new AssertionError("secured with " + agreement.remoteKey());
      }
    }

    @Override
    public void onInsecure(HandshakeFault fault) {
      end();
    }

    @Override
    public void onBusy() {
      throw new AssertionError("there is room");
    }

    private void end() {
      if (over) {
        throw new AssertionError("ends twice");
      }
      over = true;
    }

    @Override
    public void onPaused() {
      paused = true;
    }

    @Override
    public void onResumed() {
      paused = false;
    }
  }
}
