package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.Ping;
import io.surgemesh.host.Stream;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Peers that begin a ping and do not end it, or keep a stream for pings and send none. */
class SimulatedPingTest {
  private final TwoNodes nodes = new TwoNodes();
  private final RecordingListener listener = new RecordingListener();

  private Stream open() {
    return nodes.await(nodes.connect().open(Ping.PROTOCOL, listener));
  }

  private boolean isReset() {
    return listener.events.stream().anyMatch(event -> event.contains("reset"));
  }

  @Test
  void aPingThatIsNotWholeAfterTenSecondsIsReset() {
    Stream stream = open();
    nodes.runMillis(7_000);
    for (int i = 0; i < 5; i++) {
      stream.write(ByteBuffer.wrap(new byte[1]));
      nodes.runMillis(1_900);
    }
    assertThat(isReset()).isFalse();
    nodes.runMillis(1_000);
    assertThat(isReset()).isTrue();
  }

  @Test
  void aStreamOnWhichNoPingComesForAMinuteIsReset() {
    Stream stream = open();
    nodes.runMillis(50_000);
    stream.write(ByteBuffer.wrap(new byte[Ping.PAYLOAD_BYTES]));
    nodes.runMillis(59_000);
    assertThat(isReset()).isFalse();
    nodes.runMillis(12_000);
    assertThat(isReset()).isTrue();
  }

  @Test
  void whoPingsNowAndThenKeepsItsStream() {
    Stream stream = open();
    for (int i = 0; i < 10; i++) {
      nodes.runMillis(30_000);
      stream.write(ByteBuffer.wrap(new byte[Ping.PAYLOAD_BYTES]));
    }
    nodes.runMillis(1_000);
    assertThat(listener.events).hasSize(10);
    assertThat(isReset()).isFalse();
  }
}
