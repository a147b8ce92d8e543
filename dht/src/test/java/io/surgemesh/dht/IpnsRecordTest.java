package io.surgemesh.dht;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.surgemesh.dht.pb.IpnsEntry;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IpnsRecordTest {
  private static final KeyPair KEY = key(1);
  private static final PeerId NAME = KEY.peerId();
  private static final Bytes VALUE = text("/ipfs/bafkqaaa");
  private static final Instant NOW = Instant.parse("2026-11-28T20:00:00Z");
  private static final Instant TOMORROW = NOW.plus(Duration.ofDays(1));
  private static final Duration TTL = Duration.ofMinutes(5);

  private Instant time = NOW;

  private static KeyPair key(int number) {
    byte[] seed = new byte[KeyPair.SEED_BYTES];
    seed[0] = (byte) number;
    return KeyPair.fromSeed(seed);
  }

  private static Bytes text(String text) {
    return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static IpnsRecord record(long sequence, Instant expiry) {
    return IpnsRecord.sign(KEY, VALUE, sequence, expiry, TTL);
  }

  private boolean isValid(PeerId name, Bytes record) {
    InstantSource clock = () -> time;
    return new Validators(DhtConfig.amino(), clock).isValid(IpnsRecord.key(name), record);
  }

  @ParameterizedTest
  @CsvSource({
    "v1, false",
    "v1-v2, true",
    "v1-v2-broken-v1-value, false",
    "v1-v2-broken-signature-v2, false",
    "v1-v2-broken-signature-v1, true",
    "v2, true",
    "v1-v2-rsa, true",
  })
  void theVectorsOfTheSpecificationAreJudgedAsItSays(String file, boolean valid) {
    assertThat(isValid(TestIpns.name(file), TestIpns.vector(file))).isEqualTo(valid);
    assertThat(isValid(NAME, TestIpns.vector(file))).isFalse();
    time = Instant.parse("2124-01-01T00:00:00Z");
    assertThat(isValid(TestIpns.name(file), TestIpns.vector(file))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "v1-v2, /ipfs/bafkqaddwgevxmmraojswg33smq, 1800000000000",
    "v1-v2-broken-signature-v1, /ipfs/bafkqahtwgevxmmrao5uxi2bamjzg623fnyqhg2lhnzqxi5lsmuqhmmi,"
        + " 1800000000000",
    "v2, /ipfs/bafkqadtwgiww63tmpeqhezldn5zgi, 1800000000000",
  })
  void theVectorsPointWhereTheSpecificationSays(String file, String value, long ttlNanos)
      throws MalformedMessageException {
    IpnsRecord record = IpnsRecord.decode(TestIpns.vector(file));
    assertThat(record.value()).isEqualTo(text(value));
    assertThat(record.sequence()).isZero();
    assertThat(record.ttlNanos()).isEqualTo(ttlNanos);
    assertThat(record.expiry()).isEqualTo(Instant.parse("2123-08-14T12:17:03.694052Z"));
    assertThat(record.encoded()).isEqualTo(TestIpns.vector(file));
  }

  @Test
  void onlyTheApplicationThatAskedForTheRulesOfIpfsHasThem() {
    Bytes key = IpnsRecord.key(NAME);
    Bytes record = record(1, TOMORROW).encoded();
    assertThat(new Validators(DhtConfig.amino(), () -> NOW).isValid(key, record)).isTrue();
    assertThat(new Validators(DhtConfig.defaults(), () -> NOW).isValid(key, record)).isFalse();
  }

  @Test
  void whatIsSignedIsReadAgainAndValidUntilItsTimeIsOver() throws MalformedMessageException {
    Instant expiry = Instant.parse("2026-11-28T20:00:01.000000001Z");
    IpnsRecord signed = IpnsRecord.sign(KEY, VALUE, -1, expiry, TTL);
    IpnsRecord read = IpnsRecord.decode(signed.encoded());
    assertThat(read).isEqualTo(signed);
    assertThat(read.value()).isEqualTo(VALUE);
    assertThat(read.sequence()).isEqualTo(-1);
    assertThat(read.expiry()).isEqualTo(expiry);
    assertThat(read.ttlNanos()).isEqualTo(TTL.toNanos());
    assertThat(read.isSignedBy(NAME)).isTrue();
    assertThat(read.isSignedBy(key(2).peerId())).isFalse();
    time = expiry.minusNanos(1);
    assertThat(isValid(NAME, read.encoded())).isTrue();
    time = expiry;
    assertThat(isValid(NAME, read.encoded())).isFalse();
  }

  @Test
  void noSingleBitOfARecordCanBeChanged() {
    byte[] record = record(1, TOMORROW).encoded().toByteArray();
    for (int bit = 0; bit < Byte.SIZE * record.length; bit++) {
      byte[] changed = record.clone();
      changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertThat(isValid(NAME, Bytes.of(changed))).as("bit %d", bit).isFalse();
    }
  }

  /** Returns a record whose outer part was changed after it was signed. */
  private static Bytes changed(UnaryOperator<IpnsEntry.Builder> change) {
    try {
      IpnsEntry entry = IpnsEntry.parseFrom(record(1, TOMORROW).encoded().toByteArray());
      return Bytes.of(change.apply(entry.toBuilder()).build().toByteArray());
    } catch (com.google.protobuf.InvalidProtocolBufferException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static IpnsEntry.Builder withFirstVersion(IpnsEntry.Builder entry) {
    return entry
        .setValue(ByteString.copyFrom(VALUE.toByteArray()))
        .setSignatureV1(ByteString.copyFromUtf8("anything"))
        .setValidity(ByteString.copyFromUtf8(TOMORROW.toString()))
        .setSequence(1)
        .setTtl(TTL.toNanos());
  }

  @Test
  void theFieldsOfTheFirstVersionMustAgreeOnceThereIsAnyOfIt() {
    assertThat(isValid(NAME, changed(IpnsRecordTest::withFirstVersion))).isTrue();
    List<UnaryOperator<IpnsEntry.Builder>> lies =
        List.of(
            entry -> entry.setValue(ByteString.copyFromUtf8("/ipfs/other")),
            entry -> entry.clearValue(),
            entry -> entry.setValidity(ByteString.copyFromUtf8(NOW.toString())),
            entry -> entry.clearValidity(),
            entry -> entry.setValidityTypeValue(1),
            entry -> entry.setSequence(2),
            entry -> entry.setTtl(1));
    for (UnaryOperator<IpnsEntry.Builder> lie : lies) {
      Bytes lying = changed(entry -> lie.apply(withFirstVersion(entry)));
      assertThat(isValid(NAME, lying)).as("lie %d", lies.indexOf(lie)).isFalse();
      Bytes unsigned = changed(entry -> lie.apply(withFirstVersion(entry)).clearSignatureV1());
      assertThat(isValid(NAME, unsigned)).isEqualTo(lies.indexOf(lie) == 1);
    }
  }

  @Test
  void aKeyInTheRecordMustBeTheNames() {
    ByteString own = ByteString.copyFrom(KEY.publicKey().encode());
    ByteString other = ByteString.copyFrom(key(2).publicKey().encode());
    assertThat(isValid(NAME, changed(entry -> entry.setPubKey(own)))).isTrue();
    assertThat(isValid(NAME, changed(entry -> entry.setPubKey(other)))).isFalse();
    assertThat(isValid(NAME, changed(entry -> entry.setPubKey(ByteString.copyFromUtf8("none")))))
        .isFalse();
    Bytes withoutKey =
        Bytes.of(
            parsed(TestIpns.vector("v1-v2-rsa")).toBuilder().clearPubKey().build().toByteArray());
    assertThat(isValid(TestIpns.name("v1-v2-rsa"), withoutKey)).isFalse();
  }

  private static IpnsEntry parsed(Bytes record) {
    try {
      return IpnsEntry.parseFrom(record.toByteArray());
    } catch (com.google.protobuf.InvalidProtocolBufferException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Returns a record with the given signed part, signed by its owner. */
  private static Bytes signedBy(KeyPair key, Bytes data) {
    byte[] domain = "ipns-signature:".getBytes(StandardCharsets.US_ASCII);
    byte[] signed = new byte[domain.length + data.size()];
    System.arraycopy(domain, 0, signed, 0, domain.length);
    System.arraycopy(data.toByteArray(), 0, signed, domain.length, data.size());
    return Bytes.of(
        IpnsEntry.newBuilder()
            .setData(ByteString.copyFrom(data.toByteArray()))
            .setSignatureV2(ByteString.copyFrom(key.sign(signed)))
            .build()
            .toByteArray());
  }

  private static CborWriter fields(int count, String validity) {
    CborWriter writer = new CborWriter().map(count);
    writer.text("TTL").unsigned(1).text("Value").bytes(VALUE);
    return writer.text("Sequence").unsigned(3).text("Validity").bytes(text(validity));
  }

  @Test
  void fieldsOfOtherNamesArePassedOver() {
    CborWriter writer = new CborWriter().map(7);
    writer.text("TTL").unsigned(1).text("_ns").map(1).text("a").map(0);
    writer.text("Value").bytes(VALUE).text("Sequence").unsigned(3);
    writer.text("Validity").bytes(text(TOMORROW.toString())).text("ValidityType").unsigned(0);
    writer.text("_anything at all").text("else");
    assertThat(isValid(NAME, signedBy(KEY, Bytes.of(writer.toByteArray())))).isTrue();
  }

  @Test
  void whatLacksAFieldOrIsValidBySomethingElseIsRefused() {
    String validity = TOMORROW.toString();
    byte[] good = fields(5, validity).text("ValidityType").unsigned(0).toByteArray();
    byte[] otherType = fields(5, validity).text("ValidityType").unsigned(1).toByteArray();
    byte[] lacking = fields(4, validity).toByteArray();
    byte[] more = fields(5, validity).text("ValidityType").unsigned(0).unsigned(0).toByteArray();
    byte[] valueAsText = new CborWriter().map(1).text("Value").text("/ipfs/bafkqaaa").toByteArray();
    assertThat(isValid(NAME, signedBy(KEY, Bytes.of(good)))).isTrue();
    for (byte[] data : List.of(otherType, lacking, more, valueAsText, new byte[] {0})) {
      assertThat(isValid(NAME, signedBy(KEY, Bytes.of(data)))).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-29T20:00:00Z",
        "2026-11-29T20:00:00.1Z",
        "2026-11-29T20:00:00.123456789Z",
        "2026-11-29T22:00:00+02:00",
        "9999-12-31T23:59:59.999999999Z",
      })
  void timesOfRfc3339AreRead(String validity) {
    byte[] data = fields(5, validity).text("ValidityType").unsigned(0).toByteArray();
    assertThat(isValid(NAME, signedBy(KEY, Bytes.of(data)))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tomorrow",
        "2026-11-29",
        "2026-11-29T20:00:00",
        "2026-11-31T20:00:00Z",
        "+99999-11-29T20:00:00Z",
        "-2026-11-29T20:00:00Z",
        "\u0662026-11-29T20:00:00Z",
        "2026-11-29T20:00:00.1234567890123456789012345678901234567890123456789Z",
      })
  void whatIsNoTimeOfRfc3339IsRefused(String validity) {
    byte[] data = fields(5, validity).text("ValidityType").unsigned(0).toByteArray();
    assertThat(isValid(NAME, signedBy(KEY, Bytes.of(data)))).isFalse();
  }

  @Test
  void aRecordIsAtMostTenKibibytesLong() {
    Bytes longest = null;
    for (int bytes = 10_000; bytes < 10_240; bytes++) {
      Bytes value = Bytes.of(new byte[bytes]);
      byte[] data = IpnsData.of(value, TOMORROW, 1, 1).encode();
      Bytes record = signedBy(KEY, Bytes.of(data));
      assertThat(isValid(NAME, record)).isEqualTo(record.size() <= IpnsRecord.BYTES_MAX);
      longest = record.size() == IpnsRecord.BYTES_MAX ? record : longest;
    }
    assertThat(longest).isNotNull();
    assertThatThrownBy(() -> IpnsRecord.sign(KEY, Bytes.of(new byte[10_240]), 1, TOMORROW, TTL))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatCannotBeWrittenIsRefused() {
    Instant tooLate = Instant.parse("+10000-01-01T00:00:00Z");
    assertThatThrownBy(() -> record(1, tooLate)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> IpnsRecord.sign(KEY, VALUE, 1, TOMORROW, Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> IpnsRecord.sign(KEY, VALUE, 1, TOMORROW, Duration.ofSeconds(Long.MAX_VALUE)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keysOfOtherNamesAndNamespacesHoldNoRecord() {
    Bytes record = record(1, TOMORROW).encoded();
    IpnsValidator validator = IpnsValidator.INSTANCE;
    assertThat(validator.validate(IpnsRecord.key(NAME), record)).isTrue();
    assertThat(validator.validate(text("/ipns/nobody"), record)).isFalse();
    assertThat(validator.validate(text("/ipns/"), record)).isFalse();
    assertThat(validator.validate(text("/pk/"), record)).isFalse();
    assertThat(validator.validate(text(""), record)).isFalse();
    assertThat(validator.expiry(IpnsRecord.key(NAME), text("none"))).isEqualTo(Instant.MIN);
  }

  private static List<Bytes> fromWorstToBest() {
    Instant soon = NOW.plusSeconds(1);
    List<Bytes> records = new ArrayList<>();
    records.add(text("no record"));
    records.add(record(0, TOMORROW).encoded());
    records.add(record(1, soon).encoded());
    records.add(record(1, soon.plusNanos(1)).encoded());
    records.add(record(2, soon).encoded());
    records.add(record(Long.MAX_VALUE, soon).encoded());
    records.add(record(Long.MIN_VALUE, soon).encoded());
    List<Bytes> alike =
        new ArrayList<>(
            List.of(
                record(-1, soon).encoded(),
                IpnsRecord.sign(KEY, text("/ipfs/a"), -1, soon, TTL).encoded(),
                IpnsRecord.sign(KEY, text("/ipfs/b"), -1, soon, TTL).encoded()));
    alike.sort(Comparator.comparing(one -> Bytes.of(parsed(one).getData().toByteArray())));
    records.addAll(alike);
    return records;
  }

  @Test
  void theHighestSequenceIsTheBestThenTheLongestValidThenTheLastByWhatIsSigned() {
    List<Bytes> records = fromWorstToBest();
    Bytes key = IpnsRecord.key(NAME);
    for (int worse = 0; worse < records.size(); worse++) {
      for (int better = worse + 1; better < records.size(); better++) {
        List<Bytes> both = List.of(records.get(worse), records.get(better));
        assertThat(IpnsValidator.INSTANCE.select(key, both)).isEqualTo(1);
        List<Bytes> turned = List.of(records.get(better), records.get(worse));
        assertThat(IpnsValidator.INSTANCE.select(key, turned)).isZero();
      }
    }
  }

  @Test
  void inWhateverOrderTheyComeTheSameOneIsTheBest() {
    List<Bytes> records = fromWorstToBest();
    Bytes best = records.get(records.size() - 1);
    Bytes key = IpnsRecord.key(NAME);
    for (int seed = 0; seed < 200; seed++) {
      Collections.shuffle(records, new Random(seed));
      List<Bytes> some = records.subList(0, 2 + new SplittableRandom(seed).nextInt(9));
      int selected = IpnsValidator.INSTANCE.select(key, some);
      List<Bytes> turned = new ArrayList<>(some);
      Collections.reverse(turned);
      assertThat(turned.get(IpnsValidator.INSTANCE.select(key, turned)))
          .as("seed %d", seed)
          .isEqualTo(some.get(selected));
      assertThat(some.contains(best)).isEqualTo(some.get(selected).equals(best));
      List<Bytes> twice = new ArrayList<>(some);
      twice.addAll(some);
      assertThat(IpnsValidator.INSTANCE.select(key, twice)).isEqualTo(selected);
    }
  }

  @Test
  void aRecordIsHeldNoLongerThanItIsValidAndThenMakesRoomForALowerSequence() {
    ValueStore store = new ValueStore(TestPeers.peer(0), DhtConfig.amino(), () -> time);
    Bytes key = IpnsRecord.key(NAME);
    Bytes higher = record(9, NOW.plusSeconds(60)).encoded();
    Bytes lower = record(1, TOMORROW).encoded();
    assertThat(store.put(key, higher, TestPeers.peer(1), 0)).isEqualTo(ValueStore.Outcome.KEPT);
    assertThat(store.put(key, lower, TestPeers.peer(1), 1)).isEqualTo(ValueStore.Outcome.WORSE);
    assertThat(store.find(key, 60 * TestPeers.SECOND - 1)).isPresent();
    assertThat(store.holds(key, higher, 1)).isTrue();
    assertThat(store.holds(key, lower, 1)).isFalse();
    time = NOW.plusSeconds(60);
    assertThat(store.holds(key, higher, 1)).isFalse();
    assertThat(store.find(key, 60 * TestPeers.SECOND)).isEmpty();
    assertThat(store.put(key, lower, TestPeers.peer(1), 60 * TestPeers.SECOND))
        .isEqualTo(ValueStore.Outcome.KEPT);
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  void twoRecordsAreEqualByTheirBytes() {
    assertThat(record(1, TOMORROW))
        .isEqualTo(record(1, TOMORROW))
        .hasSameHashCodeAs(record(1, TOMORROW));
    assertThat(record(1, TOMORROW)).isNotEqualTo(record(2, TOMORROW));
    assertThat(record(-1, NOW)).hasToString("IPNS record 18446744073709551615 until " + NOW);
  }
}
