package io.surgemesh.simulator;

import static io.surgemesh.simulator.TwoNodes.TALK;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.Connection;
import io.surgemesh.host.ConnectionListener;
import io.surgemesh.host.Identify;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamAcceptor;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Loop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How peers learn of each other's changes, and learn what a first answer did not tell. */
class SimulatedIdentifyTest {
  private static final ProtocolId FRESH = new ProtocolId("/test/fresh/1.0.0");

  private final TwoNodes nodes = new TwoNodes();
  private final List<PeerId> identified = new ArrayList<>();
  private int asked;

  private void connectListening() {
    nodes.near.addListener(
        new ConnectionListener() {
          @Override
          public void onConnected(PeerId peer) {}

          @Override
          public void onDisconnected(PeerId peer) {}

          @Override
          public void onIdentified(PeerId peer) {
            identified.add(peer);
          }
        });
    connectBriefly();
    nodes.runMillis(400);
  }

  private void connectBriefly() {
    nodes.connect();
    nodes.runMillis(100);
  }

  private List<ProtocolId> known() {
    return nodes.near.peerstore().protocols(nodes.far.peerId());
  }

  private void refuseToAnswer(int times) {
    StreamAcceptor answering = nodes.far.acceptor(Identify.PROTOCOL);
    nodes.far.handle(
        Identify.PROTOCOL,
        stream -> {
          if (asked++ >= times) {
            return answering.accept(stream);
          }
          stream.reset();
          return new RecordingListener();
        });
  }

  @Test
  void changesAreToldOnceAfterTheyHaveSettled() {
    connectListening();
    assertThat(identified).containsExactly(nodes.far.peerId());
    List<ProtocolId> before = known();
    for (int i = 0; i < 20; i++) {
      nodes.far.handle(FRESH, stream -> new RecordingListener());
      nodes.far.unhandle(FRESH);
    }
    nodes.far.handle(FRESH, stream -> new RecordingListener());
    nodes.runMillis(900);
    assertThat(known()).isEqualTo(before);
    nodes.runMillis(300);
    assertThat(known()).contains(FRESH).containsAll(before);
    assertThat(identified).hasSize(2);

    nodes.far.unhandle(TALK);
    nodes.runMillis(2_000);
    assertThat(known()).contains(FRESH).doesNotContain(TALK);
    assertThat(identified).hasSize(3);
  }

  @Test
  void whatChangesNothingIsNotTold() {
    connectListening();
    nodes.far.handle(FRESH, stream -> new RecordingListener());
    nodes.runMillis(2_000);
    List<Stream> pushed = new ArrayList<>();
    nodes.near.handle(
        Identify.PUSH,
        stream -> {
          pushed.add(stream);
          return new RecordingListener();
        });
    nodes.far.handle(FRESH, stream -> new RecordingListener());
    nodes.runMillis(2_000);
    assertThat(pushed).isEmpty();
    nodes.far.unhandle(FRESH);
    nodes.runMillis(2_000);
    assertThat(pushed).hasSize(1);
  }

  @Test
  void peersThatDoNotTakePushesGetNone() {
    nodes.near.unhandle(Identify.PUSH);
    connectListening();
    nodes.near.handle(
        Identify.PUSH,
        stream -> {
          throw new AssertionError("pushed to whom said not to take it");
        });
    nodes.far.handle(FRESH, stream -> new RecordingListener());
    // Before it is told that pushes are taken now.
    nodes.runMillis(1_005);
    assertThat(known()).doesNotContain(FRESH);
  }

  @Test
  void whoDoesNotAnswerIsAskedOnceMore() {
    refuseToAnswer(1);
    connectListening();
    assertThat(asked).isEqualTo(1);
    assertThat(identified).isEmpty();
    nodes.runMillis(11_000);
    assertThat(asked).isEqualTo(2);
    assertThat(known()).contains(TALK);
    assertThat(identified).containsExactly(nodes.far.peerId());
  }

