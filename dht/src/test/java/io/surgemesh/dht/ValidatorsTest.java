package io.surgemesh.dht;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.KeyType;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.PublicKey;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multihash;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ValidatorsTest {
  private static final Bytes VALUE = Bytes.fromHex("01");

  /** Says what it is told to, or throws. */
  private record Strange(int selected, boolean throwing) implements ValueValidator {
    @Override
    public boolean validate(Bytes key, Bytes value) {
      if (throwing) {
        throw new IllegalStateException("a bug of the application");
      }
      return true;
    }

    @Override
    public int select(Bytes key, List<Bytes> values) {
      if (throwing) {
        throw new IllegalStateException("a bug of the application");
      }
      return selected;
    }
  }

  private static Bytes text(String text) {
    return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Validators of(DhtConfig config) {
    return new Validators(config, () -> Instant.EPOCH);
  }

  private static Bytes keyOf(byte[] publicKey) throws MalformedMessageException {
    return under(PeerId.of(PublicKey.decode(publicKey)).encode());
  }

  private static Bytes hashOf(byte[] value) {
    return under(Multihash.sha256(value).encode());
  }

  private static Bytes under(byte[] id) {
    ByteArrayOutputStream key = new ByteArrayOutputStream();
    key.writeBytes("/pk/".getBytes(StandardCharsets.UTF_8));
    key.writeBytes(id);
    return Bytes.of(key.toByteArray());
  }

  @ParameterizedTest
  @CsvSource({"/v/a,v", "/v/a/b,v", "/v//,v", "/pk/x,pk"})
  void aNamespaceStandsBetweenTheFirstTwoSlashes(String key, String namespace) {
    assertThat(Validators.namespace(text(key))).contains(namespace);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "//", "//a", "/v", "/v/", "v/a", "a"})
  void otherKeysHaveNone(String key) {
    assertThat(Validators.namespace(text(key))).isEmpty();
    assertThat(of(TestValues.CONFIG).isValid(text(key), TestValues.value(1))).isFalse();
  }

  @Test
  void aValueOfAnUnknownNamespaceIsNotValid() {
    Validators validators = of(TestValues.CONFIG);
    assertThat(validators.isValid(text("/v/a"), TestValues.value(1))).isTrue();
    assertThat(validators.isValid(text("/w/a"), TestValues.value(1))).isFalse();
    assertThat(validators.isBetter(text("/w/a"), TestValues.value(2), TestValues.value(1)))
        .isFalse();
  }

  @Test
  void valuesAreOneToThirtyTwoThousandBytes() {
    Validators validators = of(DhtConfig.defaults().withValidator("s", new Strange(0, false)));
    assertThat(validators.isValid(text("/s/a"), Bytes.EMPTY)).isFalse();
    assertThat(validators.isValid(text("/s/a"), VALUE)).isTrue();
    assertThat(validators.isValid(text("/s/a"), Bytes.of(new byte[Dht.VALUE_BYTES_MAX]))).isTrue();
    assertThat(validators.isValid(text("/s/a"), Bytes.of(new byte[Dht.VALUE_BYTES_MAX + 1])))
        .isFalse();
  }

  @Test
  void aValidatorThatThrowsOrSelectsNothingHasRefused() {
    Validators throwing = of(DhtConfig.defaults().withValidator("s", new Strange(1, true)));
    assertThat(throwing.isValid(text("/s/a"), VALUE)).isFalse();
    assertThat(throwing.isBetter(text("/s/a"), VALUE, Bytes.fromHex("02"))).isFalse();
    for (int selected : new int[] {-1, 0, 2, 99}) {
      Validators odd = of(DhtConfig.defaults().withValidator("s", new Strange(selected, false)));
      assertThat(odd.isBetter(text("/s/a"), VALUE, Bytes.fromHex("02"))).isFalse();
    }
  }

  /** A key that its id holds, and one too long for that. */
  @Test
  void aPublicKeyStandsUnderItsOwnIdAlone() throws Exception {
    Validators validators = of(DhtConfig.amino());
    for (byte[] publicKey : List.of(publicKey(1), rsaKey())) {
      Bytes key = keyOf(publicKey);
      assertThat(validators.isValid(key, Bytes.of(publicKey))).isTrue();
      assertThat(validators.isValid(key, Bytes.of(publicKey(2)))).isFalse();
      assertThat(validators.isBetter(key, Bytes.of(publicKey), Bytes.of(publicKey))).isFalse();
    }
    // Nor under the hash of a key that its id holds.
    assertThat(validators.isValid(hashOf(publicKey(1)), Bytes.of(publicKey(1)))).isFalse();
  }

  @Test
  void aPublicKeyWrittenInAnotherWayIsRefused() throws Exception {
    byte[] publicKey = publicKey(1);
    byte[] swapped = new byte[publicKey.length];
    System.arraycopy(publicKey, 2, swapped, 0, publicKey.length - 2);
    System.arraycopy(publicKey, 0, swapped, publicKey.length - 2, 2);
    assertThat(of(DhtConfig.amino()).isValid(keyOf(publicKey), Bytes.of(swapped))).isFalse();
  }

  private static byte[] rsaKey() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    byte[] der = generator.generateKeyPair().getPublic().getEncoded();
    return io.surgemesh.wire.pb.PublicKey.newBuilder()
        .setTypeValue(KeyType.RSA.code())
        .setData(ByteString.copyFrom(der))
        .build()
        .toByteArray();
  }

  private static byte[] publicKey(int number) {
    byte[] seed = new byte[KeyPair.SEED_BYTES];
    seed[0] = (byte) number;
    return KeyPair.fromSeed(seed).publicKey().encode();
  }

  @Test
  void whatHashesToAKeyOfPublicKeysButIsNoneIsRefused() {
    byte[] anything = "anything".getBytes(StandardCharsets.UTF_8);
    assertThat(of(DhtConfig.defaults()).isValid(hashOf(anything), Bytes.of(anything))).isFalse();
    assertThat(of(DhtConfig.defaults()).isValid(text("/pk/x"), Bytes.of(anything))).isFalse();
  }

  /** Is over at a point of time, or throws when asked for it. */
  private record Perishable(Instant end, boolean throwing) implements ValueValidator {
    @Override
    public boolean validate(Bytes key, Bytes value) {
      return true;
    }

    @Override
    public Instant expiry(Bytes key, Bytes value) {
      if (throwing) {
        throw new IllegalStateException("a bug of the application");
      }
      return end;
    }

    @Override
    public int select(Bytes key, List<Bytes> values) {
      return 0;
    }
  }

  private static Validators at(Instant now, Instant end, boolean throwing) {
    DhtConfig config = DhtConfig.defaults().withValidator("p", new Perishable(end, throwing));
    return new Validators(config, () -> now);
  }

  private static long restNanos(Validators validators, Bytes key, long mostNanos) {
    return validators.restNanos(validators.expiry(key, VALUE), mostNanos);
  }

  @Test
  void aValueIsValidUntilTheTimeThatItsValidatorSays() {
    Bytes key = text("/p/a");
    Instant end = Instant.ofEpochSecond(100);
    Validators before = at(end.minusNanos(7), end, false);
    assertThat(before.isValid(key, VALUE)).isTrue();
    assertThat(restNanos(before, key, 5)).isEqualTo(5);
    assertThat(restNanos(before, key, 9)).isEqualTo(7);
    assertThat(at(end, end, false).isValid(key, VALUE)).isFalse();
    assertThat(restNanos(at(end, end, false), key, 9)).isZero();
    assertThat(restNanos(at(end, Instant.MIN, false), key, 9)).isZero();
    assertThat(restNanos(at(end, Instant.MAX, false), key, 9)).isEqualTo(9);
    assertThat(at(end, Instant.MAX, false).isValid(key, VALUE)).isTrue();
    assertThat(at(end, Instant.MAX, true).isValid(key, VALUE)).isFalse();
    assertThat(restNanos(at(end, Instant.MAX, true), key, 9)).isZero();
    assertThat(restNanos(before, text("/q/a"), 9)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "a/b"})
  void aNamespaceIsATextWithoutSlashes(String name) {
    assertThatThrownBy(() -> DhtConfig.defaults().withValidator(name, TestValues.INSTANCE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void thereAreAtMostSixteenNamespaces() {
    DhtConfig config = DhtConfig.defaults();
    for (int i = config.validators().size(); i < DhtConfig.VALIDATORS_MAX; i++) {
      config = config.withValidator("n" + i, TestValues.INSTANCE);
    }
    DhtConfig full = config;
    assertThat(new TreeMap<>(full.validators())).hasSize(DhtConfig.VALIDATORS_MAX);
    assertThatThrownBy(() -> full.withValidator("more", TestValues.INSTANCE))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
