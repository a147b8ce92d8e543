package io.surgemesh.job;

import io.surgemesh.market.SignedOffer;
import java.util.List;
import java.util.function.Consumer;

/** Where a requestor hears of offers, such as an offer board. */
@FunctionalInterface
public interface OfferSource {
  /**
   * Hands over the live offers, their signatures verified.
   *
   * <p>Called on the mesh loop.
   *
   * @param take to be called once, on the mesh loop, now or later
   */
  void offers(Consumer<List<SignedOffer>> take);
}
