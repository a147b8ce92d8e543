package io.surgemesh.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ed25519Test {
  private static final BigInteger GROUP_ORDER =
      BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));

  private static byte[] bytes(String hex) {
    return Bytes.fromHex(hex).toByteArray();
  }

  @ParameterizedTest
  @CsvSource({
    // RFC 8032 section 7.1, tests 1, 2, 3 and SHA(abc): seed, public key, message, signature.
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
        + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a,'',"
        + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
        + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c,72,"
        + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
        + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025,af82,"
        + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42,"
        + "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf,"
        + "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f,"
        + "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
        + "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
  })
  void vectorsOfRfc8032Hold(String seed, String key, String message, String signature)
      throws MalformedMessageException {
    KeyPair pair = KeyPair.fromSeed(bytes(seed));
    assertThat(pair.publicKey().rawBytes()).isEqualTo(bytes(key));
    assertThat(pair.sign(bytes(message))).isEqualTo(bytes(signature));
    assertThat(PublicKey.ed25519(bytes(key)).verify(bytes(message), bytes(signature))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // The eight points of small order.
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        // Other encodings of them.
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        // Not a point of the curve.
        "0200000000000000000000000000000000000000000000000000000000000000",
        // y not reduced.
        "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        // Other lengths.
        "",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f70751",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a00"
      })
  void keysUnderWhichOthersCouldSignAreRefused(String hex) {
    assertThatThrownBy(() -> PublicKey.ed25519(bytes(hex)))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void aSignatureHasNoSecondForm() {
    KeyPair pair = KeyPair.fromSeed(new byte[32]);
    byte[] message = {1, 2, 3};
    byte[] signature = pair.sign(message);
    PublicKey key = pair.publicKey();
    assertThat(key.verify(message, signature)).isTrue();
    assertThat(key.verify(message, Arrays.copyOf(signature, 65))).isFalse();
    assertThat(key.verify(message, Arrays.copyOf(signature, 63))).isFalse();
    assertThat(key.verify(message, new byte[0])).isFalse();
    assertThat(key.verify(message, new byte[64])).isFalse();
    for (int times = 1; times < 15; times++) {
      byte[] shifted = withScalarRaised(signature, times);
      assertThat(key.verify(message, shifted)).as("S + %d L", times).isFalse();
    }
  }

  /** Adds a multiple of the group's order to S, which naive verifiers do not notice. */
  private static byte[] withScalarRaised(byte[] signature, int times) {
    byte[] reversed = new byte[32];
    for (int i = 0; i < 32; i++) {
      reversed[i] = signature[63 - i];
    }
    BigInteger raised =
        new BigInteger(1, reversed).add(GROUP_ORDER.multiply(BigInteger.valueOf(times)));
    byte[] result = signature.clone();
    for (int i = 0; i < 32; i++) {
      result[32 + i] = raised.shiftRight(8 * i).byteValue();
    }
    return result;
  }

  @Test
  void theEquationIsCheckedTimesTheCofactor() throws MalformedMessageException {
    // R has a part of order 8, as only the key's owner can arrange. Every Surgemesh peer has to
    // judge this alike; a library that starts to judge it otherwise would split the mesh.
    PublicKey key =
        PublicKey.ed25519(
            bytes("fae833a97c86de096e9bfba4eda0348dd8c31b2e14265b0da1dc6fdb624b0393"));
    byte[] signature =
        bytes(
            "904e6eaddf76491357e290b06eab74b008a8a174feaba72586b7f37c0c40d5f9"
                + "245b45b80e54411186279adc99dd5fe8edfcbe64c749fdf3b2608c39593f5e00");
    assertThat(key.verify(bytes("48ac3fb673dd07e9b6d79c93cd0cc8ffd2b6950a"), signature)).isTrue();
  }

  @Test
  void anyFlippedBitBreaksASignature() {
    SplittableRandom random = new SplittableRandom(6);
    KeyPair pair = KeyPair.fromSeed(new byte[32]);
    byte[] message = new byte[100];
    random.nextBytes(message);
    byte[] signature = pair.sign(message);
    for (int bit = 0; bit < 8 * 64; bit++) {
      byte[] flipped = signature.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(pair.publicKey().verify(message, flipped)).as("bit %d", bit).isFalse();
    }
    message[99] ^= 1;
    assertThat(pair.publicKey().verify(message, signature)).isFalse();
  }

  @Test
  void randomBytesAreNeverTakenForASignatureAndNeverThrow() throws MalformedMessageException {
    SplittableRandom random = new SplittableRandom(7);
    int keys = 0;
    for (int i = 0; i < 2_000; i++) {
      byte[] raw = new byte[32];
      byte[] signature = new byte[64];
      random.nextBytes(raw);
      random.nextBytes(signature);
      signature[63] &= 0x0f;
      try {
        assertThat(PublicKey.ed25519(raw).verify(raw, signature)).isFalse();
        keys++;
      } catch (MalformedMessageException noPoint) {
        assertThat(noPoint).hasMessageContaining("point");
      }
    }
    // About half of all strings are points of the curve.
    assertThat(keys).isBetween(800, 1_200);
  }
}
