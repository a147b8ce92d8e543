package io.surgemesh.market;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the parts of an {@link Offer}. Confined to one thread.
 *
 * <p>Unless told otherwise: the mesh {@code public}, sequence 0 issued at the epoch, held for five
 * minutes, idle, free of charge, place and energy unsaid, no addresses. At least one runtime must
 * be added.
 */
public final class OfferBuilder {
  private final PeerId provider;
  private final OfferId offerId;
  private final Resources resources;
  private final List<JobRuntime> runtimes = new ArrayList<>();
  private MeshName meshName = MeshName.PUBLIC;
  private long sequence;
  private Instant issuedAt = Instant.EPOCH;
  private Duration ttl = Duration.ofMinutes(5);
  private Load load = Load.IDLE;
  private Place place = Place.UNKNOWN;
  private Price price = Price.perCpuSecond(0);
  private Energy energy = Energy.UNKNOWN;
  private List<Multiaddr> addresses = List.of();

  OfferBuilder(PeerId provider, OfferId offerId, Resources resources) {
    this.provider = provider;
    this.offerId = offerId;
    this.resources = resources;
  }

  /** Sets the mesh. */
  public OfferBuilder meshName(MeshName value) {
    this.meshName = value;
    return this;
  }

  /** Sets which version this is, and when it was made. */
  public OfferBuilder version(long newSequence, Instant newIssuedAt) {
    this.sequence = newSequence;
    this.issuedAt = newIssuedAt;
    return this;
  }

  /** Sets how long it holds. */
  public OfferBuilder ttl(Duration value) {
    this.ttl = value;
    return this;
  }

  /** Adds a runtime. */
  public OfferBuilder runtime(JobRuntime value) {
    runtimes.add(value);
    return this;
  }

  /** Adds a runtime by its name, such as {@code java:wordcount}. */
  public OfferBuilder runtime(String name) {
    return runtime(JobRuntime.named(name));
  }

  /** Sets how busy the provider is. */
  public OfferBuilder load(Load value) {
    this.load = value;
    return this;
  }

  /** Sets where the provider is. */
  public OfferBuilder place(Place value) {
    this.place = value;
    return this;
  }

  /** Sets what it asks. */
  public OfferBuilder price(Price value) {
    this.price = value;
    return this;
  }

  /** Sets what its work draws. */
  public OfferBuilder energy(Energy value) {
    this.energy = value;
    return this;
  }

  /** Sets where it may be dialled. */
  public OfferBuilder addresses(List<Multiaddr> value) {
    this.addresses = List.copyOf(value);
    return this;
  }

  /**
   * Returns the offer.
   *
   * @throws IllegalArgumentException naming the value out of range
   */
  public Offer build() {
    return new Offer(
        meshName, provider, offerId, sequence, issuedAt, ttl, false, resources, runtimes, load,
        place, price, energy, addresses);
  }
}
