package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.Rule;
import io.surgemesh.host.Rule.Reaction;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.machine.Machine;
import io.surgemesh.multiformats.Multiaddr;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MisbehaviourLinesTest {
  private static final Multiaddr ADDRESS = Multiaddr.of("/ip4/198.51.100.7/tcp/4001");

  private final MisbehaviourLines machine = new MisbehaviourLines();

  private static PeerId peer(int number) {
    byte[] seed = ByteBuffer.allocate(KeyPair.SEED_BYTES).putInt(number).array();
    return KeyPair.fromSeed(seed).peerId();
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (String line = machine.poll(); line != null; line = machine.poll()) {
      lines.add(line);
    }
    return lines;
  }

  private void flood(PeerId peer, int times, long nowNanos) {
    for (int i = 0; i < times; i++) {
      machine.onMisbehaved(peer, ADDRESS, Rule.YAMUX_FLOOD, Reaction.CLOSE, nowNanos);
    }
  }

  @Test
  void aLineSaysWhoBrokeWhichRuleAndWhatCameOfIt() {
    machine.onMisbehaved(peer(1), ADDRESS, Rule.YAMUX_WINDOW, Reaction.CLOSE, 0);
    assertThat(lines())
        .containsExactly(
            "misbehaved peer="
                + peer(1)
                + " address=/ip4/198.51.100.7/tcp/4001 rule=yamux.window action=close");
  }

  @Test
  void whoHasNotProvenWhoItIsHasADash() {
    machine.onMisbehaved(null, ADDRESS, Rule.NOISE_SIGNATURE, Reaction.CLOSE, 0);
    assertThat(lines())
        .containsExactly(
            "misbehaved peer=- address=/ip4/198.51.100.7/tcp/4001"
                + " rule=noise.signature action=close");
  }

  @Test
  void aLongAddressIsCut() {
    Multiaddr longOne = Multiaddr.of("/dns4/" + "long-label.".repeat(20) + "example/tcp/1");
    machine.onMisbehaved(peer(1), longOne, Rule.PING_FLOOD, Reaction.RESET, 0);
    assertThat(lines().get(0)).contains("... rule=ping.flood").hasSizeLessThan(300);
  }

  @Test
  void onePeerGetsFewLinesAndTheRestAsANumberLater() {
    flood(peer(1), 1000, 0);
    flood(peer(2), 1, 5);
    assertThat(lines()).hasSize(MisbehaviourLines.LINES_PER_PEER_MAX + 1);
    assertThat(machine.deadlineNanos()).isEqualTo(MisbehaviourLines.WINDOW_NANOS);
    machine.onTimeout(MisbehaviourLines.WINDOW_NANOS);
    assertThat(lines())
        .containsExactly("misbehaved suppressed=" + (1000 - MisbehaviourLines.LINES_PER_PEER_MAX));
    assertThat(machine.deadlineNanos()).isEqualTo(Machine.NEVER);
    flood(peer(1), 1, MisbehaviourLines.WINDOW_NANOS + 1);
    assertThat(lines()).hasSize(1);
  }

  @Test
  void manyPeersTogetherGetNoMoreLinesThanAWindowHas() {
    for (int i = 0; i < 200; i++) {
      flood(peer(i), 1, 0);
    }
    assertThat(lines()).hasSize(MisbehaviourLines.LINES_MAX);
    machine.onTimeout(MisbehaviourLines.WINDOW_NANOS);
    assertThat(lines())
        .containsExactly("misbehaved suppressed=" + (200 - MisbehaviourLines.LINES_MAX));
  }

  @Test
  void strangersCountByTheirIpAddress() {
    for (int port = 1; port <= 50; port++) {
      Multiaddr address = Multiaddr.of("/ip4/198.51.100.7/tcp/" + port);
      machine.onMisbehaved(null, address, Rule.HANDSHAKE_DEADLINE, Reaction.CLOSE, 0);
    }
    assertThat(lines()).hasSize(MisbehaviourLines.LINES_PER_PEER_MAX);
  }

  @Test
  void nothingIsToldLaterWhenNothingWasSuppressed() {
    flood(peer(1), 1, 0);
    assertThat(machine.deadlineNanos()).isEqualTo(Machine.NEVER);
    flood(peer(1), MisbehaviourLines.LINES_PER_PEER_MAX, MisbehaviourLines.WINDOW_NANOS);
    assertThat(lines()).hasSize(1 + MisbehaviourLines.LINES_PER_PEER_MAX);
  }
}
