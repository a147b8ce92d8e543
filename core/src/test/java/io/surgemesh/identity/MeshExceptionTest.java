package io.surgemesh.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.multiformats.Multiaddr;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeshExceptionTest {
  private final PeerId peer = KeyPair.fromSeed(new byte[32]).peerId();
  private final Multiaddr address = Multiaddr.of("/ip4/192.0.2.1/tcp/4001");

  @Test
  void fieldsTellWhatTheMessageSays() {
    MeshException.Unreachable unreachable =
        new MeshException.Unreachable(
            peer, address, MeshException.Unreachable.Reason.CONNECT_FAILED);
    assertThat(unreachable.peer()).contains(peer);
    assertThat(unreachable.address()).contains(address);
    assertThat(unreachable.reason()).isEqualTo(MeshException.Unreachable.Reason.CONNECT_FAILED);
    assertThat(unreachable)
        .hasMessage("peer " + peer + " at /ip4/192.0.2.1/tcp/4001: connect failed");
    assertThat(
            new MeshException.Unreachable(null, null, MeshException.Unreachable.Reason.NO_ADDRESS))
        .hasMessage("peer: no address");
    MeshException.LedgerCorrupt corrupt =
        new MeshException.LedgerCorrupt(
            Path.of("ledger.db"), 7, MeshException.LedgerCorrupt.Reason.BROKEN_CHAIN);
    assertThat(corrupt.index()).isEqualTo(7);
    assertThat(corrupt.path()).isEqualTo(Path.of("ledger.db"));
    assertThat(corrupt.peer()).isEmpty();
    assertThat(corrupt.address()).isEmpty();
    assertThat(new MeshException.Closed()).hasMessage("closed");
  }

  @Test
  void whatPeersCauseAtWillHasNoStackTrace() {
    assertThat(new MeshException.StreamBroken(peer, ResetReason.REMOTE).getStackTrace()).isEmpty();
    assertThat(new MeshException.ProtocolNotSupported(peer, "/x/1").getStackTrace()).isEmpty();
    MeshException.Unreachable unreachable =
        new MeshException.Unreachable(peer, null, MeshException.Unreachable.Reason.TIMED_OUT);
    assertThat(unreachable.getStackTrace()).isEmpty();
    IllegalStateException cause = new IllegalStateException();
    assertThat(unreachable.initCause(cause)).hasCause(cause);
    assertThat(new MeshException.Closed().getStackTrace()).isNotEmpty();
  }

  @Test
  void textFromPeersIsEscapedAndBounded() {
    List<String> reasons = new ArrayList<>(List.of("no\nINFO forged", "x".repeat(10_000)));
    MeshException.Refused refused = new MeshException.Refused(peer, reasons);
    reasons.clear();
    assertThat(refused.getMessage()).contains("no\\u000aINFO").hasSizeLessThanOrEqualTo(400);
    assertThat(refused.reasons()).hasSize(2).allSatisfy(line -> assertThat(line).isPrintable());
    MeshException.JobFailed failed =
        new MeshException.JobFailed(
            peer, MeshException.JobFailed.Reason.HANDLER_FAILED, "\u001b[2J");
    assertThat(failed.getMessage()).endsWith("handler failed, \\u001b[2J");
    assertThat(new MeshException.ProtocolNotSupported(peer, "/x\r/1").getMessage())
        .endsWith("/x\\u000d/1");
  }
}
