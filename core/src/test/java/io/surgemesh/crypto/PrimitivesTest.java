package io.surgemesh.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.wycheproof.VectorFile;
import io.surgemesh.wycheproof.VectorFile.Row;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PrimitivesTest {
  private static final String BOTH = "io.surgemesh.crypto.BothPrimitives#all";

  private static byte[] bytes(String hex) {
    return Bytes.fromHex(hex).toByteArray();
  }

  /** Were it not loaded here, the tests of both would test one. */
  @Test
  void boringSslIsThereOnTheMachinesItHasCodeFor() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    assumeTrue(system.contains("linux"));
    assumeTrue(Set.of("amd64", "x86_64").contains(System.getProperty("os.arch")));
    assertThat(Primitives.boringSsl()).isPresent();
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void secretsOfRfc7748AreAgreed(Primitives primitives) {
    byte[] secret = new byte[32];
    // Section 5.2, where the top bit of the public key is masked.
    primitives.x25519(
        bytes("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d"),
        bytes("e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493"),
        secret);
    assertThat(secret)
        .isEqualTo(bytes("95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"));
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void x25519AgreesAndRefusesSecretsThatEverybodyKnows(Primitives primitives) {
    int refused = 0;
    int agreed = 0;
    for (Row row : VectorFile.rows("x25519.txt")) {
      byte[] secret = new byte[32];
      boolean agrees = primitives.x25519(row.bytes(3), row.bytes(2), secret);
      assertThat(agrees).as("%s", row).isNotEqualTo(row.fields().get(5).contains("ZeroShared"));
      assertThat(secret).as("%s", row).isEqualTo(row.bytes(4));
      refused += agrees ? 0 : 1;
      agreed += agrees ? 1 : 0;
    }
    assertThat(refused).isEqualTo(31);
    assertThat(agreed).isEqualTo(487);
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void freshKeysAgreeWithThoseOfTheOther(Primitives primitives) {
    for (Primitives other : BothPrimitives.all()) {
      X25519Key ours = primitives.x25519Key(new SecureRandom());
      X25519Key theirs = other.x25519Key(new SecureRandom());
      byte[] atOurs = new byte[32];
      byte[] atTheirs = new byte[32];
      assertThat(primitives.x25519(ours.privateKey(), theirs.publicKey(), atOurs)).isTrue();
      assertThat(other.x25519(theirs.privateKey(), ours.publicKey(), atTheirs)).isTrue();
      assertThat(atOurs).isEqualTo(atTheirs);
      assertThat(primitives.x25519Key(new SecureRandom()).privateKey())
          .isNotEqualTo(ours.privateKey());
    }
  }

  @Test
  void bothSignTheSameBytes() {
    SplittableRandom random = new SplittableRandom(1);
    for (int length = 0; length < 400; length += 13) {
      byte[] seed = new byte[32];
      byte[] message = new byte[length];
      random.nextBytes(seed);
      random.nextBytes(message);
      byte[] publicKey = new byte[32];
      Ed25519.generatePublicKey(seed, 0, publicKey, 0);
      byte[] expected = new byte[64];
      Ed25519.sign(seed, 0, message, 0, length, expected, 0);
      for (Primitives primitives : BothPrimitives.all()) {
        Ed25519Signer signer = primitives.ed25519Signer(seed, publicKey);
        assertThat(signer.sign(message)).isEqualTo(expected);
        assertThat(signer.sign(message)).isEqualTo(expected);
      }
    }
  }

  /**
   * BoringSSL decides alone when it takes a signature: so it may take none that Java refuses. Where
   * they differ is what the cofactor makes of it.
   */
  @Test
  void whatBoringSslTakesJavaTakes() {
    BoringSslPrimitives asked = BothPrimitives.nativeOnes().orElse(null);
    assumeTrue(asked != null);
    SplittableRandom random = new SplittableRandom(2);
    byte[] seed = new byte[32];
    byte[] publicKey = new byte[32];
    int taken = 0;
    for (int i = 0; i < 2000; i++) {
      random.nextBytes(seed);
      Ed25519.generatePublicKey(seed, 0, publicKey, 0);
      byte[] message = new byte[random.nextInt(64)];
      byte[] signature = Primitives.java().ed25519Signer(seed, publicKey).sign(message);
      if (i % 2 == 1) {
        signature[random.nextInt(64)] ^= (byte) (1 << random.nextInt(8));
      }
      boolean takes = asked.holdsWithoutCofactor(publicKey, message, signature);
      Ed25519.PublicPoint point = Ed25519.validatePublicKeyPartialExport(publicKey, 0);
      assertThat(point).isNotNull();
      assertThat(takes).isEqualTo(i % 2 == 0);
      assertThat(Primitives.java().ed25519Holds(publicKey, point, message, signature))
          .isEqualTo(takes);
      taken += takes ? 1 : 0;
    }
    assertThat(taken).isEqualTo(1000);
  }

  @Test
  void brokenNativeCodeSignsAndAgreesByJava() throws GeneralSecurityException {
    BoringSslPrimitives asked = BothPrimitives.nativeOnes().orElse(null);
    assumeTrue(asked != null);
    // Of a length that Conscrypt refuses.
    byte[] seed = new byte[40];
    byte[] publicKey = new byte[32];
    Ed25519.generatePublicKey(seed, 0, publicKey, 0);
    byte[] message = {1, 2, 3};
    assertThat(asked.ed25519Signer(seed, publicKey).sign(message))
        .isEqualTo(Primitives.java().ed25519Signer(seed, publicKey).sign(message));
  }
}
