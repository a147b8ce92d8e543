package io.surgemesh.gossip;

import static io.surgemesh.gossip.RouterHarness.SECOND;
import static io.surgemesh.gossip.RouterHarness.TOPIC;
import static io.surgemesh.gossip.RouterHarness.data;
import static io.surgemesh.gossip.RouterHarness.graft;
import static io.surgemesh.gossip.RouterHarness.ihave;
import static io.surgemesh.gossip.RouterHarness.iwant;
import static io.surgemesh.gossip.RouterHarness.message;
import static io.surgemesh.gossip.RouterHarness.only;
import static io.surgemesh.gossip.RouterHarness.prune;
import static io.surgemesh.gossip.RouterHarness.subscribe;
import static io.surgemesh.gossip.RouterHarness.unsubscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MeshRouterTest {
  private static final PeerId A = Peers.id(1);
  private static final PeerId B = Peers.id(2);
  private static final PeerId STRANGER = Peers.id(900);
  private static final Bytes HELLO = data("hello");
  private static final MessageKey HELLO_KEY = MessageKey.of(TOPIC, HELLO);

  private final RouterHarness joined = RouterHarness.joined(GossipConfig.defaults());

  @Test
  void aNewPeerIsToldOurTopics() {
    joined.router.onPeer(A, false, 0);

    assertThat(joined.drain()).containsExactly(new RouterOutput.Control(A, subscribe(TOPIC)));
  }

  @Test
  void joiningAndLeavingAreToldToAllPeers() {
    RouterHarness harness = new RouterHarness(GossipConfig.defaults());
    harness.router.onPeer(A, false, 0);
    harness.router.onPeer(B, false, 0);

    harness.router.onJoin(TOPIC, 0);
    assertThat(harness.drain())
        .containsExactly(
            new RouterOutput.Control(A, subscribe(TOPIC)),
            new RouterOutput.Control(B, subscribe(TOPIC)));
    harness.router.onLeave(TOPIC, 0);
    assertThat(harness.drain())
        .containsExactly(
            new RouterOutput.Control(A, unsubscribe(TOPIC)),
            new RouterOutput.Control(B, unsubscribe(TOPIC)));
  }

  @Test
  void aSubscriptionIsReportedOnce() {
    joined.router.onPeer(A, false, 0);
    joined.drain();

    assertThat(joined.receive(A, subscribe("other")))
        .containsExactly(new RouterOutput.Subscribed(A, "other"));
    assertThat(joined.receive(A, subscribe("other"))).isEmpty();
  }

  @Test
  void theFirstHeartbeatGraftsUpToD() {
    joined.withPeers(20);

    List<RouterOutput> outputs = joined.beat();

    assertThat(joined.router.mesh(TOPIC)).hasSize(6);
    assertThat(only(RouterOutput.Control.class, outputs))
        .hasSize(6)
        .allSatisfy(control -> assertThat(control.rpc()).isEqualTo(graft(TOPIC)));
  }

  @Test
  void aTopicWithTooFewPeersIsLonely() {
    joined.withPeers(4);

    assertThat(joined.beat()).contains(new RouterOutput.Lonely(TOPIC, 4));
  }

  @Test
  void aMeshAboveDhiIsPrunedDownToD() {
    RouterHarness harness = joined;
    for (int i = 1; i <= 20; i++) {
      harness.router.onPeer(Peers.id(i), true, 0);
      harness.receive(Peers.id(i), subscribe(TOPIC));
      harness.receive(Peers.id(i), graft(TOPIC));
    }
    assertThat(harness.router.mesh(TOPIC)).hasSize(20);

    List<RouterOutput> outputs = harness.beat();

    assertThat(harness.router.mesh(TOPIC)).hasSize(6);
    assertThat(only(RouterOutput.Control.class, outputs))
        .hasSize(14)
        .allSatisfy(control -> assertThat(control.rpc()).isEqualTo(prune(TOPIC, 60)));
  }

  @Test
  void aFullMeshTurnsAwayThoseWhoDialledUs() {
    for (int i = 1; i <= 13; i++) {
      joined.addPeer(Peers.id(i));
      joined.drain();
    }
    for (int i = 1; i <= 12; i++) {
      assertThat(joined.receive(Peers.id(i), graft(TOPIC)))
          .containsExactly(new RouterOutput.Grafted(Peers.id(i), TOPIC));
    }

    assertThat(joined.receive(Peers.id(13), graft(TOPIC)))
        .containsExactly(new RouterOutput.Control(Peers.id(13), prune(TOPIC, 60)));
    assertThat(joined.router.mesh(TOPIC)).hasSize(12);
  }

  @Test
  void pruningKeepsPeersThatWeDialled() {
    for (int i = 1; i <= 16; i++) {
      joined.router.onPeer(Peers.id(i), i > 12, 0);
      joined.receive(Peers.id(i), subscribe(TOPIC));
      joined.receive(Peers.id(i), graft(TOPIC));
    }

    joined.beat();

    assertThat(joined.router.mesh(TOPIC))
        .hasSize(6)
        .filteredOn(peer -> joined.router.state().peers.get(peer).outbound)
        .hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void peersThatWeDialledAreGraftedUntilThereAreDout() {
    for (int i = 1; i <= 6; i++) {
      joined.addPeer(Peers.id(i));
      joined.receive(Peers.id(i), graft(TOPIC));
    }
    joined.router.onPeer(Peers.id(7), true, 0);
    joined.receive(Peers.id(7), subscribe(TOPIC));

    joined.beat();

    assertThat(joined.router.mesh(TOPIC)).hasSize(7).contains(Peers.id(7));
  }

  @Test
  void aMessageIsJudgedOnceThenDeliveredAndForwardedToTheRestOfTheMesh() {
    joined.withPeers(3);
    joined.beat();

    assertThat(joined.receive(A, message(HELLO)))
        .containsExactly(new RouterOutput.Validate(new TopicMessage(TOPIC, HELLO), A));
    assertThat(joined.receive(B, message(HELLO))).as("a second copy").isEmpty();
    joined.router.onValidated(HELLO_KEY, Verdict.ACCEPT, joined.now);

    assertThat(joined.drain())
        .containsExactly(
            new RouterOutput.Deliver(new TopicMessage(TOPIC, HELLO)),
            new RouterOutput.Forward(
                List.of(Peers.id(3)), List.of(new TopicMessage(TOPIC, HELLO))));
    assertThat(joined.receive(Peers.id(3), message(HELLO))).as("a late copy").isEmpty();
  }

  @Test
  void aRejectedMessageIsHeldAgainstAllWhoSentIt() {
    joined.withPeers(3);
    joined.beat();
    joined.receive(A, message(HELLO));
    joined.receive(B, message(HELLO));

    joined.router.onValidated(HELLO_KEY, Verdict.REJECT, joined.now);

    assertThat(joined.drain())
        .containsExactly(
            new RouterOutput.Misbehaved(A, Misbehaviour.INVALID_MESSAGE),
            new RouterOutput.Misbehaved(B, Misbehaviour.INVALID_MESSAGE));
  }

  @Test
  void anIgnoredMessageStaysSeenAndAForgottenOneMayComeAgain() {
    joined.withPeers(2);
    joined.receive(A, message(HELLO));
    joined.router.onValidated(HELLO_KEY, Verdict.IGNORE, joined.now);
    assertThat(joined.receive(B, message(HELLO))).isEmpty();

    Bytes other = data("other");
    MessageKey otherKey = MessageKey.of(TOPIC, other);
    joined.receive(A, message(other));
    joined.router.onValidated(otherKey, Verdict.FORGET, joined.now);
    assertThat(joined.receive(B, message(other)))
        .containsExactly(new RouterOutput.Validate(new TopicMessage(TOPIC, other), B));
  }

  @Test
  void aVerdictThatNeverComesIsGivenUp() {
    joined.withPeers(2);
    joined.receive(A, message(HELLO));

    joined.beats(12);
    assertThat(joined.router.pendingCount()).isZero();
    joined.router.onValidated(HELLO_KEY, Verdict.ACCEPT, joined.now);

    assertThat(joined.drain()).as("a late verdict").isEmpty();
    assertThat(joined.receive(B, message(HELLO)))
        .containsExactly(new RouterOutput.Validate(new TopicMessage(TOPIC, HELLO), B));
  }

  @Test
  void messagesOfTopicsNotJoinedAreIgnored() {
    joined.withPeers(2);

    assertThat(joined.receive(A, Rpc.of(List.of(new TopicMessage("other", HELLO))))).isEmpty();
  }

  @Test
  void anOwnMessageGoesToEveryPeerOfTheTopic() {
    joined.withPeers(20);
    joined.beat();

    joined.router.onPublish(new TopicMessage(TOPIC, HELLO), joined.now);
    List<RouterOutput.Forward> sent = only(RouterOutput.Forward.class, joined.drain());
    joined.router.onPublish(new TopicMessage(TOPIC, HELLO), joined.now);

    assertThat(sent).hasSize(1);
    assertThat(sent.get(0).to()).hasSize(20);
    assertThat(joined.drain()).as("the same again").isEmpty();
    assertThat(joined.receive(A, message(HELLO))).as("our own come back").isEmpty();
  }

  @Test
  void withoutFloodingAnOwnMessageGoesToTheMeshOrTheFanout() {
    RouterHarness harness =
        RouterHarness.joined(GossipConfig.defaults().withFloodPublish(false)).withPeers(20);
    harness.beat();
    harness.router.onPublish(new TopicMessage(TOPIC, HELLO), harness.now);
    assertThat(only(RouterOutput.Forward.class, harness.drain()).get(0).to())
        .isEqualTo(harness.router.mesh(TOPIC));

    for (int i = 1; i <= 20; i++) {
      harness.receive(Peers.id(i), subscribe("other"));
    }
    harness.router.onPublish(new TopicMessage("other", HELLO), harness.now);
    List<PeerId> first = only(RouterOutput.Forward.class, harness.drain()).get(0).to();
    harness.router.onPublish(new TopicMessage("other", data("more")), harness.now);
    assertThat(first).hasSize(6);
    assertThat(only(RouterOutput.Forward.class, harness.drain()).get(0).to()).isEqualTo(first);

    harness.beats(61);
    assertThat(harness.router.state().fanouts).as("after its time to live").isEmpty();
  }

  @Test
  void joiningGraftsTheFanout() {
    RouterHarness harness = new RouterHarness(GossipConfig.defaults());
    for (int i = 1; i <= 20; i++) {
      harness.addPeer(Peers.id(i));
    }
    harness.router.onPublish(new TopicMessage(TOPIC, HELLO), 0);
    List<PeerId> fanout = List.copyOf(harness.router.state().fanouts.get(TOPIC).peers);
    harness.router.onJoin(TOPIC, 0);

    assertThat(harness.router.mesh(TOPIC)).containsExactlyInAnyOrderElementsOf(fanout);
  }

  @Test
  void aPrunedPeerIsNotGraftedUntilItsBackoffIsOver() {
    joined.withPeers(1);
    joined.beat();
    joined.receive(A, prune(TOPIC, 5));
    assertThat(joined.router.mesh(TOPIC)).isEmpty();

    joined.beats(6);
    assertThat(joined.router.mesh(TOPIC)).isEmpty();
    joined.beats(2);
    assertThat(joined.router.mesh(TOPIC)).containsExactly(A);
  }

  @Test
  void leavingPrunesAndKeepsAwayForTenSeconds() {
    joined.withPeers(1);
    joined.beat();
    joined.router.onLeave(TOPIC, joined.now);

    List<RouterOutput.Control> told = only(RouterOutput.Control.class, joined.drain());
    assertThat(told.get(0).rpc().prune()).containsExactly(new Rpc.Prune(TOPIC, 10));
    joined.router.onJoin(TOPIC, joined.now);
    assertThat(joined.router.mesh(TOPIC)).isEmpty();
  }

  @Test
  void fewerAreToldOfAMessageAtEachOfThreeHeartbeatsAndNobodyTwice() {
    joined.withPeers(20);
    joined.beat();
    joined.accept(A, HELLO);

    List<PeerId> outside = outsideOfTheMesh(20);
    List<PeerId> told = new ArrayList<>();
    for (int count : new int[] {6, 3, 1}) {
      List<PeerId> heard = announcedTo(HELLO_KEY, joined.beat());
      assertThat(heard).hasSize(count);
      told.addAll(heard);
    }
    assertThat(told).doesNotHaveDuplicates().isSubsetOf(outside);
    assertThat(only(RouterOutput.Gossiped.class, joined.beat())).isEmpty();
  }

  @Test
  void whoSentOrAnnouncedAMessageIsNotToldOfIt() {
    joined.withPeers(20);
    joined.beat();
    joined.accept(A, HELLO);
    List<PeerId> outside = outsideOfTheMesh(20);
    PeerId left = outside.get(0);
    joined.receive(outside.get(1), message(HELLO));
    for (PeerId peer : outside.subList(2, outside.size())) {
      joined.receive(peer, ihave(List.of(HELLO_KEY.id())));
    }

    assertThat(announcedTo(HELLO_KEY, joined.beat())).containsExactly(left);
  }

  @Test
  void whoWasToldOfOneMessageIsToldOfTheNextAlone() {
    joined.withPeers(20);
    joined.beat();
    joined.accept(A, HELLO);
    List<PeerId> told = announcedTo(HELLO_KEY, joined.beat());
    MessageKey next = MessageKey.of(TOPIC, data("next"));
    joined.accept(A, data("next"));

    for (RouterOutput.Gossiped gossiped : only(RouterOutput.Gossiped.class, joined.beats(2))) {
      List<Bytes> ids = gossiped.rpc().ihave().get(0).ids();
      assertThat(ids).contains(next.id());
      assertThat(ids.contains(HELLO_KEY.id())).isEqualTo(!told.contains(gossiped.to()));
    }
  }

  @Test
  void aPeerThatComesInPlaceOfOneThatWasToldIsTold() {
    joined.withPeers(20);
    joined.beat();
    joined.accept(A, HELLO);
    List<PeerId> told = announcedTo(HELLO_KEY, joined.beat());
    joined.router.onPeerGone(told.get(0), joined.now);
    joined.addPeer(STRANGER);
    joined.drain();

    assertThat(announcedTo(HELLO_KEY, joined.beats(2))).contains(STRANGER);
  }

  /** Returns which of peers 1 to {@code count} but A are not in the mesh. */
  private List<PeerId> outsideOfTheMesh(int count) {
    List<PeerId> outside = new ArrayList<>();
    for (int i = 2; i <= count; i++) {
      if (!joined.router.mesh(TOPIC).contains(Peers.id(i))) {
        outside.add(Peers.id(i));
      }
    }
    return outside;
  }

  private static List<PeerId> announcedTo(MessageKey key, List<RouterOutput> outputs) {
    List<PeerId> told = new ArrayList<>();
    for (RouterOutput.Gossiped gossiped : only(RouterOutput.Gossiped.class, outputs)) {
      assertThat(gossiped.rpc()).isEqualTo(ihave(List.of(key.id())));
      told.add(gossiped.to());
    }
    return told;
  }

  @Test
  void anUnknownAnnouncedMessageIsAskedForAndAKnownOneIsNot() {
    joined.withPeers(2);
    assertThat(joined.receive(A, ihave(List.of(HELLO_KEY.id()))))
        .containsExactly(new RouterOutput.Gossiped(A, iwant(HELLO_KEY.id())));

    joined.accept(B, HELLO);
    assertThat(joined.receive(A, ihave(List.of(HELLO_KEY.id())))).isEmpty();
  }

  @Test
  void aMessageIsSentThreeTimesToOnePeerThatAsks() {
    joined.withPeers(2);
    joined.accept(A, HELLO);
    RouterOutput answer =
        new RouterOutput.Forward(List.of(B), List.of(new TopicMessage(TOPIC, HELLO)));

    for (int i = 0; i < 3; i++) {
      assertThat(joined.receive(B, iwant(HELLO_KEY.id()))).containsExactly(answer);
    }
    assertThat(joined.receive(B, iwant(HELLO_KEY.id()))).isEmpty();
    assertThat(joined.receive(A, iwant(HELLO_KEY.id()))).hasSize(1);
  }

  @Test
  void aMessageCanBeAskedForDuringFiveHeartbeats() {
    joined.withPeers(2);
    joined.accept(A, HELLO);
    joined.beats(4);
    assertThat(joined.receive(B, iwant(HELLO_KEY.id()))).hasSize(1);
    joined.beat();
    assertThat(joined.receive(B, iwant(HELLO_KEY.id()))).isEmpty();
  }

  @Test
  void aBrokenPromiseIsHeldAgainstThePeerAndAKeptOneIsNot() {
    joined.withPeers(2);
    joined.receive(A, ihave(List.of(HELLO_KEY.id())));
    joined.receive(B, ihave(List.of(MessageKey.of(TOPIC, data("never")).id())));
    joined.receive(A, message(HELLO));

    assertThat(only(RouterOutput.Misbehaved.class, joined.beats(5)))
        .containsExactly(new RouterOutput.Misbehaved(B, Misbehaviour.PROMISE_BROKEN));
  }

  @Test
  void aMessageOfTwoTopicsPassesOnBoth() {
    joined.withPeers(2);
    joined.router.onJoin("u", joined.now);
    joined.receive(A, subscribe("u"));
    joined.accept(A, HELLO);

    Rpc onOther = Rpc.of(List.of(new TopicMessage("u", HELLO)));
    assertThat(joined.receive(A, onOther))
        .containsExactly(new RouterOutput.Validate(new TopicMessage("u", HELLO), A));
  }

  @Test
  void aMessageIsForgottenAfterTwoMinutes() {
    joined.withPeers(1);
    joined.accept(A, HELLO);
    joined.beats(119);
    assertThat(joined.receive(A, message(HELLO))).isEmpty();
    joined.now += 2 * SECOND;
    assertThat(joined.receive(A, message(HELLO))).hasSize(1);
  }

  @Test
  void aRestoredStreamIsToldAllAgain() {
    joined.withPeers(1);
    joined.beat();
    joined.router.onStreamRestored(A, joined.now);

    List<RouterOutput.Control> told = only(RouterOutput.Control.class, joined.drain());
    assertThat(told).hasSize(1);
    assertThat(told.get(0).rpc().subscriptions())
        .containsExactly(new Rpc.Subscription(TOPIC, true));
    assertThat(told.get(0).rpc().graft()).containsExactly(TOPIC);
  }

  @Test
  void aPeerThatIsGoneLeavesNothingInTheMesh() {
    joined.withPeers(3);
    joined.beat();
    joined.router.onPeerGone(A, joined.now);

    assertThat(joined.router.mesh(TOPIC)).containsExactlyInAnyOrder(B, Peers.id(3));
    assertThat(joined.receive(A, graft(TOPIC))).as("of a peer unknown").isEmpty();
    assertThat(joined.receive(STRANGER, message(HELLO))).isEmpty();
  }

  @Test
  void anUnsubscribedPeerLeavesTheMesh() {
    joined.withPeers(2);
    joined.beat();
    joined.receive(A, unsubscribe(TOPIC));

    assertThat(joined.router.mesh(TOPIC)).containsExactly(B);
  }

  @Test
  void everyHeartbeatDoesTheSameThingsInOrder() {
    RouterState state = new RouterState(GossipConfig.defaults(), new SplittableRandom(1));
    Membership membership = new Membership(state);
    Heartbeat heartbeat =
        new Heartbeat(state, membership, new LazyGossip(state), new MessagePath(state));

    assertThat(heartbeat.passNames())
        .startsWith("give up on verdicts", "expire", "drop the graylisted")
        .endsWith("announce", "tell of lonely topics", "begin anew");
  }
}
