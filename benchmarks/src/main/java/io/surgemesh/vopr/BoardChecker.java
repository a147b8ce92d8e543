package io.surgemesh.vopr;

import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.Signatures;
import io.surgemesh.market.Offer;
import io.surgemesh.market.OfferId;
import io.surgemesh.market.SignedOffer;
import io.surgemesh.multiformats.Bytes;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Boards list nothing but what their peers may believe, within their bounds; some time after
 * healing each lists the standing offer of every honest seller that lives.
 */
final class BoardChecker implements Checker {
  private final Signatures signatures;
  private final int offersMax;
  private final int offersPerProviderMax;
  private final Set<Bytes> verified = new LinkedHashSet<>();
  private final Map<Integer, PeerId> alive = new LinkedHashMap<>();
  private final Map<Integer, Integer> selling = new LinkedHashMap<>();
  // By seller: the offer its own board lists.
  private final Map<Integer, OfferId> standing = new LinkedHashMap<>();
  private boolean due;

  BoardChecker(Signatures signatures, int offersMax, int offersPerProviderMax) {
    this.signatures = signatures;
    this.offersMax = offersMax;
    this.offersPerProviderMax = offersPerProviderMax;
  }

  @Override
  public String name() {
    return "boards-agree";
  }

  @Override
  public Optional<String> on(long nowNanos, Happening happening) {
    if (happening instanceof Happening.Started started) {
      alive.put(started.peer(), started.id());
    } else if (happening instanceof Happening.Crashed crashed) {
      onGone(crashed.peer());
    } else if (happening instanceof Happening.Left left) {
      onGone(left.peer());
    } else if (happening instanceof Happening.Sells sells) {
      selling.put(sells.peer(), sells.life());
    } else if (happening instanceof Happening.Withdraws withdraws) {
      selling.remove(withdraws.peer());
    } else if (happening instanceof Happening.BoardsDue) {
      due = true;
    } else if (happening instanceof Happening.Board board) {
      return onBoard(board);
    }
    return Optional.empty();
  }

  private void onGone(int peer) {
    alive.remove(peer);
    selling.remove(peer);
    standing.remove(peer);
  }

  private Optional<String> onBoard(Happening.Board board) {
    Map<PeerId, Integer> counts = new LinkedHashMap<>();
    Set<OfferId> listed = new LinkedHashSet<>();
    PeerId self = alive.get(board.peer());
    for (SignedOffer signed : board.offers()) {
      Offer offer = signed.offer();
      listed.add(offer.offerId());
      if (self != null && self.equals(offer.provider())) {
        standing.put(board.peer(), offer.offerId());
      } else {
        counts.merge(offer.provider(), 1, Integer::sum);
      }
      Optional<String> wrong = unbelievable(board, signed);
      if (wrong.isPresent()) {
        return wrong.map(line -> "board of peer " + board.peer() + " lists " + line);
      }
    }
    for (Map.Entry<PeerId, Integer> count : counts.entrySet()) {
      if (count.getValue() > offersPerProviderMax) {
        return Optional.of(
            "board of peer " + board.peer() + " lists " + count.getValue() + " offers of one peer");
      }
    }
    if (board.offers().size() > offersMax + offersPerProviderMax) {
      return Optional.of("board of peer " + board.peer() + " lists " + board.offers().size());
    }
    return due ? lacking(board, listed) : Optional.empty();
  }

  private Optional<String> unbelievable(Happening.Board board, SignedOffer signed) {
    Offer offer = signed.offer();
    if (offer.withdrawn()) {
      return Optional.of("a withdrawn offer: " + signed);
    }
    if (offer.isExpired(board.wallNow())) {
      return Optional.of("an expired offer: " + signed);
    }
    if (verified.add(signed.hash()) && !signed.verify(signatures)) {
      return Optional.of("an offer that its provider did not sign: " + signed);
    }
    return Optional.empty();
  }

  private Optional<String> lacking(Happening.Board board, Set<OfferId> listed) {
    for (int seller : selling.keySet()) {
      OfferId offer = standing.get(seller);
      if (offer == null) {
        return Optional.of("peer " + seller + " sells and has no offer on its own board");
      }
      if (!listed.contains(offer)) {
        return Optional.of("board of peer " + board.peer() + " lacks the offer of peer " + seller);
      }
    }
    return Optional.empty();
  }
}
