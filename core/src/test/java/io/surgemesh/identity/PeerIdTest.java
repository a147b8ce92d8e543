package io.surgemesh.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Sha256;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerIdTest {
  // libp2p peer-ids spec, String representation, Examples.
  private static final String ED25519 = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
  private static final String HASHED = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N";
  private static final String CID = "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe";
  private static final String KEY =
      "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";

  private static PeerId decode(String hex) throws MalformedMessageException {
    return PeerId.decode(Bytes.fromHex(hex));
  }

  @Test
  void examplesOfTheSpecReadAndPrint() throws MalformedMessageException {
    assertThat(PeerId.parse(ED25519)).hasToString(ED25519);
    assertThat(PeerId.parse(HASHED)).hasToString(HASHED);
    assertThat(PeerId.parse(CID)).isEqualTo(PeerId.parse(HASHED)).hasToString(HASHED);
    assertThat(PeerId.parse(HASHED).toCid()).isEqualTo(CID);
    assertThat(PeerId.parse(PeerId.parse(ED25519).toCid())).isEqualTo(PeerId.parse(ED25519));
  }

  @Test
  void anEd25519IdHoldsItsKey() throws MalformedMessageException {
    PublicKey key = PublicKey.ed25519(Bytes.fromHex(KEY).toByteArray());
    PeerId id = PeerId.of(key);
    assertThat(id.bytes()).isEqualTo(Bytes.fromHex("002408011220" + KEY));
    assertThat(id.publicKey()).contains(key);
    assertThat(PeerId.decode(id.encode())).isEqualTo(id).hasSameHashCodeAs(id);
    assertThat(PeerId.parse(HASHED).publicKey()).isEmpty();
  }

  @Test
  void itsDigestIsThatOfItsBytesHoweverOftenAsked() throws MalformedMessageException {
    PeerId id = PeerId.parse(ED25519);
    Sha256 digest = Sha256.of(id.bytes());
    assertThat(id.sha256()).isEqualTo(digest).isSameAs(id.sha256());
    assertThat(PeerId.parse(HASHED).sha256()).isNotEqualTo(digest);
  }

  @Test
  void idsOfOtherKeysCanBeNamed() throws MalformedMessageException {
    PeerId secp256k1 =
        decode("002508021221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99");
    assertThat(secp256k1.publicKey().map(PublicKey::type)).contains(KeyType.SECP256K1);
    assertThat(PeerId.parse(secp256k1.toString())).isEqualTo(secp256k1);
  }

  @Test
  void anIdUnderWhichAnyoneCouldSignHoldsNoKey() throws MalformedMessageException {
    assertThat(decode("00240801122001" + "00".repeat(31)).publicKey()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "0000",
        "1220",
        "002408011220",
        "002408011220" + KEY + "00",
        "002408041220" + KEY, // unknown key type
        "0024" + "1220" + KEY + "0801", // fields the other way round
        "0026" + "08011220" + KEY + "1800", // an unknown field
        "0025" + "0881001220" + KEY, // a varint that is not minimal
        "000508011202ff", // a length beyond the end
        "000508011201ff", // an Ed25519 key of 1 byte
        "000508001201ff", // an RSA key of 1 byte, which would be hashed if there were one
        "000508031201ff", // an ECDSA key of 1 byte
        "002408021220" + KEY, // a secp256k1 key of 32 bytes
        "000408011200", // an empty key
        "1114" + "0000000000000000000000000000000000000000" // SHA-1
      })
  void bytesThatNameNoPeerAreRefused(String hex) {
    assertThatThrownBy(() -> decode(hex)).isInstanceOf(MalformedMessageException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "Q",
        "Qm",
        "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5S",
        "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SAA",
        "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5S0",
        " 12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA",
        "BAFZBEIE5745RPV2M6TJYUUGYWY4D5EWRQGQQHFNF445HE3OMZPJBX5XQXE",
        "bafybeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe",
        "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqx",
        "b",
        "z",
        "zQmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N",
        "\u001b[31m"
      })
  void textThatNamesNoPeerIsRefused(String text) {
    assertThatThrownBy(() -> PeerId.parse(text)).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void longTextIsRefusedBeforeItIsDecoded() {
    assertThatThrownBy(() -> PeerId.parse("1".repeat(1 << 20)))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("too long");
  }

  @Test
  void orderIsThatOfUnsignedBytes() throws MalformedMessageException {
    PeerId low = decode("1220" + "7f" + "00".repeat(31));
    PeerId high = decode("1220" + "80" + "00".repeat(31));
    assertThat(low).isLessThan(high);
    assertThat(low).isNotEqualTo(high);
  }

  @Test
  void mutatedBytesAreRefusedOrReadBackTheSame() {
    SplittableRandom random = new SplittableRandom(8);
    byte[] valid = Bytes.fromHex("002408011220" + KEY).toByteArray();
    for (int i = 0; i < 50_000; i++) {
      byte[] mutated = valid.clone();
      for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
        mutated[random.nextInt(random.nextBoolean() ? 6 : 38)] = (byte) random.nextInt(256);
      }
      try {
        PeerId id = PeerId.decode(mutated);
        assertThat(id.encode()).isEqualTo(mutated);
        assertThat(PeerId.parse(id.toString())).isEqualTo(id);
      } catch (MalformedMessageException expected) {
        assertThat(expected.getMessage()).isNotEmpty();
      }
    }
  }
}
