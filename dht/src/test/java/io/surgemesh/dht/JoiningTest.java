package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.SECOND;
import static io.surgemesh.dht.TestPeers.address;
import static io.surgemesh.dht.TestPeers.drain;
import static io.surgemesh.dht.TestPeers.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.Joining.Output;
import io.surgemesh.machine.Machine;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class JoiningTest {
  private final RoutingTable table = new RoutingTable(peer(0), 2, new IpGroups(2, false));
  private final Joining joining =
      new Joining(List.of(address(1), address(2)), table, new SplittableRandom(1));

  /** Joins through the first address alone. */
  private void join() {
    joining.start(0);
    joining.onDialed(address(1), peer(1), 1);
    enter(1);
    joining.onLookedUp(1);
    joining.onDialFailed(address(2), 2);
    drain(joining);
  }

  private void enter(int number) {
    table.onSeen(peer(number), IpGroups.NONE, 0, 1);
    joining.onTable(table.size(), 1);
  }

  /** Lets time pass until the next deadline. */
  private List<Output> next() {
    joining.onTimeout(joining.deadlineNanos());
    return drain(joining);
  }

  @Test
  void theFirstPeerOfAMeshHasJoinedAtOnceAndLooksAroundWhenItIsDialled() {
    Joining first = new Joining(List.of(), table, new SplittableRandom(1));
    first.start(0);
    assertThat(drain(first)).containsExactly(new Output.Joined(0));
    first.onTable(1, SECOND);
    assertThat(drain(first)).containsExactly(new Output.LookUpSelf(List.of()));
    first.onLookedUp(2 * SECOND);
    assertThat(drain(first)).isEmpty();
    assertThat(first.deadlineNanos()).isEqualTo(Machine.NEVER);
  }

  @Test
  void aBootstrapPeerThatKnowsHardlyAnybodyIsNotTheOnlyOneAsked() {
    joining.start(0);
    drain(joining);
    joining.onDialed(address(1), peer(1), 1);
    joining.onDialed(address(2), peer(2), 2);
    assertThat(drain(joining)).containsExactly(new Output.LookUpSelf(List.of(peer(1))));
    enter(1);
    joining.onLookedUp(3);
    assertThat(drain(joining)).containsExactly(new Output.LookUpSelf(List.of(peer(2))));
    enter(2);
    joining.onLookedUp(4);
    assertThat(drain(joining)).containsExactly(new Output.Joined(2));
  }

  @Test
  void whoIsRememberedIsDialledAlongWithTheBootstrapPeers() {
    joining.onRemembered(List.of(address(3), address(1)));
    joining.start(0);
    assertThat(drain(joining))
        .containsExactly(
            new Output.Dial(address(1)), new Output.Dial(address(2)), new Output.Dial(address(3)));
    joining.onDialFailed(address(1), 1);
    joining.onDialFailed(address(2), 1);
    joining.onDialed(address(3), peer(3), 2);
    assertThat(drain(joining)).containsExactly(new Output.LookUpSelf(List.of(peer(3))));
    enter(3);
    joining.onLookedUp(3);
    assertThat(drain(joining)).containsExactly(new Output.Joined(1));
  }

  @Test
  void withoutBootstrapPeersNobodyWaitsForThoseRemembered() {
    Joining first = new Joining(List.of(), table, new SplittableRandom(1));
    first.onRemembered(List.of(address(3)));
    first.start(0);
    assertThat(drain(first)).containsExactly(new Output.Joined(0), new Output.Dial(address(3)));
    first.onDialFailed(address(3), 1);
    assertThat(drain(first)).containsExactly(new Output.Recall());
    first.onTimeout(first.deadlineNanos());
    assertThat(drain(first)).containsExactly(new Output.Dial(address(3)));
  }

  @Test
  void itLooksForItselfAsSoonAsOneAddressAnswered() {
    joining.start(0);
    assertThat(drain(joining))
        .containsExactly(new Output.Dial(address(1)), new Output.Dial(address(2)));
    joining.onDialed(address(2), peer(2), 1);
    assertThat(drain(joining)).containsExactly(new Output.LookUpSelf(List.of(peer(2))));
    joining.onTable(5, 2);
    joining.onLookedUp(2);
    assertThat(drain(joining)).containsExactly(new Output.Joined(5));
    joining.onDialed(address(1), peer(1), 3);
    assertThat(drain(joining)).isEmpty();
  }

  @Test
  void aBootstrapPeerThatDoesNotAnswerQueriesIsNotTheEnd() {
    joining.start(0);
    drain(joining);
    joining.onDialed(address(1), peer(1), 1);
    joining.onDialed(address(2), peer(2), 2);
    assertThat(drain(joining)).containsExactly(new Output.LookUpSelf(List.of(peer(1))));
    joining.onLookedUp(3);
    assertThat(drain(joining)).containsExactly(new Output.LookUpSelf(List.of(peer(2))));
    joining.onTable(1, 4);
    joining.onLookedUp(4);
    assertThat(drain(joining)).containsExactly(new Output.Joined(1));
  }

  @Test
  void failureIsToldOnceAndAttemptsGoOnEverMoreSlowly() {
    joining.start(0);
    drain(joining);
    joining.onDialFailed(address(1), 1);
    assertThat(drain(joining)).isEmpty();
    joining.onDialFailed(address(2), 2);
    assertThat(drain(joining)).containsExactly(new Output.Failed(), new Output.Recall());
    long pauseBefore = 0;
    long now = 2;
    for (int i = 0; i < 4; i++) {
      long pause = joining.deadlineNanos() - now;
      assertThat(pause).isGreaterThan(pauseBefore);
      pauseBefore = pause;
      now += pause;
      joining.onTimeout(now);
      assertThat(drain(joining)).hasSize(2).allMatch(output -> output instanceof Output.Dial);
      joining.onDialFailed(address(1), now);
      joining.onDialFailed(address(2), now);
      assertThat(drain(joining)).containsExactly(new Output.Recall());
    }
    assertThat(joining.deadlineNanos() - now).isBetween(12 * SECOND, 18 * SECOND);
  }

  @Test
  void aDialWithoutEndIsNotWaitedFor() {
    joining.start(0);
    drain(joining);
    joining.onDialFailed(address(1), 1);
    assertThat(joining.deadlineNanos()).isEqualTo(Joining.DIAL_NANOS);
    joining.onTimeout(Joining.DIAL_NANOS);
    assertThat(drain(joining)).containsExactly(new Output.Failed(), new Output.Recall());
  }

  @Test
  void aPeerThatLostAllOthersJoinsAgainThroughThoseItHasMet() {
    joining.start(0);
    joining.onDialed(address(1), peer(1), 1);
    joining.onTable(1, 2);
    joining.onLookedUp(2);
    drain(joining);
    joining.onTable(0, 10 * SECOND);
    assertThat(drain(joining)).containsExactly(new Output.Recall());
    joining.onRemembered(List.of(address(7)));
    joining.onTimeout(12 * SECOND);
    assertThat(drain(joining))
        .containsExactly(
            new Output.Dial(address(1)), new Output.Dial(address(2)), new Output.Dial(address(7)));
    joining.onRemembered(List.of(address(8)));
    joining.onTimeout(joining.deadlineNanos());
    assertThat(drain(joining)).containsExactly(new Output.Recall());
    joining.onTimeout(joining.deadlineNanos());
    assertThat(drain(joining)).endsWith(new Output.Dial(address(8))).hasSize(3);
  }

  @Test
  void whoeverLostAllOthersGoesOnThoughItWasGivenNobodyToAsk() {
    Joining first = new Joining(List.of(), table, new SplittableRandom(1));
    first.start(0);
    first.onTable(1, 1);
    first.onLookedUp(2);
    drain(first);
    first.onTable(0, 10 * SECOND);
    assertThat(drain(first)).containsExactly(new Output.Recall());
    first.onRemembered(List.of(address(7)));
    first.onTimeout(first.deadlineNanos());
    assertThat(drain(first)).containsExactly(new Output.Dial(address(7)));
  }

  @Test
  void whoIsDialledWhileNoBootstrapAddressAnswersHasJoined() {
    joining.start(0);
    drain(joining);
    joining.onTable(1, 1);
    joining.onDialFailed(address(1), 2);
    joining.onDialFailed(address(2), 2);
    assertThat(drain(joining)).containsExactly(new Output.LookUpSelf(List.of()));
    joining.onTable(3, 3);
    joining.onLookedUp(3);
    assertThat(drain(joining)).containsExactly(new Output.Joined(3));
  }

  @Test
  void aBootstrapPeerThatTheTableLacksIsDialledAgainAndAgain() {
    join();
    for (int i = 0; i < 5; i++) {
      assertThat(next()).containsExactly(new Output.Dial(address(2)));
      joining.onDialFailed(address(2), SECOND);
      assertThat(drain(joining)).isEmpty();
    }
    assertThat(next()).containsExactly(new Output.Dial(address(2)));
    joining.onDialed(address(2), peer(2), SECOND);
    assertThat(drain(joining)).containsExactly(new Output.LookUpSelf(List.of(peer(2))));
    enter(2);
    joining.onLookedUp(SECOND);
    assertThat(next()).isEmpty();
    table.onSilent(peer(1));
    assertThat(next()).containsExactly(new Output.Dial(address(1)));
  }

  @Test
  void oneThatAnswersAndNeverEntersTheTableIsAskedEverMoreRarely() {
    join();
    int lookups = 0;
    for (int i = 0; i < 64; i++) {
      assertThat(next()).containsExactly(new Output.Dial(address(2)));
      joining.onDialed(address(2), peer(2), SECOND);
      lookups += drain(joining).size();
      joining.onLookedUp(SECOND);
    }
    assertThat(lookups).isEqualTo(7);
  }

  @Test
  void inALargeMeshFewDialBootstrapPeersThatTheirTablesLack() {
    join();
    for (int i = 100; i < 1000; i++) {
      table.onSeen(peer(i), IpGroups.NONE, 0, 1);
    }
    int depth = table.firstUnfilledIndex();
    assertThat(depth).isGreaterThan(6);
    int dials = 0;
    for (int i = 0; i < 10 << depth; i++) {
      dials += next().size();
    }
    assertThat(dials).isBetween(3, 30);
  }
}
