package io.surgemesh.parts;

import io.surgemesh.crypto.Primitives;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.session.ConnectionUpgrade;
import io.surgemesh.session.ConnectionUpgrade.Failed;
import io.surgemesh.session.ConnectionUpgrade.Output;
import io.surgemesh.session.ConnectionUpgrade.Ready;
import io.surgemesh.session.ConnectionUpgrade.Send;
import io.surgemesh.session.ConnectionUpgrade.Verify;
import io.surgemesh.session.NoiseStatic;
import io.surgemesh.session.RecordReader;
import io.surgemesh.session.RecordSealer;
import io.surgemesh.session.Security;
import io.surgemesh.session.Yamux;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Both ends of a Noise connection just upgraded; the keys are the same each time.
 *
 * @param send of the dialer
 * @param reader of the accepter, for what {@code send} seals
 */
record NoiseSession(RecordSealer send, RecordReader reader) {
  private static final int KEY_BYTES = 32;
  private static final int ROUNDS_MAX = 16;
  private static final long NOW_NANOS = 0;

  /** Runs the handshake that hosts run, by these primitives. */
  static NoiseSession begin(Primitives primitives) {
    NoiseStatic ours = identity(1, primitives);
    NoiseStatic theirs = identity(2, primitives);
    End dialer =
        new End(ConnectionUpgrade.dialing(ours, Security.NOISE, null, key(3), Long.MAX_VALUE));
    End accepter =
        new End(
            ConnectionUpgrade.accepting(theirs, List.of(Security.NOISE), key(4), Long.MAX_VALUE));
    for (int i = 0; i < ROUNDS_MAX; i++) {
      dialer.stepTowards(accepter);
      accepter.stepTowards(dialer);
    }
    return new NoiseSession(dialer.ready().send(), accepter.ready().reader());
  }

  private static NoiseStatic identity(int seed, Primitives primitives) {
    KeyPair keys = KeyPair.fromSeed(key(seed));
    return NoiseStatic.create(
        keys, List.of(Yamux.PROTOCOL), new SplittableRandom(seed), primitives);
  }

  private static byte[] key(int seed) {
    byte[] key = new byte[KEY_BYTES];
    new SplittableRandom(seed).nextBytes(key);
    return key;
  }

  /** One end, with what has arrived for it. */
  private static final class End {
    private final ConnectionUpgrade machine;
    private final ByteArrayOutputStream arrived = new ByteArrayOutputStream();
    private @Nullable Ready ready;

    End(ConnectionUpgrade machine) {
      this.machine = machine;
    }

    void stepTowards(End other) {
      if (ready == null) {
        ByteBuffer bytes = ByteBuffer.wrap(arrived.toByteArray());
        machine.onBytes(bytes, NOW_NANOS);
        arrived.reset();
        arrived.write(bytes.array(), bytes.position(), bytes.remaining());
      }
      for (Output output = machine.poll(); output != null; output = machine.poll()) {
        perform(output, other);
      }
    }

    private void perform(Output output, End other) {
      if (output instanceof Send send) {
        byte[] sent = new byte[send.bytes().remaining()];
        send.bytes().get(sent);
        other.arrived.writeBytes(sent);
      } else if (output instanceof Verify) {
        machine.onVerified(true, NOW_NANOS);
      } else if (output instanceof Ready done) {
        ready = done;
      } else if (output instanceof Failed failed) {
        throw new IllegalStateException("no session: " + failed);
      }
    }

    Ready ready() {
      if (ready == null) {
        throw new IllegalStateException("the handshake does not end");
      }
      return ready;
    }
  }
}
