package io.surgemesh.vopr;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * When every job is over, all capacity is free again: whoever then buys the whole of a seller gets
 * it.
 */
final class IdleChecker implements Checker {
  private final Map<Integer, Integer> sellers = new LinkedHashMap<>();

  @Override
  public String name() {
    return "capacity-comes-back";
  }

  @Override
  public Optional<String> on(long nowNanos, Happening happening) {
    if (happening instanceof Happening.Probe probe) {
      sellers.put(probe.job(), probe.seller());
    } else if (happening instanceof Happening.Ended ended) {
      Integer seller = sellers.remove(ended.job());
      if (seller != null && ended.ending() != Happening.Ending.DONE) {
        return Optional.of(
            String.format(
                "all of peer %d could not be bought by peer %d: %s, %s",
                seller, ended.buyer(), ended.ending(), ended.detail()));
      }
    } else if (happening instanceof Happening.ProbesDue) {
      return sellers.values().stream()
          .findFirst()
          .map(seller -> "buying all of peer " + seller + " has not ended");
    }
    return Optional.empty();
  }
}
