package io.surgemesh.job;

import io.surgemesh.identity.PeerId;
import io.surgemesh.market.Agreement;
import io.surgemesh.market.MeshName;
import io.surgemesh.market.Terms;

/**
 * What a provider was asked and what it quoted.
 *
 * @param ask what it was asked
 * @param terms what it quoted
 */
record Quoted(Control.Ask ask, Terms terms) {
  /** Returns whether {@code accept} binds these two peers to exactly this. */
  boolean isMetBy(Control.Accept accept, MeshName meshName, PeerId requestor, PeerId provider) {
    Agreement agreement = accept.agreement();
    return agreement.requestor().equals(requestor)
        && agreement.provider().equals(provider)
        && agreement.meshName().equals(meshName)
        && agreement.offerHash().equals(ask.offerHash())
        && agreement.terms().equals(terms)
        && agreement.predecessor().isEmpty()
        && accept.task().equals(ask.task())
        && agreement.taskHash().equals(accept.task().hash());
  }
}
