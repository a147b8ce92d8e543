package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.AT;
import static io.surgemesh.dht.TestPeers.MINUTE;
import static io.surgemesh.dht.TestPeers.SECOND;
import static io.surgemesh.dht.TestPeers.address;
import static io.surgemesh.dht.TestPeers.drain;
import static io.surgemesh.dht.TestPeers.info;
import static io.surgemesh.dht.TestPeers.infos;
import static io.surgemesh.dht.TestPeers.key;
import static io.surgemesh.dht.TestPeers.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class KademliaTest {
  private final Kademlia lonely =
      new Kademlia(
          peer(0),
          List.of(),
          DhtConfig.defaults(),
          null,
          false,
          () -> Instant.EPOCH,
          new SplittableRandom(1));

  @Test
  void aPeerEntersTheTableWhenItAnsweredAndLeavesWhenItIsSilent() {
    meet(1);
    assertThat(lonely.table().size()).isEqualTo(1);
    drain(lonely);
    lonely.findPeer(1, peer(9), List.of(), 1);
    assertThat(drain(lonely)).hasSize(1);
    lonely.onAnswer(call(2, 1), closer(List.of(info(2), info(3))), AT, 2);
    assertThat(lonely.table().size()).isEqualTo(1);
    lonely.onAnswer(call(2, 2), closer(List.of()), AT, 3);
    assertThat(lonely.table().size()).isEqualTo(2);
    lonely.onFailure(call(2, 3), Failure.SILENT, 4);
    lonely.onFailure(call(1, 1), Failure.SILENT, 5);
    assertThat(lonely.table().size()).isEqualTo(1);
    assertThat(drain(lonely)).contains(new KademliaOutput.PeerFound(1, Optional.empty()));
  }

  @Test
  void aPeerThatOnlySaysThatItServesDoesNotEnter() {
    lonely.onIdentified(peer(1), AT, 0);
    assertThat(lonely.table().size()).isZero();
    KadMessage askingForUs = KadMessage.of(KadMessage.Type.FIND_NODE, peer(0).bytes());
    assertThat(asks(drain(lonely)))
        .containsExactly(
            new KademliaOutput.Ask(call(0, 1), new PeerInfo(peer(1), List.of()), askingForUs));
    lonely.onFailure(call(0, 1), Failure.SILENT, 1);
    assertThat(lonely.table().size()).isZero();
  }

  @Test
  void whoHangsUpBeforeItIsSeenWhereDoesNotEnterTheTable() {
    for (int i = 1; i <= 100; i++) {
      lonely.onIdentified(peer(i), null, 0);
      assertThat(drain(lonely)).as("nor is it asked").isEmpty();
      lonely.onIdentified(peer(i), AT, 0);
      lonely.onAnswer(call(Call.PROBE, i), closer(List.of()), null, 0);
      drain(lonely);
    }
    assertThat(lonely.table().size()).isZero();
    meet(1);
    lonely.onAnswer(call(Call.PROBE, 1), closer(List.of()), null, 1);
    assertThat(lonely.table().size()).as("of whom that is known").isEqualTo(1);
  }

  @Test
  void whatThisHostCouldNotAskSaysNothingOfAPeer() {
    meet(1);
    meet(2);
    drain(lonely);
    lonely.findPeer(1, peer(9), List.of(), 1);
    drain(lonely);
    lonely.onFailure(call(2, 1), Failure.UNASKED, 2);
    lonely.onProbed(peer(2), Probing.Outcome.UNTRIED, 2);
    assertThat(lonely.table().size()).isEqualTo(2);
    lonely.onFailure(call(2, 2), Failure.UNASKED, 3);
    assertThat(drain(lonely)).as("the search is over all the same").isNotEmpty();
    assertThat(lonely.table().size()).isEqualTo(2);
  }

  @Test
  void whomAProbeFindsGoneIsNoHintAnyMore() {
    Kademlia hinted =
        new Kademlia(
            TestMembers.peer(0),
            List.of(),
            DhtConfig.defaults(),
            HintsConfig.defaults(),
            false,
            () -> Instant.ofEpochSecond(TestMembers.NOW),
            new SplittableRandom(1));
    Member member = TestMembers.member(1);
    HintClaims claims = new HintClaims(peer(2), List.of(member), List.of(), List.of());
    hinted.hint((hints, now) -> hints.onVerified(claims, false, now), 0);
    Call probe = new Call(Call.PROBE, member.peerId());
    hinted.onAnswer(probe, closer(List.of()), AT, 0);
    hinted.onProbed(member.peerId(), Probing.Outcome.UNTRIED, 1);
    assertThat(hinted.hints().find(member.peerId())).isEqualTo(member);
    hinted.onProbed(member.peerId(), Probing.Outcome.SILENT, 1);
    assertThat(hinted.hints().find(member.peerId())).isNull();
    assertThat(drain(hinted)).contains(new KademliaOutput.Hint(new Hints.Output.SignLeave(member)));
  }

  @Test
  void anAnswerOfAnotherTypeCountsAsSilence() {
    meet(1);
    drain(lonely);
    lonely.onAnswer(call(1, 1), KadMessage.of(KadMessage.Type.PING, peer(0).bytes()), AT, 1);
    assertThat(lonely.table().size()).isZero();
  }

  @Test
  void aSearchForAPeerIsOverWhenThatPeerAnswers() {
    meet(1);
    meet(2);
    drain(lonely);
    lonely.findPeer(7, peer(5), List.of(), 2);
    List<KademliaOutput.Ask> first = asks(drain(lonely));
    assertThat(first).extracting(ask -> ask.call().peer()).contains(peer(1), peer(2)).hasSize(2);
    lonely.onAnswer(first.get(0).call(), closer(List.of(info(5), info(6))), AT, 3);
    List<KademliaOutput.Ask> next = asks(drain(lonely));
    assertThat(next).extracting(ask -> ask.call().peer()).containsExactly(peer(5));
    lonely.onAnswer(next.get(0).call(), closer(List.of()), AT, 4);
    assertThat(drain(lonely))
        .containsExactly(
            new KademliaOutput.Cancel(first.get(1).call()),
            new KademliaOutput.PeerFound(7, Optional.of(info(5))));
  }

  @Test
  void anOldAddressOfAPeerIsTriedFirst() {
    lonely.findPeer(7, peer(5), List.of(address(5)), 2);
    List<KademliaOutput.Ask> asks = asks(drain(lonely));
    assertThat(asks).extracting(KademliaOutput.Ask::peer).containsExactly(info(5));
    lonely.onAnswer(asks.get(0).call(), closer(List.of()), AT, 3);
    assertThat(drain(lonely)).contains(new KademliaOutput.PeerFound(7, Optional.of(info(5))));
  }

  @Test
  void thisPeerIsNeitherFoundNorAProvider() {
    lonely.findPeer(7, peer(0), List.of(), 0);
    assertThat(drain(lonely)).containsExactly(new KademliaOutput.PeerFound(7, Optional.empty()));
    meet(1);
    lonely.onAnswer(call(1, 1), closer(List.of()), AT, 1);
    drain(lonely);
    lonely.findProviders(8, key("a"), 10, 2);
    Call ask = asks(drain(lonely)).get(0).call();
    List<PeerInfo> told = List.of(info(0), info(3));
    lonely.onAnswer(
        ask, new KadMessage(KadMessage.Type.GET_PROVIDERS, key("a"), List.of(), told), AT, 3);
    assertThat(drain(lonely))
        .containsExactly(new KademliaOutput.ProvidersFound(8, List.of(info(3))));
  }

  @Test
  void providersThatThisPeerAloneWasToldOfDoNotEndASearch() {
    KadMessage announcing =
        new KadMessage(KadMessage.Type.ADD_PROVIDER, key("a"), List.of(), infos(1, 2));
    lonely.onRequest(peer(1), TestPeers.AT, announcing, 0);
    assertThat(drain(lonely)).containsExactly(new KademliaOutput.Keep(peer(1), announcing));
    lonely.findProviders(8, key("a"), 1, 2);
    assertThat(drain(lonely))
        .as("there is nobody to ask")
        .containsExactly(new KademliaOutput.ProvidersFound(8, List.of(info(1))));
    meet(2);
    drain(lonely);
    lonely.findProviders(9, key("a"), 1, 3);
    List<KademliaOutput.Ask> asks = asks(drain(lonely));
    assertThat(asks).extracting(ask -> ask.call().peer()).containsExactly(peer(2));
  }

  @Test
  void whoeverHangsUpBeforeItsRequestIsReadSharesTheRoomOfOneNetwork() {
    for (int i = 1; i < 200; i++) {
      PeerInfo provider =
          new PeerInfo(peer(i), List.of(Multiaddr.of("/ip4/8.8.1." + i + "/tcp/1")));
      lonely.onRequest(
          peer(i),
          null,
          new KadMessage(KadMessage.Type.ADD_PROVIDER, key("a"), List.of(), List.of(provider)),
          0);
    }
    KadMessage asking = KadMessage.of(KadMessage.Type.GET_PROVIDERS, key("a"));
    assertThat(lonely.onRequest(peer(1), null, asking, 0))
        .isInstanceOfSatisfying(
            KademliaServer.Reply.Answer.class,
            answer ->
                assertThat(answer.providers())
                    .hasSize(ProviderStore.PROVIDERS_PER_KEY_MAX / ProviderShares.PART));
  }

  @Test
  void searchesBeyondTheBoundAndAfterClosingEndAtOnce() {
    meet(1);
    for (int i = 0; i < DhtConfig.defaults().searchesMax(); i++) {
      lonely.findPeer(i, peer(9), List.of(), 1);
    }
    drain(lonely);
    lonely.findPeer(1000, peer(9), List.of(), 1);
    assertThat(drain(lonely)).containsExactly(new KademliaOutput.PeerFound(1000, Optional.empty()));
    lonely.close(2);
    assertThat(drain(lonely).stream().filter(o -> o instanceof KademliaOutput.PeerFound))
        .hasSize(DhtConfig.defaults().searchesMax());
    lonely.findProviders(1001, key("a"), 5, 3);
    assertThat(drain(lonely)).containsExactly(new KademliaOutput.ProvidersFound(1001, List.of()));
    assertThat(lonely.deadlineNanos()).isEqualTo(Kademlia.NEVER);
  }

  @Test
  void twoHundredPeersFindEachOther() {
    MachineMesh mesh = MachineMesh.joined(1, 200);
    assertThat(mesh.nodes()).allMatch(node -> node.joined() != null);
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 200; i++) {
      MachineMesh.Node asker = mesh.node(random.nextInt(200));
      PeerId wanted = mesh.node(random.nextInt(200)).peer();
      Optional<PeerInfo> found = asker.find(wanted);
      assertThat(found.isPresent()).isNotEqualTo(asker.peer().equals(wanted));
    }
  }

  @Test
  void theSameSeedGivesTheSameTrace() {
    assertThat(MachineMesh.joined(5, 60).trace()).isEqualTo(MachineMesh.joined(5, 60).trace());
    assertThat(MachineMesh.joined(6, 60).trace()).isNotEqualTo(MachineMesh.joined(5, 60).trace());
  }

  @Test
  void providersAreFoundUntilTheyAreGoneForHalfAnHour() {
    MachineMesh mesh = MachineMesh.joined(3, 100);
    List<PeerInfo> announced = new ArrayList<>();
    for (int i = 10; i < 30; i++) {
      mesh.node(i).announce(key("gpu"));
      announced.add(info(i));
    }
    mesh.runUntil(mesh.nowNanos() + 10 * SECOND);
    assertThat(mesh.node(60).findProviders(key("gpu"), 256)).hasSameElementsAs(announced);
    assertThat(mesh.node(70).findProviders(key("gpu"), 5)).hasSize(5);
    mesh.runUntil(mesh.nowNanos() + 120 * MINUTE);
    assertThat(mesh.node(80).findProviders(key("gpu"), 256)).hasSameElementsAs(announced);
    announced.forEach(
        peer ->
            mesh.nodes().stream()
                .filter(node -> node.peer().equals(peer.peerId()))
                .forEach(MachineMesh.Node::crash));
    mesh.runUntil(mesh.nowNanos() + 31 * MINUTE);
    assertThat(mesh.node(90).findProviders(key("gpu"), 256)).isEmpty();
  }

  @Test
  void searchesSucceedWhenATenthIsDeadAndNobodyNoticedYet() {
    MachineMesh mesh = MachineMesh.joined(4, 200);
    for (int i = 20; i < 40; i++) {
      mesh.node(i).crash();
    }
    for (int i = 0; i < 100; i++) {
      assertThat(mesh.node(40 + i).find(mesh.node(199 - i).peer()).isPresent())
          .isEqualTo(40 + i != 199 - i);
    }
    // Of a dead peer that was not asked to the end, what others said is returned.
    long deadFound =
        IntStream.range(20, 40)
            .filter(dead -> mesh.node(150).find(mesh.node(dead).peer()).isPresent())
            .count();
    assertThat(deadFound).isLessThanOrEqualTo(2);
  }

  @Test
  void searchesSucceedAmongLiarsThatNameOnlyStrangers() {
    MachineMesh mesh = MachineMesh.joined(4, 200);
    for (int i = 20; i < 40; i++) {
      int from = 1000 + 20 * i;
      mesh.node(i)
          .lie(
              request ->
                  new KadMessage(request.type(), request.key(), infos(from, from + 20), List.of()));
    }
    for (int i = 0; i < 60; i++) {
      assertThat(mesh.node(40 + i).find(mesh.node(199 - i).peer())).isPresent();
    }
    assertThat(mesh.node(150).machine().table().size()).isPositive();
  }

  /** A peer says that it speaks our protocol, and answers. */
  private void meet(int number) {
    lonely.onIdentified(peer(number), AT, 0);
    lonely.onAnswer(call(Call.PROBE, number), closer(List.of()), AT, 0);
  }

  private static Call call(long search, int number) {
    return new Call(search, peer(number));
  }

  private static KadMessage closer(List<PeerInfo> peers) {
    return new KadMessage(KadMessage.Type.FIND_NODE, key("any"), peers, List.of());
  }

  private static List<KademliaOutput.Ask> asks(List<KademliaOutput> outputs) {
    return outputs.stream()
        .filter(output -> output instanceof KademliaOutput.Ask)
        .map(output -> (KademliaOutput.Ask) output)
        .toList();
  }
}
