package io.surgemesh.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.surgemesh.identity.ForeignKey;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.SignedEnvelope;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.wire.pb.OfferBody;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SignedOfferTest {
  private static final byte[] PAYLOAD_TYPE = "/surgemesh/offer".getBytes(StandardCharsets.UTF_8);

  private final Trades trades = new Trades(3);

  private static boolean holds(byte[] envelope) {
    try {
      return SignedOffer.decode(envelope).verify(Trades.SIGNATURES);
    } catch (MalformedMessageException malformed) {
      return false;
    }
  }

  private static byte[] envelope(KeyPair key, String domain, byte[] type, byte[] payload) {
    return SignedEnvelope.seal(key, Trades.SIGNATURES, domain, type, payload).encode();
  }

  private byte[] envelope(byte[] payload) {
    return envelope(trades.provider, "surgemesh-offer", PAYLOAD_TYPE, payload);
  }

  @Test
  void everyOfferIsReadBackAsItWasSealed() throws MalformedMessageException {
    for (int round = 0; round < 300; round++) {
      Offer offer = trades.offer();
      SignedOffer sealed = SignedOffer.seal(offer, trades.provider, Trades.SIGNATURES);
      SignedOffer decoded = SignedOffer.decode(sealed.encode());
      assertThat(decoded.offer()).isEqualTo(offer);
      assertThat(decoded).isEqualTo(sealed).hasSameHashCodeAs(sealed);
      assertThat(decoded.hash()).isEqualTo(sealed.hash());
      assertThat(decoded.verify(Trades.SIGNATURES)).isTrue();
    }
  }

  @Test
  void anOfferUnderAnotherKeyTypeIsRefused() throws Exception {
    ForeignKey key = ForeignKey.secp256k1();
    byte[] body =
        OfferBody.parseFrom(OfferCodec.encode(trades.offer())).toBuilder()
            .setProvider(ByteString.copyFrom(key.publicKey().toPeerId().encode()))
            .build()
            .toByteArray();
    byte[] envelope = key.seal("surgemesh-offer", Bytes.of(PAYLOAD_TYPE), body);
    assertThatThrownBy(() -> SignedOffer.decode(envelope))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("no Ed25519 key");
  }

  @Test
  void noByteCanBeFlippedAndNoTailCutUnnoticed() {
    for (int round = 0; round < 3; round++) {
      byte[] whole = SignedOffer.seal(trades.offer(), trades.provider, Trades.SIGNATURES).encode();
      assertThat(holds(whole)).isTrue();
      assertThat(Damage.unnoticed(whole, SignedOfferTest::holds)).isEmpty();
    }
  }

  @Test
  void anEnvelopeThatSomeoneAddedAnUnsignedFieldToIsRefused() {
    byte[] whole = SignedOffer.seal(trades.offer(), trades.provider, Trades.SIGNATURES).encode();
    byte[] longer = Arrays.copyOf(whole, whole.length + 2);
    longer[whole.length] = 15 << 3;
    longer[whole.length + 1] = 1;
    assertThat(holds(longer)).isFalse();
  }

  @Test
  void anUnknownFieldThatTheProviderSignedIsIgnored() throws MalformedMessageException {
    Offer offer = trades.plainOffer().build();
    byte[] payload = OfferCodec.encode(offer);
    byte[] newer = Arrays.copyOf(payload, payload.length + 2);
    newer[payload.length] = 15 << 3;
    newer[payload.length + 1] = 1;
    SignedOffer decoded = SignedOffer.decode(envelope(newer));
    assertThat(decoded.offer()).isEqualTo(offer);
    assertThat(decoded.encode()).isEqualTo(envelope(newer));
    assertThat(decoded.verify(Trades.SIGNATURES)).isTrue();
  }

  @Test
  void onlyTheProviderCanSealItsOffer() {
    Offer offer = trades.plainOffer().build();
    assertThatThrownBy(() -> SignedOffer.seal(offer, trades.requestor, Trades.SIGNATURES))
        .isInstanceOf(IllegalArgumentException.class);
    byte[] payload = OfferCodec.encode(offer);
    assertThat(holds(envelope(trades.requestor, "surgemesh-offer", PAYLOAD_TYPE, payload)))
        .isFalse();
  }

  @Test
  void aSignatureForAnotherPurposeDoesNotHold() {
    byte[] payload = OfferCodec.encode(trades.plainOffer().build());
    byte[] otherType = "/surgemesh/receipt".getBytes(StandardCharsets.UTF_8);
    assertThat(holds(envelope(payload))).isTrue();
    assertThat(holds(envelope(trades.provider, "surgemesh-receipt", PAYLOAD_TYPE, payload)))
        .isFalse();
    assertThat(holds(envelope(trades.provider, "surgemesh-offer", otherType, payload))).isFalse();
  }

  @Test
  void anEnvelopeOfMoreThanFourKibibytesIsRefused() {
    OfferBuilder large = trades.plainOffer();
    for (int i = 0; i < 31; i++) {
      large.runtime(new JobRuntime("java:" + "x".repeat(60) + i, "v".repeat(32)));
    }
    Offer fits = large.build();
    assertThat(OfferCodec.encode(fits).length).isLessThan(SignedOffer.BYTES_MAX);
    Resources wide =
        new Resources(
            1,
            "",
            1,
            0,
            0,
            0,
            List.of(),
            Collections.nCopies(16, new Attribute("n".repeat(32), "v".repeat(128))));
    Offer tooLarge =
        new Offer(
            fits.meshName(),
            fits.provider(),
            fits.offerId(),
            0,
            fits.issuedAt(),
            fits.ttl(),
            false,
            wide,
            fits.runtimes(),
            fits.load(),
            fits.place(),
            fits.price(),
            fits.energy(),
            fits.addresses());
    assertThatThrownBy(() -> SignedOffer.seal(tooLarge, trades.provider, Trades.SIGNATURES))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SignedOffer.decode(new byte[SignedOffer.BYTES_MAX + 1]))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void badOffersAreRefusedHoweverWellTheyAreSigned() throws Exception {
    OfferBody good = OfferBody.parseFrom(OfferCodec.encode(trades.plainOffer().build()));
    assertThat(holds(envelope(good.toByteArray()))).isTrue();
    for (Map.Entry<String, Consumer<OfferBody.Builder>> bad : badOffers().entrySet()) {
      OfferBody.Builder body = good.toBuilder();
      bad.getValue().accept(body);
      byte[] envelope = envelope(body.build().toByteArray());
      assertThatThrownBy(() -> SignedOffer.decode(envelope))
          .as(bad.getKey())
          .isInstanceOf(MalformedMessageException.class);
    }
  }

  private static Map<String, Consumer<OfferBody.Builder>> badOffers() {
    ByteString leadingZero = ByteString.copyFrom(new byte[] {0, 1});
    ByteString tooLong = ByteString.copyFrom(new byte[33]).concat(leadingZero);
    Map<String, Consumer<OfferBody.Builder>> bad = new LinkedHashMap<>();
    bad.put("no mesh name", body -> body.clearMeshName());
    bad.put("mesh name in capitals", body -> body.setMeshName("Public"));
    bad.put("no provider", body -> body.clearProvider());
    bad.put("offer id of 15 bytes", body -> body.setOfferId(ByteString.copyFrom(new byte[15])));
    bad.put("offer id of 17 bytes", body -> body.setOfferId(ByteString.copyFrom(new byte[17])));
    bad.put("sequence of 2^64 - 1", body -> body.setSequence(-1));
    bad.put("issued at 2^64 - 1", body -> body.setIssuedAtMillis(-1));
    bad.put("issued in the year 10000", body -> body.setIssuedAtMillis(253_402_300_800_000L));
    bad.put("ttl of nothing", body -> body.clearTtlMillis());
    bad.put("ttl above 15 minutes", body -> body.setTtlMillis(900_001));
    bad.put("ttl of 2^32 - 1", body -> body.setTtlMillis(-1));
    bad.put("no resources", body -> body.clearResources());
    bad.put("no cores", body -> body.getResourcesBuilder().clearCpuMillicores());
    bad.put("2^31 millicores", body -> body.getResourcesBuilder().setCpuMillicores(1 << 31));
    bad.put("2^32 - 1 millicores", body -> body.getResourcesBuilder().setCpuMillicores(-1));
    bad.put("no memory", body -> body.getResourcesBuilder().clearMemoryBytes());
    bad.put("2^64 - 1 of memory", body -> body.getResourcesBuilder().setMemoryBytes(-1));
    bad.put(
        "2^63 - 1 of storage", body -> body.getResourcesBuilder().setStorageBytes((1L << 63) - 1));
    bad.put("17 GPUs", body -> gpus(body, 17, "m", 1));
    bad.put("GPU without model", body -> gpus(body, 1, "", 1));
    bad.put("2^32 - 1 GPUs", body -> gpus(body, 1, "m", -1));
    bad.put("architecture with a line break", b -> b.getResourcesBuilder().setArchitecture("a\nb"));
    bad.put("no runtime", body -> body.clearRuntimes());
    bad.put("runtime without family", body -> body.getRuntimesBuilder(0).setName("wordcount"));
    bad.put("runtime of nothing", body -> body.getRuntimesBuilder(0).setName("java:"));
    bad.put("one runtime twice", body -> body.addRuntimes(body.getRuntimes(0)));
    bad.put("busier than busy", body -> body.getLoadBuilder().setCpuBusyPermille(1001));
    bad.put("start in two days", body -> body.getLoadBuilder().setStartDelayMillis(172_800_000));
    bad.put("region with an escape", body -> body.getPlaceBuilder().setRegion("\u001b[2J"));
    bad.put("no price", body -> body.clearPrice());
    bad.put("price not minimal", body -> body.getPriceBuilder().setPerCpuSecond(leadingZero));
    bad.put("price of 35 bytes", body -> body.getPriceBuilder().setStart(tooLong));
    bad.put("unit of 33 bytes", body -> body.getPriceBuilder().setUnit("u".repeat(33)));
    bad.put("2^32 - 1 milliwatts", body -> body.getEnergyBuilder().setPeakMilliwatts(-1));
    bad.put("address that is none", body -> body.addAddresses(leadingZero));
    bad.put(
        "9 addresses",
        body -> {
          for (int i = 0; i < 9; i++) {
            body.addAddresses(ByteString.copyFrom(new byte[] {4, 127, 0, 0, 1, 6, 0, 80}));
          }
        });
    return bad;
  }

  private static void gpus(OfferBody.Builder body, int models, String model, int count) {
    for (int i = 0; i < models; i++) {
      body.getResourcesBuilder().addGpusBuilder().setModel(model).setCount(count);
    }
  }

  @Test
  void repeatedSingularFieldsAndNumbersOutOfRangeAreRefused() {
    byte[] payload = OfferCodec.encode(trades.plainOffer().version(7, Instant.EPOCH).build());
    byte[] sequenceTwice = Arrays.copyOf(payload, payload.length + 2);
    sequenceTwice[payload.length] = 4 << 3;
    sequenceTwice[payload.length + 1] = 9;
    assertThat(holds(envelope(sequenceTwice))).isFalse();
    byte[] withdrawnTwo = Arrays.copyOf(payload, payload.length + 2);
    withdrawnTwo[payload.length] = 7 << 3;
    withdrawnTwo[payload.length + 1] = 2;
    assertThat(holds(envelope(withdrawnTwo))).isFalse();
  }

  @Test
  void anOfferEndsAndStartsByTheClockOfItsProvider() {
    Instant issued = Instant.ofEpochSecond(1_000_000);
    Offer offer = trades.plainOffer().version(1, issued).ttl(Duration.ofSeconds(60)).build();
    assertThat(offer.isExpired(issued.plusMillis(59_999))).isFalse();
    assertThat(offer.isExpired(issued.plusMillis(60_000))).isTrue();
    assertThat(offer.isFutureDated(issued.minusMillis(2_000))).isFalse();
    assertThat(offer.isFutureDated(issued.minusMillis(2_001))).isTrue();
  }

  @Test
  void withdrawingKeepsTheIdentityOfTheOffer() {
    Offer offer = trades.plainOffer().version(1, Instant.EPOCH).build();
    Offer gone = offer.withdrawal(2, Instant.ofEpochSecond(5));
    assertThat(gone.withdrawn()).isTrue();
    assertThat(gone.offerId()).isEqualTo(offer.offerId());
    assertThat(gone.sequence()).isEqualTo(2);
    assertThat(OfferTopic.of(gone)).isEqualTo(OfferTopic.of(offer));
    Load busy = new Load(900, 0, 3, Duration.ofMillis(40));
    assertThat(offer.renewed(3, Instant.EPOCH, busy).load()).isEqualTo(busy);
  }
}
