package io.surgemesh.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.AutoNatMessage.Response;
import io.surgemesh.host.AutoNatMessage.Status;
import io.surgemesh.host.AutoNatServer.Output;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AutoNatServerTest {
  private static final Multiaddr FROM = Multiaddr.of("/ip4/203.0.113.7/tcp/51000");
  private static final Multiaddr HOME = Multiaddr.of("/ip4/203.0.113.7/tcp/4001");
  private static final Response REFUSED = Response.of(Status.DIAL_REFUSED);

  private final AutoNatServer server = new AutoNatServer();
  private long now;

  private static PeerId peer(int index) {
    return KeyPair.fromSeed(ByteBuffer.allocate(32).putInt(index).array()).peerId();
  }

  private List<Output> ask(int peer, Multiaddr from, Multiaddr... addresses) {
    return ask(peer, from, Arrays.asList(addresses));
  }

  private List<Output> ask(int peer, Multiaddr from, List<Multiaddr> addresses) {
    server.onDial(
        peer, peer(peer), from, new AutoNatMessage.Dial(peer(peer).bytes(), addresses), now);
    return outputs();
  }

  private List<Output> outputs() {
    List<Output> outputs = new ArrayList<>();
    for (Output output = server.poll(); output != null; output = server.poll()) {
      outputs.add(output);
    }
    return outputs;
  }

  private static Output answer(int ticket, Status status) {
    return new Output.Answer(ticket, Response.of(status));
  }

  private static Output dial(int peer, Multiaddr... addresses) {
    return new Output.DialBack(peer, new PeerInfo(peer(peer), Arrays.asList(addresses)));
  }

  @Test
  void aPeerIsDialledAtItsOwnAddressAndToldWhereItWasReached() {
    assertThat(ask(1, FROM, HOME)).containsExactly(dial(1, HOME));
    server.onDialed(1, Optional.of(HOME), now);
    assertThat(outputs())
        .containsExactly(new Output.Answer(1, new Response(Status.OK, HOME.bytes())));
    assertThat(server.deadlineNanos()).isEqualTo(Machine.NEVER);
  }

  @Test
  void aPeerThatWasNotReachedIsToldSo() {
    ask(1, FROM, HOME);
    server.onDialed(1, Optional.empty(), now);
    assertThat(outputs()).containsExactly(answer(1, Status.DIAL_ERROR));
  }

  @Test
  void noOtherHostIsDialledWhateverIsNamed() {
    assertThat(
            ask(
                1,
                FROM,
                Multiaddr.of("/ip4/198.51.100.9/tcp/4001"),
                Multiaddr.of("/ip4/127.0.0.1/tcp/22"),
                Multiaddr.of("/ip4/192.168.1.1/tcp/80"),
                Multiaddr.of("/ip6/2001:db8::1/tcp/4001"),
                Multiaddr.of("/dns4/example.com/tcp/4001"),
                Multiaddr.of("/ip4/203.0.113.7/tcp/0")))
        .containsExactly(answer(1, Status.DIAL_REFUSED));
    assertThat(ask(1, FROM, Multiaddr.of("/ip4/198.51.100.9/tcp/4001"), HOME))
        .as("a refusal costs nothing")
        .containsExactly(dial(1, HOME));
  }

  @Test
  void aNeighbourIsDialledAtItsPrivateAddress() {
    Multiaddr lan = Multiaddr.of("/ip4/192.168.1.5/tcp/4001");
    assertThat(ask(1, lan.withTcpPort(50_000), lan)).containsExactly(dial(1, lan));
  }

  @Test
  void fourOfManyAddressesAreDialledAndWhoNamesTooManyIsRefused() {
    List<Multiaddr> many =
        IntStream.rangeClosed(1, 65).mapToObj(port -> HOME.withTcpPort(port)).toList();
    assertThat(ask(1, FROM, many)).containsExactly(answer(1, Status.DIAL_REFUSED));
    assertThat(ask(1, FROM, many.subList(0, 64)))
        .containsExactly(dial(1, many.subList(0, 4).toArray(Multiaddr[]::new)));
    assertThat(ask(2, FROM, Collections.nCopies(9, HOME))).containsExactly(dial(2, HOME));
  }

  @Test
  void whoAsksInAnothersNameIsRefused() {
    server.onDial(1, peer(1), FROM, new AutoNatMessage.Dial(peer(2).bytes(), List.of(HOME)), now);
    assertThat(outputs()).containsExactly(answer(1, Status.BAD_REQUEST));
    server.onDial(1, peer(1), FROM, new AutoNatMessage.Dial(Bytes.EMPTY, List.of(HOME)), now);
    assertThat(outputs()).as("who leaves its name out is known").containsExactly(dial(1, HOME));
  }

  @Test
  void aPeerIsDialledOnceAMinute() {
    ask(1, FROM, HOME);
    server.onDialed(1, Optional.of(HOME), now);
    outputs();
    now += TimeUnit.SECONDS.toNanos(59);
    assertThat(ask(1, FROM, HOME)).containsExactly(answer(1, Status.DIAL_REFUSED));
    now += TimeUnit.SECONDS.toNanos(1);
    assertThat(ask(1, FROM, HOME)).containsExactly(dial(1, HOME));
  }

  @Test
  void fourAreDialledAtOnce() {
    for (int i = 1; i <= 4; i++) {
      assertThat(ask(i, FROM, HOME)).containsExactly(dial(i, HOME));
    }
    assertThat(ask(5, FROM, HOME)).containsExactly(new Output.Answer(5, REFUSED));
    server.onDialed(2, Optional.empty(), now);
    outputs();
    assertThat(ask(5, FROM, HOME)).containsExactly(dial(5, HOME));
  }

  @Test
  void ofAFloodOfPeersOneASecondIsDialled() {
    int dialled = 0;
    for (int i = 1; i <= 1_000; i++) {
      now += TimeUnit.MILLISECONDS.toNanos(10);
      if (ask(i, FROM, HOME).get(0) instanceof Output.DialBack) {
        dialled++;
        server.onDialed(i, Optional.empty(), now);
        outputs();
      }
    }
    assertThat(dialled).isBetween(17, 19);
  }

  @Test
  void aDialThatTakesTooLongHasFailed() {
    ask(1, FROM, HOME);
    now = AutoNatServer.DIAL_NANOS - 1;
    server.onTimeout(now);
    assertThat(outputs()).isEmpty();
    assertThat(server.deadlineNanos()).isEqualTo(AutoNatServer.DIAL_NANOS);
    now++;
    server.onTimeout(now);
    assertThat(outputs()).containsExactly(new Output.Abandon(1), answer(1, Status.DIAL_ERROR));
    server.onDialed(1, Optional.of(HOME), now);
    assertThat(outputs()).as("late").isEmpty();
  }
}
