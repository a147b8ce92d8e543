package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.junit.jupiter.api.Test;

/** Hashes of the JDK against those of BouncyCastle. */
class JdkDigestTest {
  private static byte[] finish(Digest digest) {
    byte[] hash = new byte[digest.getDigestSize() + 3];
    assertThat(digest.doFinal(hash, 3)).isEqualTo(digest.getDigestSize());
    return hash;
  }

  private static void feed(Digest digest, byte[] bytes) {
    int half = bytes.length / 2;
    digest.update(bytes, 0, half);
    for (int i = half; i < bytes.length; i++) {
      digest.update(bytes[i]);
    }
  }

  private static void assertSame(JdkDigest ours, Digest theirs) {
    SplittableRandom random = new SplittableRandom(1);
    for (int length = 0; length < 300; length += 7) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      feed(ours, bytes);
      feed(theirs, bytes);
      JdkDigest copied = ours.copy();
      byte[] expected = finish(theirs);
      assertThat(finish(ours)).isEqualTo(expected);
      assertThat(finish(copied)).isEqualTo(expected);
      feed(ours, bytes);
      ours.reset();
    }
  }

  @Test
  void hashesAreThoseOfBouncyCastleAndCopiesGoOn() {
    assertSame(JdkDigest.of(JdkDigest.Algorithm.SHA_256), new SHA256Digest());
    assertSame(JdkDigest.of(JdkDigest.Algorithm.SHA_384), new SHA384Digest());
  }
}
