package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.drain;
import static io.surgemesh.dht.TestPeers.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.Anchors.Link;
import io.surgemesh.dht.Anchors.Output;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class AnchorsTest {
  private static final int PEERS = 60;
  private static final IpGroups GROUPS = new IpGroups(PEERS, false);

  private final RoutingTable table = new RoutingTable(peer(0), 20, GROUPS);
  private final Anchors anchors = anchors(GROUPS, Anchors.ANCHORS_MAX);
  private long now;

  private Anchors anchors(IpGroups groups, int anchorsMax) {
    for (int i = 1; i <= PEERS; i++) {
      table.onSeen(peer(i), IpGroups.NONE, 0, 1);
    }
    return new Anchors(table, groups, anchorsMax, new SplittableRandom(1));
  }

  /** A connection that we dialled, in a network. */
  private static Link dialled(int peer, int network) {
    return new Link(peer(peer), Multiaddr.of("/ip4/8." + network + ".1.1/tcp/1"), true);
  }

  private static List<Link> links(int count) {
    List<Link> links = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      links.add(dialled(i, i));
    }
    return links;
  }

  private List<Output> look(List<Link> links) {
    anchors.onLinks(links, now);
    return drain(anchors);
  }

  /** Lets time pass until the machine looks. */
  private void pass() {
    now = anchors.deadlineNanos();
    anchors.onTimeout(now);
    assertThat(drain(anchors)).containsExactly(new Output.Look());
  }

  @Test
  void itLooksAMomentAfterTheStart() {
    anchors.start(0);
    assertThat(anchors.deadlineNanos()).isBetween(1L, 2 * Anchors.GAP_MIN_NANOS);
    pass();
    assertThat(look(links(12))).hasSize(12).allMatch(Output.Keep.class::isInstance);
    assertThat(anchors.deadlineNanos()).isEqualTo(now + Anchors.LOOK_NANOS);
    pass();
    assertThat(look(links(12))).isEmpty();
  }

  @Test
  void twelveStayHoweverManyAreConnected() {
    assertThat(look(links(40))).hasSize(12).doesNotContain(new Output.Keep(peer(13)));
    assertThat(look(links(40).subList(1, 40)))
        .containsExactly(new Output.Release(peer(1)), new Output.Keep(peer(13)));
  }

  @Test
  void ofOneNetworkThereIsOne() {
    List<Link> links = new ArrayList<>();
    for (int i = 1; i <= 30; i++) {
      links.add(dialled(i, i % 3));
    }
    links.add(dialled(31, 77));
    assertThat(look(links))
        .filteredOn(Output.Keep.class::isInstance)
        .containsExactly(
            new Output.Keep(peer(1)),
            new Output.Keep(peer(2)),
            new Output.Keep(peer(3)),
            new Output.Keep(peer(31)));
  }

  @Test
  void whereGroupsAreNotLimitedAllMayBeOfOneNetwork() {
    IpGroups unlimited = new IpGroups(DhtConfig.IP_GROUP_PEERS_ALL, true);
    Anchors inOneNetwork = anchors(unlimited, Anchors.ANCHORS_MAX);
    List<Link> links = new ArrayList<>();
    for (int i = 1; i <= 30; i++) {
      links.add(dialled(i, 1));
    }
    inOneNetwork.onLinks(links, now);
    assertThat(drain(inOneNetwork)).filteredOn(Output.Keep.class::isInstance).hasSize(12);
  }

  @Test
  void whoDialledUsOrIsNotInTheTableIsNone() {
    List<Link> links = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      links.add(new Link(peer(i), Multiaddr.of("/ip4/8." + i + ".1.1/tcp/1"), false));
      links.add(dialled(PEERS + i, 100 + i));
    }
    assertThat(look(links)).noneMatch(Output.Keep.class::isInstance);
  }

  @Test
  void anAnchorThatLeavesTheTableIsLetGo() {
    look(links(12));
    table.onSilent(peer(5));
    assertThat(look(links(12))).contains(new Output.Release(peer(5)));
  }

  @Test
  void whileThereAreTooFewAPeerNotConnectedIsDialledEverMoreRarely() {
    anchors.start(0);
    Set<PeerId> asked = new HashSet<>();
    List<Long> times = new ArrayList<>();
    while (times.size() < 12) {
      pass();
      for (Output output : look(links(7))) {
        if (output instanceof Output.Dial dial) {
          asked.add(dial.peer());
          times.add(now);
        }
      }
    }
    assertThat(asked).hasSizeGreaterThan(4).doesNotContain(peer(1), peer(7));
    assertThat(times.get(1) - times.get(0)).isLessThan(2 * Anchors.GAP_MIN_NANOS);
    assertThat(times.get(11) - times.get(10))
        .isBetween(Anchors.GAP_MAX_NANOS / 2, 2 * Anchors.GAP_MAX_NANOS);
  }

  @Test
  void whomItDialledIsLookedAtAsSoonAsItIsReached() {
    anchors.start(0);
    pass();
    Output.Dial dial = (Output.Dial) look(List.of()).get(0);
    anchors.onReached(peer(PEERS + 1));
    assertThat(drain(anchors)).isEmpty();
    anchors.onReached(dial.peer());
    assertThat(drain(anchors)).containsExactly(new Output.Look());
  }

  @Test
  void inAMeshOfFewNobodyIsDialledTwiceOver() {
    List<Link> all = links(PEERS).subList(0, 8);
    for (int i = 9; i <= PEERS; i++) {
      table.onSilent(peer(i));
    }
    assertThat(look(all)).hasSize(8).allMatch(Output.Keep.class::isInstance);
  }

  @Test
  void afterTheEndAllAreLetGoAndNothingIsDone() {
    anchors.start(0);
    look(links(12));
    anchors.close();
    assertThat(drain(anchors)).hasSize(12).allMatch(Output.Release.class::isInstance);
    assertThat(look(links(20))).isEmpty();
    assertThat(anchors.deadlineNanos()).isEqualTo(Anchors.NEVER);
  }

  @Test
  void withoutAnchorsNothingHappens() {
    Anchors none = anchors(GROUPS, 0);
    none.start(0);
    assertThat(none.deadlineNanos()).isEqualTo(Anchors.NEVER);
  }
}