  @Test
  void whoNeverAnswersIsAskedTwice() {
    refuseToAnswer(Integer.MAX_VALUE);
    connectListening();
    nodes.runMillis(120_000);
    assertThat(asked).isEqualTo(2);
    assertThat(nodes.near.connectedPeers()).contains(nodes.far.peerId());
  }

  @Test
  void whoIsGoneIsNotAskedAgain() {
    refuseToAnswer(Integer.MAX_VALUE);
    connectListening();
    nodes.near.disconnect(nodes.far.peerId());
    nodes.runMillis(120_000);
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void whoDoesNotSpeakIdentifyIsNotAskedAgain() {
    StreamAcceptor answering = nodes.far.acceptor(Identify.PROTOCOL);
    nodes.far.unhandle(Identify.PROTOCOL);
    nodes.near.unhandle(Identify.PUSH);
    connectListening();
    nodes.far.handle(Identify.PROTOCOL, answering);
    nodes.runMillis(120_000);
    assertThat(known()).isEmpty();
    assertThat(identified).isEmpty();
  }

  /** Asks the far node who it is, on a stream that this side does not close. */
  private RecordingListener askWithoutClosing(Connection connection) {
    RecordingListener listener = new RecordingListener();
    connection.open(Identify.PROTOCOL, listener);
    return listener;
  }

  private static boolean isReset(RecordingListener listener) {
    return listener.events.stream().anyMatch(event -> event.startsWith("reset"));
  }

  @Test
  void whoAsksAndDoesNotCloseItsDirectionLosesTheStream() {
    RecordingListener listener = askWithoutClosing(nodes.connect());
    nodes.runMillis(9_900);
    assertThat(listener.bytes).isPositive();
    assertThat(listener.events).endsWith("closed");
    nodes.runMillis(500);
    assertThat(isReset(listener)).isTrue();
    assertThat(nodes.near.connectedPeers()).contains(nodes.far.peerId());
  }

  @Test
  void whoAsksAndSaysSomethingBesidesLosesTheStream() {
    RecordingListener listener = new RecordingListener();
    Stream stream = nodes.await(nodes.connect().open(Identify.PROTOCOL, listener));
    stream.write(TwoNodes.text("besides"));
    nodes.runMillis(500);
    assertThat(isReset(listener)).isTrue();
  }

  @Test
  void whoDialsAgainAndAgainIsAnsweredEachTime() {
    connectListening();
    for (int i = 0; i < 60; i++) {
      connectBriefly();
      nodes.near.disconnect(nodes.far.peerId());
      nodes.runMillis(1);
    }
    assertThat(identified).hasSize(60);
  }

  @Test
  void whoAsksAgainAndAgainOnOneConnectionIsAnsweredAFewTimes() {
    Connection connection = nodes.connect();
    List<RecordingListener> askings = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      askings.add(askWithoutClosing(connection));
    }
    nodes.runMillis(500);
    assertThat(askings.stream().filter(listener -> listener.bytes > 0).count()).isBetween(5L, 12L);
  }

  @Test
  void anAnswerThatDripsEndsAtTheDeadlineAllTheSame() {
    nodes.far.handle(
        Identify.PROTOCOL,
        stream -> {
          asked++;
          stream.write(ByteBuffer.wrap(new byte[] {100}));
          drip(stream);
          return new RecordingListener();
        });
    connectListening();
    nodes.runMillis(18_000);
    assertThat(asked).isEqualTo(1);
    // Ten seconds for the answer, and ten more before the second question.
    nodes.runMillis(4_000);
    assertThat(asked).isEqualTo(2);
    nodes.runMillis(60_000);
    assertThat(asked).isEqualTo(2);
    assertThat(identified).isEmpty();
    assertThat(known()).isEmpty();
  }

  private static void drip(Stream stream) {
    Loop loop = stream.connection().loop();
    loop.arm(
        loop.nowNanos() + 1_000_000_000L,
        () -> {
          stream.write(ByteBuffer.wrap(new byte[1]));
          drip(stream);
        });
  }
}
