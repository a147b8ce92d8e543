package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException.Unreachable.Reason;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DialPlanTest {
  private static final PeerId PEER = KeyPair.fromSeed(new byte[32]).peerId();
  private static final PeerId OTHER = KeyPair.fromSeed(seed()).peerId();
  private static final long STAGGER = Duration.ofMillis(250).toNanos();
  private static final long DEADLINE = Duration.ofSeconds(30).toNanos();
  private static final Multiaddr OWN = Multiaddr.of("/ip4/192.0.2.99/tcp/4001");

  private final DialHistory history = new DialHistory();
  private final DialPlan plan = plan(PEER);

  private static byte[] seed() {
    byte[] seed = new byte[32];
    seed[0] = 1;
    return seed;
  }

  private DialPlan plan(PeerId peer) {
    return new DialPlan(peer, OWN::equals, history, DialLimits.defaults(), DEADLINE);
  }

  private static List<Multiaddr> list(String... texts) {
    return Arrays.stream(texts).map(Multiaddr::of).toList();
  }

  private static List<Multiaddr> numbered(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> Multiaddr.of("/ip4/192.0.2." + i + "/tcp/4001"))
        .toList();
  }

  private List<DialPlan.Output> drain() {
    return drain(plan);
  }

  private static List<DialPlan.Output> drain(DialPlan plan) {
    return Stream.generate(plan::poll).takeWhile(output -> output != null).toList();
  }

  /** Returns what is to be dialled, of the outputs until now. */
  private List<String> dials() {
    return drain().stream()
        .filter(DialPlan.Output.Connect.class::isInstance)
        .map(output -> ((DialPlan.Output.Connect) output).target().address().toString())
        .toList();
  }

  private static DialTarget learned(Multiaddr address) {
    return new DialTarget(address, address, PEER, false);
  }

  private void fail(String address, Reason reason, long nowNanos) {
    plan.onFailed(learned(Multiaddr.of(address)), reason, nowNanos);
  }

  @Test
  void attemptsBeginAStaggerApart() {
    plan.start(List.of(), numbered(3), 0);
    assertThat(dials()).containsExactly("/ip4/192.0.2.1/tcp/4001");
    assertThat(plan.deadlineNanos()).isEqualTo(STAGGER);
    plan.onTimeout(STAGGER - 1);
    assertThat(dials()).isEmpty();
    plan.onTimeout(STAGGER);
    assertThat(dials()).containsExactly("/ip4/192.0.2.2/tcp/4001");
    plan.onTimeout(2 * STAGGER);
    assertThat(dials()).containsExactly("/ip4/192.0.2.3/tcp/4001");
    assertThat(plan.deadlineNanos()).isEqualTo(DEADLINE);
  }

  @Test
  void aFailureStartsTheNextAttemptAtOnce() {
    plan.start(List.of(), numbered(2), 0);
    drain();
    fail("/ip4/192.0.2.1/tcp/4001", Reason.CONNECT_FAILED, 5);
    assertThat(dials()).containsExactly("/ip4/192.0.2.2/tcp/4001");
  }

  @Test
  void noMoreThanTheBoundRunAtOnce() {
    plan.start(List.of(), numbered(12), 0);
    for (int i = 1; i < 20; i++) {
      plan.onTimeout(i * STAGGER);
    }
    assertThat(dials()).hasSize(8);
    assertThat(plan.deadlineNanos()).isEqualTo(DEADLINE);
    fail("/ip4/192.0.2.3/tcp/4001", Reason.CONNECT_FAILED, 20 * STAGGER);
    assertThat(dials()).containsExactly("/ip4/192.0.2.9/tcp/4001");
  }

  @Test
  void namedAddressesComeFirstThenNearOnesAndFamiliesTakeTurns() {
    plan.start(
        list("/ip4/192.0.2.7/tcp/1"),
        list(
            "/ip4/192.0.2.1/tcp/1",
            "/ip4/192.0.2.2/tcp/1",
            "/ip6/2001:db8::1/tcp/1",
            "/ip4/10.0.0.1/tcp/1",
            "/ip6/2001:db8::2/tcp/1"),
        0);
    for (int i = 1; i < 6; i++) {
      plan.onTimeout(i * STAGGER);
    }
    assertThat(dials())
        .containsExactly(
            "/ip4/192.0.2.7/tcp/1",
            "/ip4/10.0.0.1/tcp/1",
            "/ip6/2001:db8::1/tcp/1",
            "/ip4/192.0.2.1/tcp/1",
            "/ip6/2001:db8::2/tcp/1",
            "/ip4/192.0.2.2/tcp/1");
  }

  @Test
  void onceOverTheOthersAreAbandoned() {
    plan.start(List.of(), numbered(3), 0);
    plan.onTimeout(STAGGER);
    drain();
    plan.onOver(STAGGER + 1);
    assertThat(drain())
        .containsExactly(
            new DialPlan.Output.Abandon(learned(numbered(2).get(0))),
            new DialPlan.Output.Abandon(learned(numbered(2).get(1))));
    plan.onTimeout(9 * STAGGER);
    assertThat(drain()).isEmpty();
    assertThat(plan.deadlineNanos()).isEqualTo(Machine.NEVER);
  }

  @Test
  void onceThePeerHasDialledUsWhatRunsIsNotAbandoned() {
    plan.start(List.of(), numbered(3), 0);
    drain();
    plan.onSuperseded(1);
    plan.onOver(2);
    plan.onTimeout(STAGGER);
    assertThat(drain()).isEmpty();
  }

  @Test
  void whenAllHaveFailedTheLastReasonIsTold() {
    plan.start(List.of(), numbered(2), 0);
    fail("/ip4/192.0.2.1/tcp/4001", Reason.CONNECT_FAILED, 1);
    drain();
    fail("/ip4/192.0.2.2/tcp/4001", Reason.HANDSHAKE_FAILED, 2);
    assertThat(drain())
        .containsExactly(new DialPlan.Output.Failed(numbered(2).get(1), Reason.HANDSHAKE_FAILED));
  }

  @Test
  void theDeadlineEndsEverything() {
    plan.start(List.of(), numbered(1), 0);
    drain();
    plan.onTimeout(DEADLINE);
    assertThat(drain())
        .containsExactly(
            new DialPlan.Output.Failed(numbered(1).get(0), Reason.TIMED_OUT),
            new DialPlan.Output.Abandon(learned(numbered(1).get(0))));
  }

  @Test
  void withoutAnAddressThereIsNothingToDo() {
    plan.start(List.of(), list("/ip4/0.0.0.0/tcp/1", "/ip4/192.0.2.1/udp/1/quic-v1"), 0);
    assertThat(drain()).containsExactly(new DialPlan.Output.Failed(null, Reason.NO_ADDRESS));
  }

  @Test
  void aLimitOfOursEndsTheDial() {
    plan.start(List.of(), numbered(2), 0);
    drain();
    fail("/ip4/192.0.2.1/tcp/4001", Reason.LIMIT, 1);
    assertThat(drain())
        .containsExactly(new DialPlan.Output.Failed(numbered(1).get(0), Reason.LIMIT));
    assertThat(history.refusal(PEER, numbered(1).get(0), false, 2)).isNull();
  }

  @Test
  void anAddressThatFailedLatelyIsLeftAlone() {
    history.failed(PEER, numbered(1).get(0), Reason.TIMED_OUT, 0);
    plan.start(List.of(), numbered(2), 1);
    assertThat(dials()).containsExactly("/ip4/192.0.2.2/tcp/4001");
    DialPlan next = plan(PEER);
    next.start(List.of(), numbered(1), 1);
    assertThat(drain(next))
        .containsExactly(new DialPlan.Output.Failed(numbered(1).get(0), Reason.TIMED_OUT));
    DialPlan named = plan(PEER);
    named.start(numbered(1), List.of(), 1);
    assertThat(drain(named).get(0)).isInstanceOf(DialPlan.Output.Connect.class);
  }

  @Test
  void whoAnsweredInAnothersPlaceIsForgottenAndBarred() {
    plan.start(List.of(), numbered(1), 0);
    drain();
    fail("/ip4/192.0.2.1/tcp/4001", Reason.WRONG_PEER, 1);
    assertThat(drain())
        .containsExactly(
            new DialPlan.Output.Forget(PEER, numbered(1).get(0)),
            new DialPlan.Output.Failed(numbered(1).get(0), Reason.WRONG_PEER));
    DialPlan named = plan(PEER);
    named.start(numbered(1), List.of(), 2);
    assertThat(drain(named))
        .containsExactly(new DialPlan.Output.Failed(numbered(1).get(0), Reason.WRONG_PEER));
  }

  @Test
  void ourOwnAddressIsNeverDialledAndForgotten() {
    plan.start(List.of(), List.of(OWN), 0);
    assertThat(drain())
        .containsExactly(
            new DialPlan.Output.Forget(PEER, OWN),
            new DialPlan.Output.Failed(OWN, Reason.SELF_DIAL));
  }

  @Test
  void aNameIsResolvedWhileAddressesAreTried() {
    Multiaddr name = Multiaddr.of("/dns/example.org/tcp/4001");
    plan.start(List.of(), list("/dns/example.org/tcp/4001", "/ip4/192.0.2.1/tcp/4001"), 0);
    assertThat(drain())
        .containsExactly(
            new DialPlan.Output.Resolve(name),
            new DialPlan.Output.Connect(learned(numbered(1).get(0))));
    Multiaddr found = Multiaddr.of("/ip6/2001:db8::1/tcp/4001");
    plan.onResolved(name, List.of(found), STAGGER);
    assertThat(drain())
        .containsExactly(new DialPlan.Output.Connect(new DialTarget(found, name, PEER, false)));
  }

  @Test
  void aNameThatOthersToldDoesNotLeadOntoThisMachineOrNetwork() {
    Multiaddr told = Multiaddr.of("/dns4/mesh.example/tcp/4001");
    List<Multiaddr> near = list("/ip4/127.0.0.1/tcp/4001", "/ip4/192.168.0.7/tcp/4001");
    plan.start(List.of(), List.of(told), 0);
    drain();
    plan.onResolved(told, near, 0);
    assertThat(drain()).containsExactly(new DialPlan.Output.Failed(told, Reason.CONNECT_FAILED));
    DialPlan named = plan(PEER);
    named.start(List.of(told), List.of(), 0);
    drain(named);
    named.onResolved(told, near, 0);
    assertThat(drain(named)).hasSize(1).allMatch(DialPlan.Output.Connect.class::isInstance);
  }

  @Test
  void aNameThatNobodyKnowsFails() {
    Multiaddr name = Multiaddr.of("/dns4/example.org/tcp/4001");
    plan.start(List.of(name), List.of(), 0);
    drain();
    plan.onResolved(name, List.of(), 1);
    assertThat(drain()).containsExactly(new DialPlan.Output.Failed(name, Reason.CONNECT_FAILED));
  }

  @Test
  void aDnsaddrLeadsToAddressesThatEndAsItDoes() {
    DialPlan any = plan(null);
    Multiaddr name = Multiaddr.of("/dnsaddr/example.org/p2p/" + PEER);
    any.start(List.of(name), List.of(), 0);
    assertThat(drain(any)).containsExactly(new DialPlan.Output.Resolve(name));
    any.onResolved(
        name, list("/ip4/192.0.2.5/tcp/1/p2p/" + OTHER, "/ip4/192.0.2.6/tcp/1/p2p/" + PEER), 1);
    Multiaddr right = Multiaddr.of("/ip4/192.0.2.6/tcp/1");
    assertThat(drain(any))
        .containsExactly(new DialPlan.Output.Connect(new DialTarget(right, right, PEER, true)));
  }

  @Test
  void aDnsaddrOfAKnownPeerDoesNotLeadToOthers() {
    Multiaddr name = Multiaddr.of("/dnsaddr/example.org");
    plan.start(List.of(), List.of(name), 0);
    drain();
    plan.onResolved(name, list("/ip4/192.0.2.5/tcp/1/p2p/" + OTHER), 1);
    assertThat(drain()).containsExactly(new DialPlan.Output.Failed(null, Reason.NO_ADDRESS));
  }

  @Test
  void namesThatLeadToNamesForEverEnd() {
    plan.start(List.of(), list("/dnsaddr/0.example.org"), 0);
    List<Multiaddr> asked = new ArrayList<>();
    boolean failed = false;
    for (int i = 0; !failed; i++) {
      for (DialPlan.Output output : drain()) {
        if (output instanceof DialPlan.Output.Resolve resolve) {
          asked.add(resolve.name());
        }
        failed |= output instanceof DialPlan.Output.Failed;
      }
      if (!failed) {
        // Each stands for itself and for two that are new.
        Multiaddr name = asked.get(i);
        plan.onResolved(name, List.of(name, nested(2 * i + 1), nested(2 * i + 2)), i);
      }
    }
    assertThat(asked).hasSizeBetween(4, DialLimits.defaults().lookupsMax()).doesNotHaveDuplicates();
  }

  private static Multiaddr nested(int number) {
    return Multiaddr.of("/dnsaddr/" + number + ".example.org");
  }

  @Test
  void howManyAddressesAreTriedIsBounded() {
    plan.start(List.of(), numbered(200), 0);
    int dialled = 0;
    for (int now = 1; plan.deadlineNanos() != Machine.NEVER; now++) {
      for (String address : dials()) {
        dialled++;
        fail(address, Reason.CONNECT_FAILED, now);
      }
    }
    assertThat(dialled).isEqualTo(DialLimits.defaults().attemptsMax());
  }
}
