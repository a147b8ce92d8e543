package io.surgemesh.vopr;

import static io.surgemesh.vopr.Fakes.BUYER;
import static io.surgemesh.vopr.Fakes.NOW;
import static io.surgemesh.vopr.Fakes.SELLER;
import static io.surgemesh.vopr.Fakes.found;
import static io.surgemesh.vopr.Fakes.offer;
import static io.surgemesh.vopr.Fakes.sealed;
import static io.surgemesh.vopr.Fakes.started;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.Signatures;
import io.surgemesh.market.Offer;
import io.surgemesh.market.SignedOffer;
import io.surgemesh.simulator.DiskFate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoardCheckerTest {
  private static final SignedOffer OFFER = sealed(offer(SELLER, 1), SELLER);
  private static final Happening SELLS = new Happening.Sells(SELLER, 0, 1000, 1 << 30);
  private static final Happening DUE = new Happening.BoardsDue();

  private final BoardChecker checker = new BoardChecker(Fakes.SIGNATURES, 3, 2);

  private static Happening board(int peer, SignedOffer... offers) {
    return boardAt(NOW, peer, offers);
  }

  private static Happening boardAt(Instant wallNow, int peer, SignedOffer... offers) {
    return new Happening.Board(peer, 0, wallNow, List.of(offers));
  }

  @Test
  void aBoardThatLacksTheOfferOfASellerThatLivesIsFoundOnceItIsDue() {
    Happening[] before = {started(SELLER, 0), started(BUYER, 0), SELLS, board(SELLER, OFFER)};
    assertThat(found(checker, before)).isEmpty();
    assertThat(found(checker, board(BUYER))).isEmpty();
    assertThat(found(checker, DUE, board(BUYER, OFFER))).isEmpty();
    assertThat(found(checker, board(BUYER)))
        .hasValueSatisfying(line -> assertThat(line).contains("lacks the offer of peer 0"));
  }

  @Test
  void anOfferOfAnEarlierLifeIsNotTheOneThatStands() {
    SignedOffer old = sealed(offer(SELLER, 2), SELLER);
    Happening[] before = {started(SELLER, 0), started(BUYER, 0), SELLS, board(SELLER, OFFER), DUE};
    assertThat(found(checker, before)).isEmpty();
    assertThat(found(checker, board(BUYER, old))).isPresent();
  }

  @Test
  void nobodyNeedsTheOfferOfAPeerThatIsGoneOrSellsNoMore() {
    Happening[] before = {started(SELLER, 0), started(BUYER, 0), SELLS, board(SELLER, OFFER), DUE};
    assertThat(found(checker, before)).isEmpty();
    assertThat(found(checker, new Happening.Withdraws(SELLER, 0), board(BUYER))).isEmpty();
    assertThat(found(checker, SELLS, board(SELLER, OFFER))).isEmpty();
    assertThat(found(checker, new Happening.Crashed(SELLER, 0, DiskFate.KEPT), board(BUYER)))
        .isEmpty();
  }

  @Test
  void aSellerWithoutAnOfferOfItsOwnIsFound() {
    assertThat(found(checker, started(SELLER, 0), SELLS, DUE, board(SELLER)))
        .hasValueSatisfying(line -> assertThat(line).contains("its own board"));
  }

  @Test
  void anExpiredOfferIsFoundByTheClockOfTheBoard() {
    Instant end = NOW.plus(Duration.ofMinutes(1));
    assertThat(found(checker, boardAt(end.minusMillis(1), BUYER, OFFER))).isEmpty();
    assertThat(found(checker, boardAt(end, BUYER, OFFER)))
        .hasValueSatisfying(line -> assertThat(line).contains("an expired offer"));
  }

  @Test
  void aWithdrawnOfferIsFound() {
    Offer withdrawn = offer(SELLER, 1).withdrawal(2, NOW);
    assertThat(found(checker, board(BUYER, sealed(withdrawn, SELLER)))).isPresent();
  }

  @Test
  void anOfferThatItsProviderDidNotSignIsFound() {
    SignedOffer forged =
        SignedOffer.seal(offer(SELLER, 1), Fakes.keyOf(SELLER), Signatures.ed25519());
    assertThat(found(checker, board(BUYER, forged)))
        .hasValueSatisfying(line -> assertThat(line).contains("did not sign"));
  }

  @Test
  void tooManyOffersAreFound() {
    SignedOffer second = sealed(offer(SELLER, 2), SELLER);
    SignedOffer third = sealed(offer(SELLER, 3), SELLER);
    assertThat(found(checker, board(BUYER, OFFER, second))).isEmpty();
    assertThat(found(checker, board(BUYER, OFFER, second, third))).isPresent();
  }
}
