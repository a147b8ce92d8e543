package io.surgemesh.session;

import io.surgemesh.crypto.Primitives;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PublicKey;
import io.surgemesh.session.NoiseHandshake.Established;
import io.surgemesh.session.NoiseHandshake.Send;
import io.surgemesh.session.NoiseHandshake.Verify;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.jspecify.annotations.Nullable;

/**
 * Gives one side of a handshake the input: as its bytes, or as the payload of a responder that else
 * does all as it should. The first byte chooses which, how signatures are answered and how the
 * bytes are cut.
 */
public final class NoiseHandshakeFuzz {
  private static final String NAME = "Noise_XX_25519_ChaChaPoly_SHA256";
  private static final byte[] EMPTY = {};
  private static final int LENGTH_BYTES = 2;
  private static final NoiseStatic OURS =
      NoiseStatic.create(
          KeyPair.fromSeed(new byte[KeyPair.SEED_BYTES]),
          List.of(Yamux.PROTOCOL),
          new SplittableRandom(1));
  private static final byte[] OUR_EPHEMERAL = key(2);
  private static final byte[] THEIR_EPHEMERAL = key(3);
  private static final byte[] THEIR_STATIC = key(4);

  private final NoiseHandshake machine;
  private final boolean believing;
  private @Nullable PublicKey believed;
  private boolean over;

  private NoiseHandshakeFuzz(boolean initiator, boolean believing) {
    this.believing = believing;
    this.machine =
        initiator
            ? NoiseHandshake.initiator(OURS, null, OUR_EPHEMERAL.clone())
            : NoiseHandshake.responder(OURS, OUR_EPHEMERAL.clone());
  }

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(data, 1, data.length);
    NoiseHandshakeFuzz side = new NoiseHandshakeFuzz((data[0] & 3) != 0, (data[0] & 4) != 0);
    byte[] first = side.drain();
    side.feed((data[0] & 2) == 0 ? rest : secondMessage(first, rest), data[0]);
  }

  private static byte[] key(int seed) {
    byte[] key = new byte[NoiseStatic.KEY_BYTES];
    new SplittableRandom(seed).nextBytes(key);
    return key;
  }

  private void feed(byte[] stream, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int at = 0;
    while (at < stream.length && !over) {
      int piece = Math.min(1 + random.nextInt(200), stream.length - at);
      ByteBuffer bytes = ByteBuffer.wrap(stream, at, piece);
      machine.onBytes(bytes, 0);
      boolean stuck = bytes.position() == at;
      at = bytes.position();
      drain();
      if (stuck && !over) {
        throw new AssertionError("takes no bytes although it is not over");
      }
    }
    machine.onVerified(true, 0);
    if (over && machine.poll() != null) {
      throw new AssertionError("speaks after its end");
    }
  }

  /** Answers what the machine asks, and returns the last bytes that it sends. */
  private byte[] drain() {
    byte[] sent = EMPTY;
    for (var output = machine.poll(); output != null; output = machine.poll()) {
      if (over) {
        throw new AssertionError("speaks after its end: " + output);
      }
      if (output instanceof Send send) {
        sent = new byte[send.bytes().remaining()];
        send.bytes().get(sent);
      } else if (output instanceof Verify verify) {
        boolean holds =
            verify.key().verify(verify.message().toByteArray(), verify.signature().toByteArray());
        believed = verify.key();
        machine.onVerified(holds || believing, 0);
      } else {
        over = true;
        if (output instanceof Established done && !done.remoteKey().equals(believed)) {
          throw new AssertionError("a session with a peer whose key was not verified");
        }
      }
    }
    return sent;
  }

  /** Returns the answer to a first message, with any payload: <- e, ee, s, es. */
  static byte[] secondMessage(byte[] first, byte[] payload) {
    return secondMessage(first, NoiseStatic.publicKeyOf(THEIR_STATIC), payload);
  }

  /** The same, with any static key; the secret is of another one. */
  static byte[] secondMessage(byte[] first, byte[] staticKey, byte[] payload) {
    byte[] theirs = Arrays.copyOfRange(first, LENGTH_BYTES, first.length);
    NoiseSymmetricState symmetric = new NoiseSymmetricState(NAME, Primitives.java());
    symmetric.mixHash(EMPTY);
    symmetric.mixHash(theirs);
    symmetric.mixHash(EMPTY);
    byte[] ephemeral = NoiseStatic.publicKeyOf(THEIR_EPHEMERAL);
    symmetric.mixHash(ephemeral);
    symmetric.mixKey(agreement(THEIR_EPHEMERAL, theirs));
    byte[] sealedKey = symmetric.encryptAndHash(staticKey);
    symmetric.mixKey(agreement(THEIR_STATIC, theirs));
    int room = NoiseHandshake.MESSAGE_BYTES_MAX - 200;
    byte[] sealed =
        symmetric.encryptAndHash(Arrays.copyOf(payload, Math.min(payload.length, room)));
    int length = ephemeral.length + sealedKey.length + sealed.length;
    return ByteBuffer.allocate(LENGTH_BYTES + length)
        .putShort((short) length)
        .put(ephemeral)
        .put(sealedKey)
        .put(sealed)
        .array();
  }

  private static byte[] agreement(byte[] privateKey, byte[] publicKey) {
    byte[] secret = new byte[NoiseStatic.KEY_BYTES];
    X25519.scalarMult(privateKey, 0, publicKey, 0, secret, 0);
    return secret;
  }
}
