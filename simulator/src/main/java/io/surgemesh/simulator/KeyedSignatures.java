package io.surgemesh.simulator;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PublicKey;
import io.surgemesh.identity.Signatures;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A cheap stand-in for Ed25519 in simulations: same sizes, same refusals, no secrecy.
 *
 * <p>A signature is a keyed hash of the public key and the message, SipHash-2-4 (Aumasson and
 * Bernstein, 2012) squeezed to 64 bytes. Whoever has this object could sign for anybody, so it
 * holds only among peers that sign with their own {@link KeyPair}, as all code of this library
 * does. Refused is what Ed25519 refuses: another key, message or signature, another length; keys
 * that Ed25519 does not take are no {@link PublicKey} to begin with. Immutable; any thread may
 * call.
 */
public final class KeyedSignatures implements Signatures {
  private static final int SIGNATURE_BYTES = 64;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final long k0;
  private final long k1;

  /**
   * Creates the signatures of one network.
   *
   * @param networkSecret those of another network do not hold here
   */
  public KeyedSignatures(long networkSecret) {
    k0 = Mix.mix(networkSecret, 0);
    k1 = Mix.mix(networkSecret, 1);
  }

  @Override
  public byte[] sign(KeyPair key, byte[] message) {
    return tag(key.publicKey(), message);
  }

  @Override
  public boolean verify(PublicKey key, byte[] message, byte[] signature) {
    return Arrays.equals(signature, tag(key, message));
  }

  private byte[] tag(PublicKey key, byte[] message) {
    return new SipState(k0, k1).absorb(key.rawBytes()).absorb(message).squeeze();
  }

  /** The four words of SipHash; parts are absorbed each behind its length. */
  private static final class SipState {
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    SipState(long k0, long k1) {
      v0 = k0 ^ 0x736f6d6570736575L;
      v1 = k1 ^ 0x646f72616e646f6dL;
      v2 = k0 ^ 0x6c7967656e657261L;
      v3 = k1 ^ 0x7465646279746573L;
    }

    SipState absorb(byte[] part) {
      word(part.length);
      int whole = part.length & -Long.BYTES;
      for (int at = 0; at < whole; at += Long.BYTES) {
        word((long) LONGS.get(part, at));
      }
      long rest = 0;
      for (int at = part.length - 1; at >= whole; at--) {
        rest = (rest << Byte.SIZE) | (part[at] & 0xff);
      }
      word(rest);
      return this;
    }

    byte[] squeeze() {
      byte[] tag = new byte[SIGNATURE_BYTES];
      v2 ^= 0xff;
      round();
      round();
      for (int at = 0; at < SIGNATURE_BYTES; at += Long.BYTES) {
        round();
        round();
        LONGS.set(tag, at, v0 ^ v1 ^ v2 ^ v3);
      }
      return tag;
    }

    private void word(long word) {
      v3 ^= word;
      round();
      round();
      v0 ^= word;
    }

    private void round() {
      v0 += v1;
      v2 += v3;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v1;
      v0 += v3;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 = Long.rotateLeft(v2, 32);
    }
  }
}
