package io.surgemesh.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.crypto.BothPrimitives;
import io.surgemesh.crypto.Primitives;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wycheproof.VectorFile;
import io.surgemesh.wycheproof.VectorFile.Row;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which signatures of the published collections hold here, once and for all: peers that judge one
 * signature differently have different ledgers.
 */
class SignatureVectorsTest {
  private static boolean holds(KeyType type, byte[] key, byte[] message, byte[] signature) {
    try {
      return type == KeyType.ED25519
          ? ed25519Holds(Ed25519Check.of(Bytes.of(key)), message, signature)
          : PublicKey.of(type, Bytes.of(key)).verify(message, signature);
    } catch (MalformedMessageException refused) {
      return false;
    }
  }

  /** Native code and Java must judge alike. */
  private static boolean ed25519Holds(Ed25519Check key, byte[] message, byte[] signature) {
    boolean holds = key.holds(message, signature);
    for (Primitives primitives : BothPrimitives.all()) {
      assertThat(key.holds(primitives, message, signature)).as("%s", primitives).isEqualTo(holds);
    }
    return holds;
  }

  /** Puts a table to a key type: exactly what it calls valid holds. */
  private static void check(String table, KeyType type, int count) {
    int checked = 0;
    for (Row row : VectorFile.rows(table)) {
      byte[] key = row.keyBytes();
      if (type == KeyType.SECP256K1) {
        key = compressed(key);
      }
      assertThat(holds(type, key, row.bytes(2), row.bytes(3)))
          .as("%s %s", table, row)
          .isEqualTo(row.result().equals("valid"));
      checked++;
    }
    assertThat(checked).isEqualTo(count);
  }

  private static byte[] compressed(byte[] point) {
    byte[] shorter = Arrays.copyOf(point, 33);
    shorter[0] = (byte) (2 + (point[64] & 1));
    return shorter;
  }

  @Test
  void ed25519() {
    check("ed25519.txt", KeyType.ED25519, 151);
  }

  @Test
  void ecdsaOnP256() {
    check("ecdsa-p256.txt", KeyType.ECDSA, 484);
  }

  @Test
  void ecdsaOnSecp256k1() {
    check("ecdsa-secp256k1.txt", KeyType.SECP256K1, 463);
  }

  @Test
  void rsa() {
    // One is "acceptable": its DigestInfo lacks the NULL. It is refused like all that is not exact.
    check("rsa-2048.txt", KeyType.RSA, 259);
  }

  // Chalkias, Garillot, Nikolaenko, "Taming the many EdDSAs" (2020), the twelve cases of
  // github.com/jedisct1/ed25519-speccheck (Apache-2.0), cases.txt; the message, key and signature.
  @ParameterizedTest(name = "case {0} holds: {1}")
  @CsvSource({
    "0,false,"
        + "8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6,"
        + "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa,"
        + "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
        + "0000000000000000000000000000000000000000000000000000000000000000",
    "1,false,"
        + "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79,"
        + "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa,"
        + "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43"
        + "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
    "2,true,"
        + "aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab,"
        + "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43,"
        + "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"
        + "8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e",
    "3,true,"
        + "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79,"
        + "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d,"
        + "9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f"
        + "87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009",
    "4,true,"
        + "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c,"
        + "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d,"
        + "160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed512"
        + "5ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09",
    "5,true,"
        + "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c,"
        + "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d,"
        + "21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7"
        + "e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405",
    "6,false,"
        + "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40,"
        + "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623,"
        + "e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e"
        + "547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514",
    "7,false,"
        + "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40,"
        + "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623,"
        + "8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa1942"
        + "7e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22",
    "8,false,"
        + "9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41,"
        + "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43,"
        + "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        + "03be9678ac102edcd92b0210bb34d7428d12ffc5df5f37e359941266a4e35f0f",
    "9,false,"
        + "9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41,"
        + "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43,"
        + "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        + "ca8c5b64cd208982aa38d4936621a4775aa233aa0505711d8fdcfdaa943d4908",
    "10,false,"
        + "e96b7021eb39c1a163b6da4e3093dcd3f21387da4cc4572be588fafae23c155b,"
        + "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff,"
        + "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc"
        + "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
    "11,false,"
        + "39a591f5321bbe07fd5a23dc2f39d025d74526615746727ceefd6e82ae65c06f,"
        + "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff,"
        + "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc"
        + "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04"
  })
  void speccheck(int number, boolean expected, String message, String key, String signature) {
    assertThat(
            holds(
                KeyType.ED25519,
                Bytes.fromHex(key).toByteArray(),
                Bytes.fromHex(message).toByteArray(),
                Bytes.fromHex(signature).toByteArray()))
        .isEqualTo(expected);
  }

  @Test
  void signaturesOfOtherLengthsThan64NeverHold() throws MalformedMessageException {
    for (Row row : VectorFile.rows("ed25519.txt")) {
      byte[] signature = row.bytes(3);
      PublicKey key = PublicKey.ed25519(row.keyBytes());
      for (int length = 0; length < 130; length++) {
        if (length != 64) {
          assertThat(key.verify(row.bytes(2), Arrays.copyOf(signature, length)))
              .as("%s, %d bytes", row, length)
              .isFalse();
        }
      }
    }
  }
}
