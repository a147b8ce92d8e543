package io.surgemesh.session;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PublicKey;
import io.surgemesh.machine.Machine;
import io.surgemesh.session.ConnectionUpgrade.Failed;
import io.surgemesh.session.ConnectionUpgrade.Ready;
import io.surgemesh.session.ConnectionUpgrade.Send;
import io.surgemesh.session.ConnectionUpgrade.StartTls;
import io.surgemesh.session.ConnectionUpgrade.Verify;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Gives one side of a connection the input in pieces; where TLS is agreed, all that follows counts
 * as its plain bytes. The first byte chooses the side, its secure channel, how signatures are
 * answered, whether TLS agrees on a muxer, and how the pieces are cut.
 */
public final class ConnectionUpgradeFuzz {
  private static final long DEADLINE_NANOS = 1_000;
  private static final KeyPair ALICE = KeyPair.fromSeed(new byte[KeyPair.SEED_BYTES]);
  private static final NoiseStatic OURS =
      NoiseStatic.create(ALICE, List.of(), new SplittableRandom(1));

  private final ConnectionUpgrade machine;
  private final boolean believing;
  private final @Nullable String muxer;
  private @Nullable PublicKey proven;
  private boolean over;

  private ConnectionUpgradeFuzz(int choice) {
    byte[] ephemeral = new byte[NoiseStatic.KEY_BYTES];
    new SplittableRandom(2).nextBytes(ephemeral);
    Security security = (choice & 2) == 0 ? Security.NOISE : Security.TLS;
    this.machine =
        (choice & 1) == 0
            ? ConnectionUpgrade.dialing(OURS, security, null, ephemeral, DEADLINE_NANOS)
            : ConnectionUpgrade.accepting(
                OURS, List.of(Security.NOISE, Security.TLS), ephemeral, DEADLINE_NANOS);
    this.believing = (choice & 4) != 0;
    this.muxer = (choice & 8) != 0 ? Yamux.PROTOCOL : null;
  }

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length > 0) {
      new ConnectionUpgradeFuzz(data[0]).play(data);
    }
  }

  private void play(byte[] data) {
    drain(0);
    SplittableRandom random = new SplittableRandom(data[0]);
    int at = 1;
    int end = 1;
    while (!over && end < data.length) {
      end = Math.min(data.length, end + 1 + random.nextInt(100));
      int before = -1;
      // What it leaves is offered again once it has its answers, as drivers do.
      while (before != at && !over) {
        before = at;
        ByteBuffer bytes = ByteBuffer.wrap(data, at, end - at);
        machine.onBytes(bytes, 1);
        at = bytes.position();
        drain(1);
      }
    }
    if (over != (machine.deadlineNanos() == Machine.NEVER)) {
      throw new AssertionError("over without an end, or the other way round");
    }
    machine.onTimeout(DEADLINE_NANOS);
    boolean already = over;
    drain(DEADLINE_NANOS);
    if (!over || (already && machine.poll() != null)) {
      throw new AssertionError("not over at its deadline");
    }
    machine.onClosed(DEADLINE_NANOS);
    machine.onBytes(ByteBuffer.wrap(data), DEADLINE_NANOS);
    if (machine.poll() != null) {
      throw new AssertionError("speaks after its end");
    }
  }

  private void drain(long nowNanos) {
    for (var output = machine.poll(); output != null; output = machine.poll()) {
      if (over) {
        throw new AssertionError("speaks after its end: " + output);
      }
      if (output instanceof Send send) {
        if (!send.bytes().hasRemaining()) {
          throw new AssertionError("sends nothing");
        }
      } else if (output instanceof Verify verify) {
        boolean holds =
            verify.key().verify(verify.message().toByteArray(), verify.signature().toByteArray());
        proven = verify.key();
        machine.onVerified(holds || believing, nowNanos);
      } else if (output instanceof StartTls) {
        proven = ALICE.publicKey();
        machine.onSecured(new Plain(), new Plain(), ALICE.publicKey(), muxer, nowNanos);
      } else if (output instanceof Ready ready) {
        over = true;
        if (!ready.remoteKey().equals(proven)) {
          throw new AssertionError("a connection with a peer that proved nothing");
        }
      } else if (output instanceof Failed) {
        over = true;
      }
    }
  }

  /** Records that are the bytes themselves, in pieces of at most 50. */
  private static final class Plain implements RecordSealer, RecordReader {
    private static final int PIECE_BYTES_MAX = 50;

    @Override
    public @Nullable ByteBuffer poll(ByteBuffer bytes) {
      if (!bytes.hasRemaining()) {
        return null;
      }
      byte[] piece = new byte[Math.min(bytes.remaining(), PIECE_BYTES_MAX)];
      bytes.get(piece);
      return ByteBuffer.wrap(piece);
    }

    @Override
    public boolean isBroken() {
      return false;
    }

    @Override
    public boolean isForged() {
      return false;
    }

    @Override
    public int plainBytesMax() {
      return 1024;
    }

    @Override
    public int recordBytes(int plainBytes) {
      return plainBytes;
    }

    @Override
    public int encryptRecord(byte[] plain, int length, byte[] record) {
      System.arraycopy(plain, 0, record, 0, length);
      return length;
    }
  }
}
