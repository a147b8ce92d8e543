package io.surgemesh.vopr;

import io.surgemesh.identity.Signatures;
import io.surgemesh.market.MeshName;
import io.surgemesh.market.OfferTopic;

/**
 * What hostile peers know of the honest ones, to lie to them in their own words.
 *
 * @param signatures with which they sign
 * @param runtime which they buy and sell, such as {@code java:wordcount}
 */
record Trade(Signatures signatures, String runtime) {
  /** Returns the topic on which they hear offers. */
  OfferTopic topic() {
    return OfferTopic.of(MeshName.PUBLIC, runtime);
  }
}
