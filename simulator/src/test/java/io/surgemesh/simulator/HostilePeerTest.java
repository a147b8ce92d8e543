package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.surgemesh.host.Exchange;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.multiformats.Multiaddr;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HostilePeerTest {
  private static final ProtocolId ECHO = new ProtocolId("/echo/1");
  private static final List<ProtocolId> PRETENDED = List.of(ECHO);
  private static final int CALLS = 4;

  private record Outcome(int answers, long framesHeard, String traceHash) {}

  /** Runs a client and a server of an echo beside a hostile peer that knows both. */
  private static Outcome run(long seed, HostilePeer hostile) {
    SimulatedNetwork network = new SimulatedNetwork(seed);
    List<SimulatedHost> hosts = network.addHosts(3);
    SimulatedHost client = hosts.get(0);
    SimulatedHost server = hosts.get(1);
    int[] heard = new int[1];
    Exchange.serve(
        server,
        ECHO,
        FrameCodec.bytes(),
        100,
        (from, request) -> {
          heard[0]++;
          return request;
        });
    List<Multiaddr> known = List.of(client.dialAddress(), server.dialAddress());
    hostile.start(hosts.get(2), known, hosts.get(2).random("hostile"));
    client.peerstore().addAddresses(server.peerId(), server.addresses());
    int answers = 0;
    for (int i = 0; i < CALLS; i++) {
      CompletableFuture<byte[]> answer =
          Exchange.call(
              client,
              server.peerId(),
              ECHO,
              FrameCodec.bytes(),
              new byte[9],
              100,
              Duration.ofSeconds(5));
      network.time().runFor(Duration.ofSeconds(6));
      answers += answer.isDone() && !answer.isCompletedExceptionally() ? 1 : 0;
    }
    return new Outcome(answers, heard[0], network.trace().hashHex());
  }

  @Test
  void honestPeersGoOnBesideEveryKindOfHostileOne() {
    assertThat(run(1, HostilePeer.silent(PRETENDED)).answers).isEqualTo(CALLS);
    assertThat(run(1, HostilePeer.garbage(PRETENDED)).answers).isEqualTo(CALLS);
    assertThat(run(1, HostilePeer.flooding(PRETENDED, 25)).answers).isEqualTo(CALLS);
    assertThat(run(1, HostilePeer.lying(PRETENDED)).answers).isEqualTo(CALLS);
  }

  @Test
  void aSilentPeerNeverAnswers() {
    SimulatedNetwork network = new SimulatedNetwork(5);
    CompletableFuture<byte[]> answer = askAlone(network, HostilePeer.silent(PRETENDED));
    network.time().runFor(Duration.ofSeconds(4));
    assertThat(answer).isNotDone();
    network.time().runFor(Duration.ofSeconds(2));
    assertThat(answer).isCompletedExceptionally();
  }

  @Test
  void floodsAndGarbageReachWhatIsServed() {
    assertThat(run(1, HostilePeer.flooding(PRETENDED, 25)).framesHeard).isGreaterThan(500);
    assertThat(run(1, HostilePeer.garbage(PRETENDED)).framesHeard).isGreaterThan(10);
    assertThat(run(1, HostilePeer.silent(PRETENDED)).framesHeard).isEqualTo(CALLS);
  }

  @Test
  void oneSeedGivesOneTrace() {
    HostilePeer garbage = HostilePeer.garbage(PRETENDED);
    assertThat(run(3, garbage)).isEqualTo(run(3, garbage));
    assertThat(run(4, garbage).traceHash).isNotEqualTo(run(3, garbage).traceHash);
    HostilePeer flooding = HostilePeer.flooding(PRETENDED, 20);
    assertThat(run(3, flooding)).isEqualTo(run(3, flooding));
    assertThat(lies(3, CALLS)).isEqualTo(lies(3, CALLS)).isNotEqualTo(lies(4, CALLS));
  }

  /** Asks a liar beside an honest server of an echo, a different thing each time. */
  private static List<String> lies(long seed, int calls) {
    SimulatedNetwork network = new SimulatedNetwork(seed);
    List<SimulatedHost> hosts = network.addHosts(3);
    SimulatedHost caller = hosts.get(0);
    SimulatedHost server = hosts.get(1);
    SimulatedHost liar = hosts.get(2);
    Exchange.serve(server, ECHO, FrameCodec.bytes(), 100, (from, request) -> request);
    HostilePeer.lying(PRETENDED).start(liar, List.of(server.dialAddress()), liar.random("hostile"));
    network.time().runFor(Duration.ofSeconds(1));
    caller.peerstore().addAddresses(liar.peerId(), liar.addresses());
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      CompletableFuture<byte[]> answer = ask(caller, liar, i);
      network.time().runFor(Duration.ofSeconds(1));
      assertThat(answer).isCompleted();
      answers.add(new String(answer.join(), StandardCharsets.ISO_8859_1));
    }
    return answers;
  }

  /** Asks a hostile peer that knows nobody. */
  private static CompletableFuture<byte[]> askAlone(SimulatedNetwork network, HostilePeer hostile) {
    SimulatedHost caller = network.addHost();
    SimulatedHost host = network.addHost();
    hostile.start(host, List.of(), host.random("hostile"));
    caller.peerstore().addAddresses(host.peerId(), host.addresses());
    return ask(caller, host, 1);
  }

  private static CompletableFuture<byte[]> ask(SimulatedHost caller, SimulatedHost liar, int i) {
    return Exchange.call(
        caller,
        liar.peerId(),
        ECHO,
        FrameCodec.bytes(),
        question(i).getBytes(StandardCharsets.ISO_8859_1),
        100,
        Duration.ofSeconds(5));
  }

  private static String question(int i) {
    return "question " + (char) ('a' + i);
  }

  @Test
  void aLiarAnswersEveryQuestionAndNeverRightly() {
    List<String> answers = lies(1, 20);
    List<String> questions = IntStream.range(0, 20).mapToObj(i -> question(i)).toList();
    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i)).isNotEqualTo(question(i)).hasSameSizeAs(question(i));
    }
    assertThat(answers).as("answers to other questions").anyMatch(questions::contains);
    assertThat(answers).as("with a bit changed").anyMatch(said -> !questions.contains(said));
  }

  @Test
  void aLiarThatKnowsNobodyWhoServesResetsWhoAsks() {
    SimulatedNetwork network = new SimulatedNetwork(5);
    CompletableFuture<byte[]> answer = askAlone(network, HostilePeer.lying(PRETENDED));
    network.time().runFor(Duration.ofSeconds(1));
    assertThat(answer).isCompletedExceptionally();
  }

  @Test
  void liarsThatAskEachOtherComeToAnEnd() {
    SimulatedNetwork network = new SimulatedNetwork(6);
    List<SimulatedHost> hosts = network.addHosts(4);
    SimulatedHost caller = hosts.get(0);
    for (SimulatedHost liar : hosts.subList(1, 4)) {
      List<Multiaddr> others =
          hosts.subList(1, 4).stream().map(host -> host.dialAddress()).toList();
      HostilePeer.lying(PRETENDED).start(liar, others, liar.random("hostile"));
    }
    network.time().runFor(Duration.ofSeconds(1));
    caller.peerstore().addAddresses(hosts.get(1).peerId(), hosts.get(1).addresses());
    CompletableFuture<byte[]> answer = ask(caller, hosts.get(1), 1);
    network.time().runFor(Duration.ofSeconds(6));
    assertThat(answer).isCompletedExceptionally();
    network.time().runFor(Duration.ofSeconds(LyingPeer.RELAY_SECONDS));
    long before = network.trace().events();
    network.time().runFor(Duration.ofSeconds(4));
    assertThat(network.trace().events() - before).as("frames once all is over").isLessThan(50);
  }

  @Test
  void whoAsksALiarTooMuchAtOnceIsResetForTheRest() {
    SimulatedNetwork network = new SimulatedNetwork(7);
    List<SimulatedHost> hosts = network.addHosts(3);
    SimulatedHost caller = hosts.get(0);
    SimulatedHost liar = hosts.get(2);
    hosts.get(1).handle(ECHO, stream -> Prowler.DEAF);
    HostilePeer.lying(PRETENDED)
        .start(liar, List.of(hosts.get(1).dialAddress()), liar.random("hostile"));
    network.time().runFor(Duration.ofSeconds(1));
    caller.peerstore().addAddresses(liar.peerId(), liar.addresses());
    List<CompletableFuture<byte[]>> answers = new ArrayList<>();
    for (int i = 0; i < LyingPeer.RELAYS_MAX + 3; i++) {
      answers.add(ask(caller, liar, 1));
    }
    network.time().runFor(Duration.ofSeconds(2));
    assertThat(answers.stream().filter(CompletableFuture::isDone)).hasSize(3);
    network.time().runFor(Duration.ofSeconds(LyingPeer.RELAY_SECONDS));
    CompletableFuture<byte[]> later = ask(caller, liar, 1);
    network.time().runFor(Duration.ofSeconds(2));
    assertThat(later).as("there is room again").isNotDone();
  }

  @Test
  void theRateOfAFloodIsBounded() {
    assertThatIllegalArgumentException().isThrownBy(() -> HostilePeer.flooding(PRETENDED, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> HostilePeer.flooding(PRETENDED, 10_001));
  }
}
