package io.surgemesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PublicKey;
import io.surgemesh.identity.Signatures;
import io.surgemesh.machine.MachineDriver;
import io.surgemesh.market.MeshName;
import io.surgemesh.market.OfferTopic;
import io.surgemesh.market.SignedOffer;
import io.surgemesh.mesh.MeshContext;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.simulator.SimulatedHost;
import io.surgemesh.simulator.SimulatedNetwork;
import io.surgemesh.simulator.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OfferIntakeTest {
  private static final KeyPair A = Peers.key(1);
  private static final OfferTopic JAVA = new OfferTopic(MeshName.PUBLIC, "java");

  private final SimulatedNetwork network = new SimulatedNetwork(1);
  private final SimulatedHost host = network.addHost();
  private final CountingSignatures signatures = new CountingSignatures();
  private final MeshContext context =
      new MeshContext(
          host,
          MeshName.PUBLIC,
          host.key(),
          signatures,
          network.time().wallClock(),
          host.random("mesh"));
  private final OfferTable offers =
      new OfferTable(host.peerId(), OfferGossipConfig.defaults(), context.wallClock());
  private final OfferIntake intake =
      new OfferIntake(
          context,
          new MachineDriver<>(
              host.loop(),
              offers,
              output -> {},
              bug -> {
                throw bug;
              }),
          OfferGossipConfig.defaults());

  record Bad(String name, Bytes data, Verdict verdict, boolean verified) {
    Bad(String name, byte[] data, Verdict verdict, boolean verified) {
      this(name, Bytes.of(data), verdict, verified);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Bad> bad() {
    byte[] sound = now(TestOffers.of(A, 1)).seal().encode();
    byte[] forged = sound.clone();
    forged[forged.length - 1] ^= 1;
    byte[] otherSigner = sound.clone();
    otherSigner[10] ^= 1;
    byte[] padded = Arrays.copyOf(sound, sound.length + 2);
    padded[sound.length] = 0x78;
    TestOffers old =
        TestOffers.of(A, 1)
            .version(1, VirtualTime.EPOCH.minusSeconds(60))
            .ttl(Duration.ofSeconds(60));
    TestOffers ahead = TestOffers.of(A, 1).version(1, VirtualTime.EPOCH.plusSeconds(30));
    return Stream.of(
        new Bad("forged", forged, Verdict.REJECT, true),
        new Bad("signed by another", otherSigner, Verdict.REJECT, false),
        new Bad("empty", new byte[0], Verdict.REJECT, false),
        new Bad("no envelope", new byte[] {1, 2, 3}, Verdict.REJECT, false),
        new Bad("oversize", new byte[SignedOffer.BYTES_MAX + 1], Verdict.REJECT, false),
        new Bad("padded with an unknown field", padded, Verdict.REJECT, false),
        new Bad("expired", old.seal().encode(), Verdict.IGNORE, false),
        new Bad("future", ahead.seal().encode(), Verdict.IGNORE, false),
        new Bad(
            "of another mesh",
            now(TestOffers.of(A, 1)).mesh("other").seal().encode(),
            Verdict.REJECT,
            false),
        new Bad(
            "of another class",
            now(TestOffers.of(A, 1)).runtime("wasm:wasi").seal().encode(),
            Verdict.REJECT,
            false));
  }

  @ParameterizedTest
  @MethodSource("bad")
  void isJudgedAsItDeserves(Bad offer) {
    assertThat(judge(2, offer.data.toByteArray())).isEqualTo(offer.verdict);
    assertThat(signatures.verified).isEqualTo(offer.verified ? 1 : 0);
    assertThat(offers.offers()).isEmpty();
  }

  @Test
  void aSoundOfferIsAcceptedAndItsCopiesAreNotVerifiedAgain() {
    byte[] sound = now(TestOffers.of(A, 1)).seal().encode();
    assertThat(judge(2, sound)).isEqualTo(Verdict.ACCEPT);
    assertThat(judge(3, sound)).as("a moment later, on another topic").isEqualTo(Verdict.ACCEPT);
    network.time().runFor(Duration.ofSeconds(10));
    assertThat(judge(3, sound)).isEqualTo(Verdict.IGNORE);
    assertThat(signatures.verified).isEqualTo(1);
  }

  @Test
  void ourOwnOffersAreNotTakenFromOthers() {
    byte[] own = now(TestOffers.of(host.key(), 1)).seal().encode();
    assertThat(judge(2, own)).isEqualTo(Verdict.IGNORE);
    assertThat(offers.offers()).isEmpty();
  }

  @Test
  void aPeerThatFloodsIsVerifiedWithinItsBudgetAndOthersAreStillHeard() {
    List<Verdict> verdicts = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      byte[] forged = now(TestOffers.of(A, i)).seal().encode();
      forged[forged.length - 1] ^= 1;
      verdicts.add(judge(2, forged));
    }
    assertThat(verdicts.subList(0, 400)).containsOnly(Verdict.REJECT);
    assertThat(verdicts.subList(400, 500)).containsOnly(Verdict.FORGET);
    assertThat(signatures.verified).isEqualTo(400);
    assertThat(judge(3, now(TestOffers.of(A, 1)).seal().encode())).isEqualTo(Verdict.ACCEPT);

    network.time().runFor(Duration.ofSeconds(1));
    for (int i = 0; i < 200; i++) {
      judge(2, now(TestOffers.of(A, 1000 + i)).seal().encode());
    }
    assertThat(signatures.verified).isEqualTo(501);
  }

  private Verdict judge(int from, byte[] data) {
    List<Verdict> verdicts = new ArrayList<>();
    host.loop()
        .execute(
            () ->
                intake.judge(
                    JAVA,
                    Peers.id(from),
                    new TopicMessage(JAVA.name(), Bytes.of(data)),
                    verdicts::add));
    network.time().runUntil(() -> !verdicts.isEmpty(), Duration.ofSeconds(1));
    assertThat(verdicts).hasSize(1);
    return verdicts.get(0);
  }

  private static TestOffers now(TestOffers draft) {
    return draft.version(1, VirtualTime.EPOCH);
  }

  private static final class CountingSignatures implements Signatures {
    private int verified;

    @Override
    public byte[] sign(KeyPair key, byte[] message) {
      return key.sign(message);
    }

    @Override
    public boolean verify(PublicKey key, byte[] message, byte[] signature) {
      verified++;
      return key.verify(message, signature);
    }
  }
}
