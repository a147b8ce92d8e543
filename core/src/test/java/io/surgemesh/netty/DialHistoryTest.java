package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException.Unreachable.Reason;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import org.junit.jupiter.api.Test;

class DialHistoryTest {
  private static final PeerId PEER = peer(1);
  private static final PeerId OTHER = peer(2);
  private static final Multiaddr ADDRESS = address(1);

  private final DialHistory history = new DialHistory();

  private static PeerId peer(int seed) {
    byte[] key = new byte[32];
    key[0] = (byte) seed;
    key[1] = (byte) (seed >> 8);
    return KeyPair.fromSeed(key).peerId();
  }

  private static Multiaddr address(int port) {
    return Multiaddr.of("/ip4/192.0.2.1/tcp/" + port);
  }

  @Test
  void eachFailureInARowDoublesTheWaitUpToTheCap() {
    long nowNanos = 0;
    long expectedNanos = DialHistory.BACK_OFF_MIN_NANOS;
    for (int i = 0; i < 20; i++) {
      history.failed(PEER, ADDRESS, Reason.CONNECT_FAILED, nowNanos);
      nowNanos += expectedNanos - 1;
      assertThat(history.refusal(PEER, ADDRESS, false, nowNanos)).isEqualTo(Reason.CONNECT_FAILED);
      nowNanos++;
      assertThat(history.refusal(PEER, ADDRESS, false, nowNanos)).isNull();
      expectedNanos = Math.min(2 * expectedNanos, DialHistory.BACK_OFF_MAX_NANOS);
    }
    assertThat(expectedNanos).isEqualTo(DialHistory.BACK_OFF_MAX_NANOS);
  }

  @Test
  void anOldFailureIsForgiven() {
    history.failed(PEER, ADDRESS, Reason.TIMED_OUT, 0);
    history.failed(PEER, ADDRESS, Reason.TIMED_OUT, 0);
    long later = 10 * DialHistory.BACK_OFF_MAX_NANOS;
    history.failed(PEER, ADDRESS, Reason.TIMED_OUT, later);
    assertThat(history.refusal(PEER, ADDRESS, false, later + DialHistory.BACK_OFF_MIN_NANOS))
        .isNull();
  }

  @Test
  void onlyTheAddressTogetherWithThePeerIsLeftAlone() {
    history.failed(PEER, ADDRESS, Reason.WRONG_PEER, 0);
    assertThat(history.refusal(PEER, ADDRESS, false, 1)).isEqualTo(Reason.WRONG_PEER);
    assertThat(history.refusal(OTHER, ADDRESS, false, 1)).isNull();
    assertThat(history.refusal(PEER, address(2), false, 1)).isNull();
  }

  @Test
  void whereSomebodyElseAnsweredIsBarredForFiveMinutesWhoeverAsks() {
    history.failed(PEER, ADDRESS, Reason.WRONG_PEER, 0);
    history.connected(PEER);
    long end = DialHistory.BAR_NANOS;
    assertThat(history.refusal(PEER, ADDRESS, true, end - 1)).isEqualTo(Reason.WRONG_PEER);
    assertThat(history.refusal(PEER, ADDRESS, true, end)).isNull();
  }

  @Test
  void whatACallerNamesIsNotHeldBackByFailures() {
    history.failed(PEER, ADDRESS, Reason.CONNECT_FAILED, 0);
    assertThat(history.refusal(PEER, ADDRESS, true, 1)).isNull();
  }

  @Test
  void aConnectionEndsTheBackOff() {
    history.failed(PEER, ADDRESS, Reason.CONNECT_FAILED, 0);
    history.connected(PEER);
    assertThat(history.refusal(PEER, ADDRESS, false, 1)).isNull();
  }

  @Test
  void atTheBoundsWhatFailedLongestAgoIsForgotten() {
    for (int i = 0; i <= DialHistory.ADDRESSES_MAX; i++) {
      history.failed(PEER, address(i + 1), Reason.CONNECT_FAILED, 0);
    }
    assertThat(history.refusal(PEER, address(1), false, 1)).isNull();
    assertThat(history.refusal(PEER, address(2), false, 1)).isNotNull();
    for (int i = 0; i < DialHistory.PEERS_MAX; i++) {
      history.failed(peer(i + 2), ADDRESS, Reason.CONNECT_FAILED, 0);
    }
    assertThat(history.refusal(PEER, address(2), false, 1)).isNull();
    assertThat(history.refusal(OTHER, ADDRESS, false, 1)).isNotNull();
  }
}
