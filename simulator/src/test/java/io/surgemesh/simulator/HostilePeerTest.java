package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.surgemesh.host.Exchange;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
  }

  @Test
  void aSilentPeerNeverAnswers() {
    SimulatedNetwork network = new SimulatedNetwork(5);
    SimulatedHost caller = network.addHost();
    SimulatedHost silent = network.addHost();
    HostilePeer.silent(PRETENDED).start(silent, List.of(), silent.random("hostile"));
    caller.peerstore().addAddresses(silent.peerId(), silent.addresses());
    CompletableFuture<byte[]> answer =
        Exchange.call(
            caller,
            silent.peerId(),
            ECHO,
            FrameCodec.bytes(),
            new byte[9],
            100,
            Duration.ofSeconds(5));
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
  }

  @Test
  void theRateOfAFloodIsBounded() {
    assertThatIllegalArgumentException().isThrownBy(() -> HostilePeer.flooding(PRETENDED, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> HostilePeer.flooding(PRETENDED, 10_001));
  }
}
