package io.surgemesh.job;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.OrderedMap;
import io.surgemesh.market.Agreement;
import io.surgemesh.market.Offer;
import io.surgemesh.market.SignedOffer;
import io.surgemesh.market.Task;
import io.surgemesh.market.Terms;
import io.surgemesh.multiformats.Bytes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Decides what a provider agrees to. Confined to the mesh loop. */
final class ProviderDesk {
  /** When to ask again for what is taken now. */
  static final int RETRY_AFTER_MILLIS = 500;

  /** The most versions of offers honoured at a time; further ones are not. */
  static final int OFFERS_MAX = 64;

  private final ProviderLimits limits;
  private final Admission admission;
  private final Capacity capacity;
  private final Map<Bytes, Offer> offers = new OrderedMap<>();
  private Set<String> runtimes = new TreeSet<>();
  private boolean draining;

  ProviderDesk(ProviderLimits limits, Admission admission, Capacity capacity) {
    this.limits = limits;
    this.admission = admission;
    this.capacity = capacity;
  }

  void serve(Set<String> names) {
    runtimes = new TreeSet<>(names);
  }

  void setOffers(List<SignedOffer> current) {
    offers.clear();
    for (SignedOffer offer : current.subList(0, Math.min(current.size(), OFFERS_MAX))) {
      offers.put(offer.hash(), offer.offer());
    }
  }

  void drain() {
    draining = true;
  }

  boolean isDraining() {
    return draining;
  }

  /** Returns whether the job can be had, or every reason why not. */
  Assessment assess(PeerId requestor, Control.Ask ask, Instant wallNow) {
    Terms terms = ask.wanted();
    if (draining) {
      return new Assessment(terms, List.of(Refusal.of(Constraint.DRAINING)));
    }
    if (!Agreement.canSign(requestor)) {
      return new Assessment(terms, List.of(Refusal.of(Constraint.KEY_TYPE)));
    }
    Offer offer = offers.get(ask.offerHash());
    if (offer == null || offer.isExpired(wallNow)) {
      return new Assessment(
          terms, List.of(Refusal.of(Constraint.OFFER_UNKNOWN).retryAfter(RETRY_AFTER_MILLIS)));
    }
    List<Refusal> against = new ArrayList<>();
    checkTask(requestor, ask.task(), terms, offer, against);
    checkTerms(terms, offer, against);
    if (against.isEmpty()) {
      checkCapacity(Demand.of(terms, ask.task()), against);
    }
    return new Assessment(terms, against);
  }

  private void checkTask(
      PeerId requestor, Task task, Terms terms, Offer offer, List<Refusal> against) {
    if (!runtimes.contains(task.runtime()) || !offer.runs(task.runtime())) {
      against.add(Refusal.of(Constraint.RUNTIME));
    } else if (!admits(requestor, task)) {
      against.add(Refusal.of(Constraint.NOT_ADMITTED));
    }
    long inputMax = Math.min(limits.inputBytesMax(), terms.inputBytesMax());
    if (task.inputBytes() > inputMax) {
      against.add(Refusal.of(Constraint.INPUT_BYTES, task.inputBytes(), inputMax));
    }
  }

  private boolean admits(PeerId requestor, Task task) {
    return admission.admits(requestor, task.runtime(), task.inputBytes());
  }

  private void checkTerms(Terms terms, Offer offer, List<Refusal> against) {
    if (!Bargain.covers(terms.price(), offer.price())) {
      against.add(Refusal.of(Constraint.PRICE));
    }
    int cores = offer.resources().cpuMillicores();
    if (terms.cpuMillicores() > cores) {
      against.add(Refusal.of(Constraint.CAPACITY, terms.cpuMillicores(), cores));
    }
    long memory = offer.resources().memoryBytes();
    if (terms.memoryBytes() > memory) {
      against.add(Refusal.of(Constraint.MEMORY, terms.memoryBytes(), memory));
    }
    if (terms.outputBytesMax() > limits.outputBytesMax()) {
      against.add(
          Refusal.of(Constraint.OUTPUT_BYTES, terms.outputBytesMax(), limits.outputBytesMax()));
    }
    if (terms.runMax().compareTo(limits.runMax()) > 0) {
      against.add(
          Refusal.of(Constraint.RUN_TIME, terms.runMax().toMillis(), limits.runMax().toMillis()));
    }
  }

  private void checkCapacity(Demand demand, List<Refusal> against) {
    if (!capacity.fits(demand)) {
      boolean memory = demand.memoryBytes() > capacity.freeMemoryBytes();
      Refusal refusal =
          memory
              ? Refusal.of(Constraint.MEMORY, demand.memoryBytes(), capacity.freeMemoryBytes())
              : Refusal.of(Constraint.CAPACITY, demand.millicores(), capacity.freeMillicores());
      against.add(refusal.retryAfter(RETRY_AFTER_MILLIS));
    }
  }
}
