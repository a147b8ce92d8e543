package io.surgemesh.gossip;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.Signatures;
import io.surgemesh.market.MeshName;
import io.surgemesh.market.Offer;
import io.surgemesh.market.OfferBuilder;
import io.surgemesh.market.OfferId;
import io.surgemesh.market.Resources;
import io.surgemesh.market.SignedOffer;
import io.surgemesh.multiformats.Bytes;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;

/** Offers of tests: by provider and number, for five minutes unless told otherwise. */
final class TestOffers {
  private final KeyPair provider;
  private final int number;
  private Instant issuedAt = Instant.EPOCH;
  private Duration ttl = Duration.ofMinutes(5);
  private MeshName mesh = MeshName.PUBLIC;
  private String runtime = "java:sum";
  private long sequence;
  private boolean withdrawn;
  private boolean twoClasses;

  private TestOffers(KeyPair provider, int number) {
    this.provider = provider;
    this.number = number;
  }

  static TestOffers of(KeyPair provider, int number) {
    return new TestOffers(provider, number);
  }

  static OfferId id(int number) {
    return new OfferId(Bytes.of(ByteBuffer.allocate(OfferId.SIZE_BYTES).putInt(number).array()));
  }

  TestOffers version(long newSequence, Instant newIssuedAt) {
    sequence = newSequence;
    issuedAt = newIssuedAt;
    return this;
  }

  TestOffers ttl(Duration value) {
    ttl = value;
    return this;
  }

  TestOffers mesh(String name) {
    mesh = new MeshName(name);
    return this;
  }

  TestOffers runtime(String name) {
    runtime = name;
    return this;
  }

  TestOffers ofTwoClasses() {
    twoClasses = true;
    return this;
  }

  TestOffers withdrawn() {
    withdrawn = true;
    return this;
  }

  SignedOffer seal() {
    OfferBuilder builder =
        Offer.builder(provider.peerId(), id(number), Resources.of(1000, 1 << 30))
            .meshName(mesh)
            .version(sequence, issuedAt)
            .ttl(ttl)
            .runtime(runtime);
    if (twoClasses) {
      builder.runtime("wasm:wasi_snapshot_preview1");
    }
    Offer offer = builder.build();
    return SignedOffer.seal(
        withdrawn ? offer.withdrawal(sequence, issuedAt) : offer, provider, Signatures.ed25519());
  }
}
