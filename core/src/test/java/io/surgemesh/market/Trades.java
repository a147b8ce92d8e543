package io.surgemesh.market;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.Signatures;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Makes offers, agreements and receipts of two peers, all from one seed. */
public final class Trades {
  public static final Signatures SIGNATURES = Signatures.ed25519();

  public final SplittableRandom random;
  public final KeyPair requestor;
  public final KeyPair provider;

  public Trades(long seed) {
    random = new SplittableRandom(seed);
    requestor = keyPair();
    provider = keyPair();
  }

  public KeyPair keyPair() {
    return KeyPair.fromSeed(bytes(32).toByteArray());
  }

  public Bytes bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return Bytes.of(bytes);
  }

  public Amount amount(int bits) {
    return Amount.of(new BigInteger(bits, new java.util.Random(random.nextLong()))).orElseThrow();
  }

  public String text(int lengthMax) {
    String letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    StringBuilder text = new StringBuilder();
    int length = 1 + random.nextInt(lengthMax);
    for (int i = 0; i < length; i++) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }

  public Price price() {
    return new Price(
        random.nextBoolean() ? Price.CREDIT : text(32),
        amount(random.nextInt(257)),
        amount(random.nextInt(257)),
        amount(random.nextInt(257)),
        amount(random.nextInt(257)),
        random.nextBoolean());
  }

  public Resources resources() {
    List<Gpu> gpus = new ArrayList<>();
    List<Attribute> attributes = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      gpus.add(new Gpu(text(20), random.nextLong(1L << 40), 1 + random.nextInt(8)));
      attributes.add(new Attribute(text(32), text(20)));
    }
    return new Resources(
        1 + random.nextInt(64_000),
        text(16),
        1 + random.nextLong(1L << 40),
        random.nextLong(1L << 40),
        random.nextLong(1L << 40),
        random.nextLong(1L << 40),
        gpus,
        attributes);
  }

  /** Returns an offer with every field drawn. */
  public Offer offer() {
    List<JobRuntime> runtimes = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      runtimes.add(
          new JobRuntime(text(8) + ":" + i + text(8), random.nextBoolean() ? "" : text(9)));
    }
    List<Multiaddr> addresses = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      addresses.add(Multiaddr.of("/ip4/10.0.0." + i + "/tcp/" + (1 + random.nextInt(65_535))));
    }
    Load load =
        new Load(
            random.nextInt(1001),
            random.nextInt(1001),
            random.nextInt(100),
            Duration.ofMillis(random.nextInt(86_400_001)));
    return new Offer(
        new MeshName(text(32)),
        provider.peerId(),
        OfferId.random(random),
        random.nextLong(Long.MAX_VALUE),
        Instant.ofEpochMilli(random.nextLong(253_402_300_799_999L)),
        Duration.ofMillis(1 + random.nextInt(900_000)),
        random.nextInt(10) == 0,
        resources(),
        runtimes,
        load,
        new Place(text(32)),
        price(),
        new Energy(
            random.nextInt(1000),
            random.nextInt(1_000_000),
            random.nextInt(1000),
            List.of(Energy.Provenance.values()).get(random.nextInt(4))),
        addresses);
  }

  /** Returns a small offer of one runtime, {@code java:wordcount}, at 2 credits per cpu-second. */
  public OfferBuilder plainOffer() {
    return Offer.builder(provider.peerId(), OfferId.random(random), Resources.of(4000, 8L << 30))
        .runtime("java:wordcount")
        .price(Price.perCpuSecond(2));
  }

  /** Returns terms of 1,000 millicores at a million per cpu-second, capped at a billion. */
  public Terms terms() {
    return new Terms(
        Price.perCpuSecond(1_000_000),
        1000,
        1 << 20,
        1 << 20,
        1 << 20,
        Duration.ofMinutes(10),
        Terms.GRACE,
        Duration.ofSeconds(1),
        Amount.of(1_000_000_000L));
  }

  public Agreement agreement() {
    return agreement(requestor, provider, terms());
  }

  public Agreement agreement(KeyPair asks, KeyPair does, Terms terms) {
    return Agreement.draft(
        MeshName.PUBLIC,
        asks.peerId(),
        does.peerId(),
        bytes(Agreement.NONCE_BYTES),
        bytes(32),
        bytes(32),
        terms,
        Duration.ofSeconds(5));
  }

  public SignedAgreement signed(Agreement agreement, KeyPair asks, KeyPair does) {
    return new SignedAgreement(
        agreement, agreement.sign(asks, SIGNATURES), agreement.sign(does, SIGNATURES));
  }

  public SignedAgreement signedAgreement() {
    return signed(agreement(), requestor, provider);
  }

  /** Returns the usage after so many seconds. */
  public static Usage usage(long seconds) {
    return new Usage(seconds * 1_000_000_000L, seconds * 900_000_000L, seconds * 10, seconds);
  }

  public static Receipt receipt(Agreement agreement, long number, boolean last) {
    Usage usage = usage(number);
    Amount amount = agreement.terms().amount(usage);
    return last
        ? Receipt.last(agreement.id(), number, usage, amount, Bytes.of(new byte[32]), number)
        : Receipt.interim(agreement.id(), number, usage, amount);
  }

  public Claim claim(SignedAgreement agreement, long number, boolean last) {
    return claim(agreement, receipt(agreement.agreement(), number, last));
  }

  public Claim claim(SignedAgreement agreement, Receipt receipt) {
    return new Claim(agreement, receipt, receipt.sign(provider, SIGNATURES));
  }

  public SettledReceipt settled(Claim claim) {
    return claim.settle(claim.receipt().sign(requestor, SIGNATURES));
  }
}
