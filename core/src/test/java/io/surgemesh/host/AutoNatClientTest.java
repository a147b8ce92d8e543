package io.surgemesh.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.AutoNatClient.Candidate;
import io.surgemesh.host.AutoNatClient.Output;
import io.surgemesh.host.AutoNatMessage.Response;
import io.surgemesh.host.AutoNatMessage.Status;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AutoNatClientTest {
  private static final Multiaddr HOME = Multiaddr.of("/ip4/203.0.113.7/tcp/4001");
  private static final Multiaddr LAN = Multiaddr.of("/ip4/192.168.1.5/tcp/4001");
  private static final Multiaddr LOOPBACK = Multiaddr.of("/ip4/127.0.0.1/tcp/4001");
  private static final Response FAILED = Response.of(Status.DIAL_ERROR);
  private static final Response REACHED = new Response(Status.OK, HOME.bytes());
  private static final Duration HOUR = Duration.ofHours(1);

  private final AutoNatClient client =
      new AutoNatClient(peer(0), AutoNatConfig.defaults(), new SplittableRandom(1));
  private final List<Reachability> verdicts = new ArrayList<>();
  private final List<PeerId> asked = new ArrayList<>();
  private List<Multiaddr> own = List.of(HOME);
  private List<Candidate> candidates = List.of();
  private AutoNatMessage.Dial question = new AutoNatMessage.Dial(Bytes.EMPTY, List.of());
  private long now;

  AutoNatClientTest() {
    client.start(0);
  }

  private static PeerId peer(int index) {
    return KeyPair.fromSeed(ByteBuffer.allocate(32).putInt(index).array()).peerId();
  }

  private static Candidate at(int peer, String ip) {
    return new Candidate(peer(peer), Multiaddr.of("/ip4/" + ip + "/tcp/4001"), true);
  }

  private static List<Candidate> ofNetworks(int count) {
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      candidates.add(at(i, "1." + i + ".0.1"));
    }
    return candidates;
  }

  /** Lets time pass; each question is answered at once, or by silence. */
  private void run(Duration duration, AutoNatMessage answer) {
    long end = now + duration.toNanos();
    while (client.deadlineNanos() <= end) {
      now = client.deadlineNanos();
      client.onTimeout(now);
      perform(answer);
    }
    now = end;
  }

  private void perform(AutoNatMessage answer) {
    for (Output output = client.poll(); output != null; output = client.poll()) {
      if (output instanceof Output.Look) {
        client.onLook(own, candidates, now);
      } else if (output instanceof Output.Ask ask) {
        asked.add(ask.peer());
        question = ask.question();
        client.onAnswer(ask.peer(), answer, now);
      } else if (output instanceof Output.Changed changed) {
        verdicts.add(changed.present());
      }
    }
  }

  @Test
  void threeOfDifferentNetworksThatFailMakeAPeerPrivateWithinTwoMinutes() {
    candidates = ofNetworks(5);
    run(Duration.ofMinutes(2), FAILED);
    assertThat(verdicts).containsExactly(Reachability.PRIVATE);
    assertThat(asked).hasSize(3).doesNotHaveDuplicates();
    assertThat(question).isEqualTo(new AutoNatMessage.Dial(peer(0).bytes(), List.of(HOME)));
  }

  @Test
  void oneThatReachesItMakesAPeerPublicAndItAsksOnceAnHour() {
    candidates = ofNetworks(5);
    run(Duration.ofMinutes(1), REACHED);
    assertThat(verdicts).containsExactly(Reachability.PUBLIC);
    run(HOUR.multipliedBy(20), REACHED);
    assertThat(asked.size()).isBetween(17, 26);
    assertThat(verdicts).hasSize(1);
  }

  @Test
  void oneThatReachesItMakesAPrivatePeerPublicAgain() {
    candidates = ofNetworks(5);
    run(Duration.ofMinutes(2), FAILED);
    run(Duration.ofMinutes(20), REACHED);
    assertThat(verdicts).containsExactly(Reachability.PRIVATE, Reachability.PUBLIC);
    run(Duration.ofMinutes(75), FAILED);
    assertThat(verdicts).endsWith(Reachability.PUBLIC, Reachability.PRIVATE);
  }

  @Test
  void peersOfOneNetworkCountAsOneHoweverManyAsLongAsOneOfAnotherIsConnected() {
    List<Candidate> crowd =
        List.of(at(1, "1.1.0.1"), at(2, "1.1.9.9"), at(3, "1.2.0.1"), at(4, "1.2.3.4"));
    candidates = new ArrayList<>(crowd);
    candidates.add(new Candidate(peer(5), Multiaddr.of("/ip4/1.3.0.1/tcp/4001"), false));
    run(HOUR.multipliedBy(12), FAILED);
    assertThat(verdicts).isEmpty();
    assertThat(asked).doesNotContain(peer(5));
    candidates = crowd;
    run(HOUR, FAILED);
    assertThat(verdicts).containsExactly(Reachability.PRIVATE);
  }

  @Test
  void theOnlyPeerThereIsMustFailThreeTimesWhichTakesAQuarterOfAnHour() {
    candidates = ofNetworks(1);
    run(Duration.ofMinutes(15), FAILED);
    assertThat(verdicts).isEmpty();
    run(Duration.ofMinutes(3), FAILED);
    assertThat(verdicts).containsExactly(Reachability.PRIVATE);
  }

  @Test
  void neighboursCountEachForItselfAndNotWhileOneIsFurtherAway() {
    own = List.of(LAN);
    candidates = List.of(at(1, "192.168.1.6"), at(2, "192.168.1.7"), at(3, "192.168.1.8"));
    run(Duration.ofMinutes(2), FAILED);
    assertThat(verdicts).containsExactly(Reachability.PRIVATE);
    asked.clear();
    candidates = List.of(at(1, "192.168.1.6"), at(9, "1.1.0.1"));
    own = List.of(HOME);
    run(HOUR, REACHED);
    assertThat(asked).containsOnly(peer(9));
  }

  @Test
  void whoAnnouncesPrivateAddressesOnlyKnowsWithoutAskingThatTheInternetCannotDialIt() {
    own = List.of(LAN, LOOPBACK);
    candidates = ofNetworks(3);
    run(Duration.ofMinutes(2), REACHED);
    assertThat(asked).isEmpty();
    assertThat(verdicts).containsExactly(Reachability.PRIVATE);
  }

  @Test
  void strangersAreToldNoAddressOfAPrivateNetwork() {
    own = List.of(LAN, HOME, LOOPBACK);
    candidates = ofNetworks(1);
    run(Duration.ofMinutes(1), REACHED);
    assertThat(question.addresses()).containsExactly(HOME);
  }

  @Test
  void silenceAndRefusalsTellNothingAndAreAskedForEverMoreSeldom() {
    candidates = ofNetworks(200);
    run(Duration.ofHours(1), Response.of(Status.DIAL_REFUSED));
    assertThat(verdicts).isEmpty();
    assertThat(asked.size()).isBetween(6, 14);
    for (Status status : List.of(Status.BAD_REQUEST, Status.INTERNAL_ERROR)) {
      run(HOUR, Response.of(status));
    }
    run(HOUR, new AutoNatMessage.Dial(Bytes.EMPTY, List.of()));
    assertThat(verdicts).isEmpty();
  }

  @Test
  void oneThatIsSilentIsFollowedByAnother() {
    candidates = ofNetworks(2);
    now = client.deadlineNanos();
    client.onTimeout(now);
    assertThat(client.poll()).isEqualTo(new Output.Look());
    client.onLook(own, candidates, now);
    Output.Ask first = (Output.Ask) client.poll();
    client.onSilence(peer(77), now);
    client.onAnswer(peer(77), REACHED, now);
    assertThat(client.poll()).as("of one that was not asked").isNull();
    run(Duration.ofMinutes(5), REACHED);
    assertThat(asked).as("one question at a time").isEmpty();
    client.onSilence(first.peer(), now);
    run(Duration.ofMinutes(1), REACHED);
    assertThat(asked).hasSize(1).doesNotContain(first.peer());
    assertThat(verdicts).containsExactly(Reachability.PUBLIC);
  }

  @Test
  void whereElseAPeerWasReachedTellsNothing() {
    candidates = ofNetworks(4);
    run(HOUR, new Response(Status.OK, LAN.bytes()));
    run(HOUR, Response.of(Status.OK));
    assertThat(verdicts).isEmpty();
  }

  @Test
  void allBeginsAnewWhenTheAddressesChange() {
    candidates = ofNetworks(5);
    run(Duration.ofMinutes(2), FAILED);
    own = List.of(Multiaddr.of("/ip4/203.0.113.8/tcp/4001"));
    run(Duration.ofSeconds(70), Response.of(Status.DIAL_REFUSED));
    assertThat(verdicts).containsExactly(Reachability.PRIVATE, Reachability.UNKNOWN);
    run(Duration.ofMinutes(3), FAILED);
    assertThat(verdicts).endsWith(Reachability.UNKNOWN, Reachability.PRIVATE);
    own = List.of();
    asked.clear();
    run(HOUR, FAILED);
    assertThat(verdicts).endsWith(Reachability.UNKNOWN);
    assertThat(asked).isEmpty();
  }

  @Test
  void aPeerWithoutAddressesAsksNobodyUntilItHasSome() {
    own = List.of();
    candidates = ofNetworks(5);
    run(HOUR, FAILED);
    assertThat(asked).isEmpty();
    own = List.of(HOME);
    run(Duration.ofSeconds(90), REACHED);
    assertThat(verdicts).containsExactly(Reachability.PUBLIC);
  }

  @Test
  void onePeerIsAskedAgainAfterHalfOfTheLongWaitAtTheEarliest() {
    candidates = ofNetworks(1);
    run(Duration.ofMinutes(7), FAILED);
    assertThat(asked).hasSize(1);
    run(Duration.ofMinutes(20), FAILED);
    assertThat(asked.size()).isBetween(2, 4);
  }
}
