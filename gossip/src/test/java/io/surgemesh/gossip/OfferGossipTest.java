package io.surgemesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.host.Peerstore;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;
import io.surgemesh.market.SignedOffer;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.simulator.Partition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OfferGossipTest {
  private static final int NODES = 40;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyOfferReachesEveryBoardAndWithdrawingRemovesItEverywhere(long seed) {
    BoardNet net = connected(seed);
    List<SignedOffer> offers = publishFromEveryone(net);
    net.run(Duration.ofSeconds(5));
    for (int i = 0; i < NODES; i++) {
      assertThat(net.offers(i)).containsExactlyInAnyOrderElementsOf(offers);
    }

    net.publish(7, 2, true);
    net.run(Duration.ofSeconds(5));
    for (int i = 0; i < NODES; i++) {
      assertThat(net.offers(i)).hasSize(NODES - 1).doesNotContain(offers.get(7));
    }
  }

  @Test
  void aLaterVersionReplacesAnEarlierOneEverywhere() {
    BoardNet net = connected(4);
    publishFromEveryone(net);
    net.run(Duration.ofSeconds(5));
    SignedOffer renewed = net.publish(3, 2, false);
    net.run(Duration.ofSeconds(5));

    for (int i = 0; i < NODES; i++) {
      assertThat(net.offers(i)).hasSize(NODES).contains(renewed);
    }
  }

  @Test
  void offersThatAreNotRenewedExpireEverywhere() {
    BoardNet net = connected(5);
    publishFromEveryone(net);
    net.run(Duration.ofMinutes(5).plusSeconds(5));
    for (int i = 0; i < NODES; i++) {
      assertThat(net.offers(i)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void aLateJoinerCatchesUp(long seed) {
    BoardNet net = connected(seed);
    List<SignedOffer> offers = publishFromEveryone(net);
    net.publish(7, 2, true);
    net.run(Duration.ofSeconds(150));

    int late = net.addBoard();
    net.connectAtRandom(late, 4, NODES);
    net.run(Duration.ofSeconds(5));

    offers.remove(7);
    assertThat(net.offers(late)).containsExactlyInAnyOrderElementsOf(offers);
  }

  @Test
  void whoeverSellsIsToldToWhoHasLostAllOthers() {
    BoardNet net = connected(15);
    List<PeerInfo> sellers = new ArrayList<>();
    for (SignedOffer signed : List.of(net.publish(3, 1, false), net.publish(4, 1, false))) {
      sellers.add(new PeerInfo(signed.offer().provider(), signed.offer().addresses()));
    }
    net.run(Duration.ofSeconds(5));
    assertThat(net.sources.get(net.network.host(0).peerId()).get())
        .containsExactlyInAnyOrderElementsOf(sellers);
  }

  /** Each half is well connected by itself and looks for nobody. */
  @ParameterizedTest
  @CsvSource({"31, 50", "32, 50", "33, 50", "57, 50", "64, 50", "72, 200", "147, 200", "10, 600"})
  void halvesThatWereApartAgreeAgainWithinSecondsOfHealing(long seed, int seconds) {
    BoardNet net = connected(seed);
    List<Integer> half = IntStream.range(0, NODES / 2).boxed().toList();
    Partition split = net.network.partition(half);
    net.run(Duration.ofSeconds(seconds));
    List<SignedOffer> offers = publishFromEveryone(net);
    net.run(Duration.ofSeconds(5));
    assertThat(net.offers(0)).hasSize(NODES / 2);

    split.heal();
    net.run(Duration.ofSeconds(5));
    for (int i = 0; i < NODES; i++) {
      assertThat(net.offers(i)).containsExactlyInAnyOrderElementsOf(offers);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23})
  void offersReachTheSurvivorsOfCrashes(long seed) {
    BoardNet net = connected(seed);
    for (int i = 0; i < 6; i++) {
      net.network.crash(i * 6 + 1);
    }
    net.run(Duration.ofSeconds(3));
    List<SignedOffer> offers = new ArrayList<>();
    for (int i = 0; i < NODES; i += 2) {
      offers.add(net.publish(i, 1, false));
    }
    net.run(Duration.ofSeconds(10));
    for (int i = 0; i < NODES; i += 2) {
      assertThat(net.offers(i)).containsExactlyInAnyOrderElementsOf(offers);
    }
  }

  @Test
  void aHealedPartitionCatchesUp() {
    BoardNet net = new BoardNet(31, 12, OfferGossipConfig.defaults(), true);
    net.run(Duration.ofSeconds(20));
    for (int a = 0; a < 6; a++) {
      for (int b = 6; b < 12; b++) {
        net.network.partition(a, b);
      }
    }
    net.run(Duration.ofSeconds(60));
    List<SignedOffer> offers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      offers.add(net.publish(i, 1, false));
    }
    net.run(Duration.ofSeconds(10));
    assertThat(net.offers(0)).hasSize(6);
    for (int a = 0; a < 6; a++) {
      for (int b = 6; b < 12; b++) {
        net.network.heal(a, b);
      }
    }
    net.connect(0, 6);
    net.run(Duration.ofSeconds(70));
    for (int i = 0; i < 12; i++) {
      assertThat(net.offers(i)).containsExactlyInAnyOrderElementsOf(offers);
    }
  }

  @Test
  void peersOfTheTopicAreFoundThroughTheRouting() {
    BoardNet net = new BoardNet(41, 30, OfferGossipConfig.defaults(), true);
    net.run(Duration.ofSeconds(15));
    List<SignedOffer> offers = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      assertThat(net.network.host(i).connectedPeers()).hasSizeGreaterThanOrEqualTo(5);
      offers.add(net.publish(i, 1, false));
    }
    net.run(Duration.ofSeconds(5));
    assertThat(net.offers(29)).containsExactlyInAnyOrderElementsOf(offers);
    int before = net.searches;
    net.run(Duration.ofMinutes(2));
    assertThat(net.searches - before).as("searches once meshes are full").isLessThan(30);
  }

  @Test
  void whatTheRoutingSaysOfAPeersAddressesIsTriedAndNotToldToOthers() {
    BoardNet net = new BoardNet(46, 2, OfferGossipConfig.defaults(), true);
    Multiaddr rumour = Multiaddr.of("/ip4/198.18.0.1/tcp/9");
    net.rumour = rumour;
    net.run(Duration.ofSeconds(15));
    Peerstore known = net.network.host(0).peerstore();
    PeerId provider = net.network.host(1).peerId();
    assertThat(net.network.host(0).connectedPeers()).containsExactly(provider);
    assertThat(known.addresses(provider)).contains(rumour);
    assertThat(known.present(List.of(provider)))
        .extracting(PeerInfo::addresses)
        .containsExactly(net.network.host(1).addresses());
  }

  @Test
  void aProviderOfAClassThatItDoesNotHearStillReachesThoseWhoDo() {
    OfferGossipConfig wasm = OfferGossipConfig.defaults().withClasses(List.of("wasm"));
    BoardNet net = new BoardNet(42, 8, wasm, true);
    int provider = net.addBoard(OfferGossipConfig.defaults());
    net.run(Duration.ofSeconds(10));
    assertThat(net.network.host(provider).connectedPeers()).isEmpty();
    SignedOffer offer =
        net.publish(provider, net.draft(provider, 1).runtime("wasm:wasi_snapshot_preview1"));
    net.run(Duration.ofSeconds(10));

    for (int i = 0; i < 8; i++) {
      assertThat(net.offers(i)).containsExactly(offer);
    }
  }

  @Test
  void anOfferOfTwoClassesPassesThroughPeersThatHearBoth() {
    OfferGossipConfig java = OfferGossipConfig.defaults();
    BoardNet net = new BoardNet(43, 3, java.withClasses(List.of("java", "wasm")), false);
    int onlyWasm = net.addBoard(java.withClasses(List.of("wasm")));
    int onlyJava = net.addBoard(java);
    net.connect(0, 1);
    net.connect(1, 2);
    net.connect(2, onlyWasm);
    net.connect(2, onlyJava);
    net.run(Duration.ofSeconds(5));
    SignedOffer offer = net.publish(0, net.draft(0, 1).ofTwoClasses());
    net.run(Duration.ofSeconds(2));

    for (int i = 0; i < 5; i++) {
      assertThat(net.offers(i)).containsExactly(offer);
    }
  }

  @Test
  void heardCompletesWithEnoughOffersOfOthersOrWhenItsTimeIsUp() {
    BoardNet net = connected(51);
    CompletableFuture<Integer> three = net.boards.get(0).heard(3);
    CompletableFuture<Integer> many = net.boards.get(0).heard(1000);
    net.publish(0, 1, false);
    net.publish(1, 1, false);
    net.publish(2, 1, false);
    net.run(Duration.ofSeconds(2));
    assertThat(three).isNotDone();
    net.publish(3, 1, false);
    net.run(Duration.ofSeconds(2));
    assertThat(three).isCompletedWithValue(3);
    assertThat(many).isNotDone();
    net.run(Duration.ofSeconds(6));
    assertThat(many).isCompletedWithValue(3);
    assertThat(net.boards.get(0).heard(2))
        .satisfies(
            at -> {
              net.run(Duration.ZERO);
              assertThat(at).isCompletedWithValue(3);
            });
  }

  @Test
  void nobodyIsCaughtUpOnTopicsThatAreMadeUp() {
    BoardNet net = new BoardNet(54, 1, OfferGossipConfig.defaults(), false);
    net.publish(0, 1, false);
    OfferGossipConfig madeUp = OfferGossipConfig.defaults().withClasses(List.of("made-up"));
    int stranger = net.addBoard(madeUp);
    net.connect(0, stranger);
    net.run(Duration.ofSeconds(5));

    assertThat(net.offers(stranger)).isEmpty();
  }

  @Test
  void publishingSomebodyElsesOrAnOldOfferFails() {
    BoardNet net = connected(52);
    SignedOffer own = net.publish(0, 5, false);
    net.run(Duration.ofSeconds(1));
    CompletableFuture<Void> others = net.boards.get(1).publish(own);
    CompletableFuture<Void> again = net.boards.get(0).publish(own);
    net.run(Duration.ofSeconds(1));

    assertThatThrownBy(others::join).hasCauseInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(again::join).hasCauseInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aClosedBoardHearsAndPublishesNothing() {
    BoardNet net = connected(53);
    CompletableFuture<Integer> waiting = net.boards.get(0).heard(5);
    net.boards.get(0).close();
    net.run(Duration.ofSeconds(1));
    net.publish(1, 1, false);
    CompletableFuture<Void> late = new CompletableFuture<>();
    net.boards
        .get(0)
        .publish(TestOffers.of(net.network.host(0).key(), 1).seal())
        .whenComplete((nothing, failure) -> late.completeExceptionally(failure));
    net.run(Duration.ofSeconds(5));

    assertThat(waiting).isCompletedWithValue(0);
    assertThat(net.offers(0)).isEmpty();
    assertThat(net.offers(2)).hasSize(1);
    assertThatThrownBy(late::join).hasCauseInstanceOf(MeshException.Closed.class);
  }

  @Test
  void theSameSeedGivesTheSameTrace() {
    assertThat(trace(61)).isEqualTo(trace(61)).isNotEqualTo(trace(62));
  }

  private static String trace(long seed) {
    BoardNet net = connected(seed);
    publishFromEveryone(net);
    net.network.crash(5);
    net.run(Duration.ofSeconds(30));
    return net.network.trace().hashHex();
  }

  private static BoardNet connected(long seed) {
    BoardNet net = new BoardNet(seed, NODES, OfferGossipConfig.defaults(), false);
    net.connectAtRandom(10);
    return net;
  }

  private static List<SignedOffer> publishFromEveryone(BoardNet net) {
    List<SignedOffer> offers = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      offers.add(net.publish(i, 1, false));
      net.run(Duration.ofMillis(50));
    }
    return offers;
  }
}
