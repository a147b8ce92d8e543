package io.surgemesh.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.io.Serializable;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyCodecTest {
  // libp2p peer-ids spec, Test vectors.
  private static final String SEED =
      "7e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d";
  private static final String KEY =
      "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";

  private static byte[] bytes(String hex) {
    return Bytes.fromHex(hex).toByteArray();
  }

  @Test
  void vectorsOfTheSpecHold() throws MalformedMessageException {
    KeyPair pair = KeyPair.decode(bytes("08011240" + SEED + KEY));
    assertThat(pair.encode()).isEqualTo(bytes("08011240" + SEED + KEY));
    assertThat(pair.publicKey().encode()).isEqualTo(bytes("08011220" + KEY));
    assertThat(PublicKey.decode(bytes("08011220" + KEY))).isEqualTo(pair.publicKey());
    assertThat(KeyPair.fromSeed(bytes(SEED)).publicKey()).isEqualTo(pair.publicKey());
    assertThat(pair.peerId()).isEqualTo(pair.publicKey().toPeerId());
  }

  @Test
  void theOldFormWithTheKeyTwiceIsRead() throws MalformedMessageException {
    KeyPair pair = KeyPair.decode(bytes("08011260" + SEED + KEY + KEY));
    assertThat(pair.encode()).isEqualTo(bytes("08011240" + SEED + KEY));
  }

  @ParameterizedTest
  @CsvSource({
    "080312020102, ECDSA",
    "08021221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99, SECP256K1",
    "080012020102, RSA",
    "080412020102, number 4"
  })
  void ourOwnKeysAreEd25519AndOtherTypesAreNamedInTheRefusal(String hex, String type) {
    assertThatThrownBy(() -> KeyPair.decode(bytes(hex)))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining(type);
  }

  @Test
  void aTypeThatNobodyKnowsIsNamedInTheRefusal() {
    assertThatThrownBy(() -> PublicKey.decode(bytes("080412020102")))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("number 4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0801",
        "1220" + KEY,
        "08011200",
        "0801121f" + KEY,
        "08011221" + KEY + "00",
        "080108011220" + KEY,
        "08011220" + KEY + "1220" + KEY,
        "0801122001" + "00000000000000000000000000000000000000000000000000000000000000"
      })
  void publicKeysThatAreNotWholeAreRefused(String hex) {
    assertThatThrownBy(() -> PublicKey.decode(bytes(hex)))
        .isInstanceOf(MalformedMessageException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "08011220" + SEED,
        "08011240" + KEY + SEED,
        "08011240" + SEED + SEED,
        "08011260" + SEED + KEY + SEED,
        "08011241" + SEED + KEY + "00",
        "1240" + SEED + KEY
      })
  void privateKeysThatDoNotFitTogetherAreRefused(String hex) {
    assertThatThrownBy(() -> KeyPair.decode(bytes(hex)))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void aKeyPairTellsNothingOfItsSecret() {
    KeyPair pair = KeyPair.fromSeed(bytes(SEED));
    assertThat(pair).isNotInstanceOf(Serializable.class);
    assertThat(pair.toString()).contains(pair.peerId().toString()).doesNotContain(SEED);
    assertThatIllegalArgumentException().isThrownBy(() -> KeyPair.fromSeed(new byte[31]));
  }

  @Test
  void theSeedIsCopied() {
    byte[] seed = new byte[32];
    KeyPair pair = KeyPair.fromSeed(seed);
    seed[0] = 1;
    assertThat(pair.encode()).isEqualTo(KeyPair.fromSeed(new byte[32]).encode());
  }

  @Test
  void generatedKeysSignAndDiffer() {
    SecureRandom random = new SecureRandom();
    KeyPair one = KeyPair.generate(random);
    KeyPair other = KeyPair.generate(random);
    byte[] message = {1};
    byte[] signature = Signatures.ed25519().sign(one, message);
    assertThat(Signatures.ed25519().verify(one.publicKey(), message, signature)).isTrue();
    assertThat(Signatures.ed25519().verify(other.publicKey(), message, signature)).isFalse();
    assertThat(one.publicKey()).isNotEqualTo(other.publicKey());
  }
}
