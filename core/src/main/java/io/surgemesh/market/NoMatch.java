package io.surgemesh.market;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Why no offer, or how few, met some requirements.
 *
 * @param offers how many were looked at
 * @param matching how many met all bounds
 * @param failed for each bound that some offer failed, how many did
 * @param failedAlone for each bound that was some offer's only failure, how many would match if it
 *     were given up
 * @param sentence one line for people
 */
public record NoMatch(
    int offers,
    int matching,
    Map<Bound, Integer> failed,
    Map<Bound, Integer> failedAlone,
    String sentence) {
  /** Copies the maps, in the order of {@link Bound}. */
  public NoMatch {
    failed = copy(failed);
    failedAlone = copy(failedAlone);
  }

  /** Returns why {@code offers} do not meet {@code requirements}. */
  public static NoMatch explain(Requirements requirements, Collection<Offer> offers) {
    Map<Bound, Integer> failed = new EnumMap<>(Bound.class);
    Map<Bound, Integer> failedAlone = new EnumMap<>(Bound.class);
    int matching = 0;
    for (Offer offer : offers) {
      List<Bound> bounds = requirements.failedBounds(offer);
      bounds.forEach(bound -> failed.merge(bound, 1, Integer::sum));
      if (bounds.size() == 1) {
        failedAlone.merge(bounds.get(0), 1, Integer::sum);
      }
      if (bounds.isEmpty()) {
        matching++;
      }
    }
    String sentence = sentence(requirements, offers.size(), matching, failed, failedAlone);
    return new NoMatch(offers.size(), matching, failed, failedAlone, sentence);
  }

  private static String sentence(
      Requirements requirements,
      int offers,
      int matching,
      Map<Bound, Integer> failed,
      Map<Bound, Integer> failedAlone) {
    if (offers == 0) {
      return "none were heard";
    }
    StringBuilder line = new StringBuilder();
    line.append(matching).append(" of ").append(offers);
    line.append(offers == 1 ? " offer" : " offers").append(matching == 1 ? " matches" : " match");
    List<String> reasons = new ArrayList<>();
    failed.forEach(
        (bound, count) ->
            reasons.add(
                count + (count == 1 ? " fails " : " fail ") + bound.describe(requirements)));
    List<String> relaxations = new ArrayList<>();
    failedAlone.forEach(
        (bound, count) ->
            relaxations.add(count + " would match without " + bound.describe(requirements)));
    if (!reasons.isEmpty()) {
      line.append(": ").append(String.join(", ", reasons));
    }
    // With a single bound failed, that it alone stands in the way is already said.
    if (reasons.size() > 1 && !relaxations.isEmpty()) {
      line.append("; ").append(String.join(", ", relaxations));
    }
    return line.toString();
  }

  private static Map<Bound, Integer> copy(Map<Bound, Integer> counts) {
    Map<Bound, Integer> copy = new EnumMap<>(Bound.class);
    copy.putAll(counts);
    return Collections.unmodifiableMap(copy);
  }
}
