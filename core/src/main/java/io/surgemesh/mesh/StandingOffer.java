package io.surgemesh.mesh;

import io.surgemesh.job.JobProvider;
import io.surgemesh.machine.Loop;
import io.surgemesh.machine.Timer;
import io.surgemesh.market.Offer;
import io.surgemesh.market.OfferBuilder;
import io.surgemesh.market.OfferId;
import io.surgemesh.market.SignedOffer;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps this peer's own offer on the boards of others: seals it, publishes it, renews it in time.
 *
 * <p>Confined to the mesh loop; sealing happens off it. The job provider is told every version that
 * has not expired, since each must be honoured until then.
 */
final class StandingOffer {
  private final MeshContext context;
  private final OfferBoard board;
  private final JobProvider provider;
  private final Duration ttl;
  private final OfferId offerId;
  private final List<SignedOffer> honoured = new ArrayList<>();
  private @Nullable Offering offering;
  private @Nullable Timer renewal;
  private long sequence;

  StandingOffer(MeshContext context, OfferBoard board, JobProvider provider, Duration ttl) {
    this.context = context;
    this.board = board;
    this.provider = provider;
    this.ttl = ttl;
    this.offerId = OfferId.random(context.random());
    // A lost disk must not start again below versions that others still hold.
    this.sequence = context.wallClock().millis();
  }

  void stand(Offering replacement, CompletableFuture<Void> published) {
    offering = replacement;
    provider.serve(replacement.handlers(), replacement.resources());
    publish(false, published);
  }

  void withdraw() {
    if (offering != null) {
      publish(true, new CompletableFuture<>());
    }
  }

  private void publish(boolean withdrawn, CompletableFuture<Void> published) {
    Offer offer = describe(withdrawn);
    if (renewal != null) {
      renewal.cancel();
      renewal = null;
    }
    if (!withdrawn) {
      long renewNanos = loop().nowNanos() + ttl.toNanos() * 2 / 3;
      renewal = loop().arm(renewNanos, () -> publish(false, new CompletableFuture<>()));
    }
    loop()
        .offload(
            () -> SignedOffer.seal(offer, context.keyPair(), context.signatures()),
            (signed, failure) -> onSealed(signed, failure, published));
  }

  private void onSealed(
      @Nullable SignedOffer signed, @Nullable Throwable failure, CompletableFuture<Void> done) {
    if (signed == null) {
      done.completeExceptionally(
          failure == null ? new IllegalStateException("not signed") : failure);
      return;
    }
    Instant now = context.wallClock().instant();
    honoured.removeIf(old -> old.offer().isExpired(now));
    if (!signed.offer().withdrawn()) {
      honoured.add(signed);
    }
    provider.setOffers(List.copyOf(honoured));
    board
        .publish(signed)
        .whenComplete(
            (nothing, refused) -> {
              if (refused == null) {
                done.complete(null);
              } else {
                done.completeExceptionally(refused);
              }
            });
  }

  private Offer describe(boolean withdrawn) {
    Offering current = Objects.requireNonNull(offering, "no offering stands");
    OfferBuilder builder =
        Offer.builder(context.host().peerId(), offerId, current.resources())
            .meshName(context.meshName())
            .version(sequence++, context.wallClock().instant())
            .ttl(ttl)
            .load(provider.load())
            .place(current.place())
            .price(current.price())
            .energy(current.energy())
            .addresses(dialable());
    current.handlers().keySet().forEach(builder::runtime);
    Offer offer = builder.build();
    return withdrawn ? offer.withdrawal(offer.sequence(), offer.issuedAt()) : offer;
  }

  private List<Multiaddr> dialable() {
    List<Multiaddr> addresses = context.host().addresses();
    return addresses.subList(0, Math.min(addresses.size(), Offer.ADDRESSES_MAX));
  }

  private Loop loop() {
    return context.host().loop();
  }
}
