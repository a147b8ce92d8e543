package io.surgemesh.parts;

import io.surgemesh.crypto.Ed25519Signer;
import io.surgemesh.crypto.Primitives;
import io.surgemesh.crypto.X25519Key;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** X25519 and Ed25519, of which a handshake does some of each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Curves {
  private static final int KEY_BYTES = 32;
  private static final int MESSAGE_BYTES = 100;

  /** Whose arithmetic. */
  @Param({"JAVA", "NATIVE"})
  Crypto crypto = Crypto.JAVA;

  private final SecureRandom random = new SecureRandom();
  private final byte[] message = new byte[MESSAGE_BYTES];
  private final byte[] secret = new byte[KEY_BYTES];
  private final byte[] publicKey = new byte[KEY_BYTES];
  private Primitives primitives = crypto.primitives();
  private X25519Key ours = primitives.x25519Key(random);
  private X25519Key theirs = primitives.x25519Key(random);
  private Ed25519Signer signer = primitives.ed25519Signer(new byte[KEY_BYTES], publicKey);
  private Ed25519.PublicPoint point = Ed25519.generatePublicKey(new byte[KEY_BYTES], 0);
  private byte[] signature = {};

  /** Makes keys and a signature. */
  @Setup
  public void prepare() {
    primitives = crypto.primitives();
    ours = primitives.x25519Key(random);
    theirs = primitives.x25519Key(random);
    byte[] seed = new byte[KEY_BYTES];
    random.nextBytes(seed);
    point = Ed25519.generatePublicKey(seed, 0);
    Ed25519.encodePublicPoint(point, publicKey, 0);
    signer = primitives.ed25519Signer(seed, publicKey);
    signature = signer.sign(message);
  }

  /** Makes a fresh X25519 key. */
  @Benchmark
  public X25519Key newKey() {
    return primitives.x25519Key(random);
  }

  /** Agrees on a secret. */
  @Benchmark
  public byte[] agree() {
    if (!primitives.x25519(ours.privateKey(), theirs.publicKey(), secret)) {
      throw new IllegalStateException("no secret");
    }
    return secret;
  }

  /** Signs 100 bytes. */
  @Benchmark
  public byte[] sign() {
    return signer.sign(message);
  }

  /** Checks a signature that holds, its key read already. */
  @Benchmark
  public boolean verify() {
    if (!primitives.ed25519Holds(publicKey, point, message, signature)) {
      throw new IllegalStateException("refused");
    }
    return true;
  }
}
