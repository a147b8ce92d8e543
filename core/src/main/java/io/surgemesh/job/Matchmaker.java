package io.surgemesh.job;

import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.OrderedMap;
import io.surgemesh.market.NoMatch;
import io.surgemesh.market.Offer;
import io.surgemesh.market.Ranking;
import io.surgemesh.market.Requirements;
import io.surgemesh.market.SignedOffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the best offer with room for a job. Confined to the mesh loop.
 *
 * <p>Ranks once per kind of requirements and list of offers; keeps at most {@value #RANKINGS_MAX}
 * such orders and explanations each, dropping the oldest.
 */
final class Matchmaker {
  private static final int RANKINGS_MAX = 64;

  /**
   * What was found.
   *
   * @param offer the best with room; null when there is none
   * @param isBusy whether offers match that have no room now
   */
  record Match(@Nullable SignedOffer offer, boolean isBusy) {}

  private final PeerId self;
  private final Ranking ranking;
  private final ProviderBook book;
  private final Map<Requirements, List<SignedOffer>> ranked = new OrderedMap<>();
  private final Map<Requirements, String> explained = new OrderedMap<>();
  private List<SignedOffer> offers = List.of();

  Matchmaker(PeerId self, Ranking ranking, ProviderBook book) {
    this.self = self;
    this.ranking = ranking;
    this.book = book;
  }

  /** Replaces the offers; own, expired and withdrawn ones are left out. */
  void setOffers(List<SignedOffer> heard, Instant wallNow) {
    List<SignedOffer> live = new ArrayList<>();
    for (SignedOffer signed : heard) {
      Offer offer = signed.offer();
      if (!offer.withdrawn() && !offer.isExpired(wallNow) && !offer.provider().equals(self)) {
        live.add(signed);
      }
    }
    offers = live;
    ranked.clear();
    explained.clear();
  }

  Match match(Submission submission, long nowNanos) {
    Match first = search(submission, nowNanos);
    if (first.offer == null && !first.isBusy && !submission.leavesNobodyOut()) {
      submission.forgetFailures();
      return search(submission, nowNanos);
    }
    return first;
  }

  private Match search(Submission submission, long nowNanos) {
    Requirements need = submission.requirements();
    boolean busy = false;
    for (SignedOffer signed : rank(need)) {
      PeerId provider = signed.offer().provider();
      if (submission.isRefusedBy(provider) || submission.hasFailedAt(provider)) {
        continue;
      }
      if (book.hasRoom(signed.offer(), need, nowNanos)) {
        return new Match(signed, false);
      }
      busy = true;
    }
    return new Match(null, busy);
  }

  private List<SignedOffer> rank(Requirements need) {
    List<SignedOffer> order = ranked.get(need);
    if (order == null) {
      order = ranking.rank(need, offers);
      if (ranked.size() >= RANKINGS_MAX) {
        ranked.remove(ranked.keySet().iterator().next());
      }
      ranked.put(need, order);
    }
    return order;
  }

  /** Returns why no offer matches, in one line. */
  String explain(Requirements need) {
    String line = explained.get(need);
    if (line == null) {
      line = NoMatch.explain(need, offers.stream().map(SignedOffer::offer).toList()).sentence();
      if (explained.size() >= RANKINGS_MAX) {
        explained.remove(explained.keySet().iterator().next());
      }
      explained.put(need, line);
    }
    return line;
  }
}
