package io.surgemesh.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.surgemesh.host.HostMetrics.Direction;
import io.surgemesh.host.HostMetrics.SecureChannel;
import io.surgemesh.host.HostMetrics.StreamEnd;
import io.surgemesh.host.Rule;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException.Unreachable;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class MicrometerMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MicrometerMetrics metrics = new MicrometerMetrics(registry);

  private double counter(String name, String... tags) {
    return registry.get(name).tags(tags).counter().count();
  }

  private double gauge(String name, String... tags) {
    return registry.get(name).tags(tags).gauge().value();
  }

  @Test
  void connectionsAreAGaugeOfThoseOpenAndACounterOfAll() {
    for (int i = 0; i < 3; i++) {
      metrics.connected(Direction.INBOUND, SecureChannel.TLS);
    }
    metrics.disconnected(Direction.INBOUND, SecureChannel.TLS);
    metrics.connected(Direction.OUTBOUND, SecureChannel.NOISE);
    assertThat(gauge("surgemesh.connections", "direction", "inbound", "security", "tls"))
        .isEqualTo(2);
    assertThat(counter("surgemesh.connections.opened", "direction", "inbound")).isEqualTo(3);
    assertThat(gauge("surgemesh.connections", "direction", "outbound", "security", "noise"))
        .isEqualTo(1);
  }

  @Test
  void streamsAreCountedByProtocolAndByHowTheyEnd() {
    metrics.streamOpened("/a/1", Direction.INBOUND);
    metrics.streamOpened("/a/1", Direction.INBOUND);
    metrics.streamEnded("/a/1", Direction.INBOUND, StreamEnd.RESET_BY_PEER);
    assertThat(gauge("surgemesh.streams", "protocol", "/a/1")).isEqualTo(1);
    assertThat(counter("surgemesh.streams.ended", "protocol", "/a/1", "end", "reset_by_peer"))
        .isEqualTo(1);
  }

  @Test
  void failuresAreCountedByReason() {
    metrics.dialFailed(Unreachable.Reason.TIMED_OUT);
    metrics.handshakeFailed(Direction.INBOUND, Unreachable.Reason.HANDSHAKE_FAILED);
    metrics.connectionRefused(Direction.INBOUND);
    assertThat(counter("surgemesh.dials.failed", "reason", "timed_out")).isEqualTo(1);
    assertThat(counter("surgemesh.connections.refused", "direction", "inbound")).isEqualTo(1);
    assertThat(counter("surgemesh.handshakes.failed", "reason", "handshake_failed")).isEqualTo(1);
  }

  @Test
  void bytesAddUp() {
    metrics.bytesMoved(10, 1);
    metrics.bytesMoved(20, 2);
    assertThat(counter("surgemesh.bytes", "way", "received")).isEqualTo(30);
    assertThat(counter("surgemesh.bytes", "way", "sent")).isEqualTo(3);
  }

  @Test
  void howManyPeersMisbehaveDoesNotChangeTheNumberOfMeters() {
    for (int i = 0; i < 1000; i++) {
      byte[] seed = ByteBuffer.allocate(KeyPair.SEED_BYTES).putInt(i).array();
      metrics.misbehaved(KeyPair.fromSeed(seed).peerId(), Rule.YAMUX_FLOOD);
    }
    metrics.misbehaved(null, Rule.NOISE_KEY);
    assertThat(counter("surgemesh.misbehaviour", "rule", "yamux.flood")).isEqualTo(1000);
    assertThat(registry.getMeters()).hasSize(4);
  }
}
