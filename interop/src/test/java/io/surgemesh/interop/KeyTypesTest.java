package io.surgemesh.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.surgemesh.host.Identify;
import io.surgemesh.host.Ping;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.netty.NettyHost;
import io.surgemesh.netty.NettyHostConfig;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against peers whose keys are of other types than ours, and what is pushed both ways. */
@Tag("interop")
class KeyTypesTest {
  private static final Duration STEP = Duration.ofSeconds(60);
  private static final ProtocolId THEIRS = new ProtocolId("/surgemesh-interop/theirs/1.0.0");
  private static final ProtocolId OURS = new ProtocolId("/surgemesh-interop/ours/1.0.0");

  // js-libp2p makes no peers with ECDSA keys.
  @ParameterizedTest
  @CsvSource({
    "GO, secp256k1, 16Ui",
    "GO, rsa, Qm",
    "GO, ecdsa, Qm",
    "JS, Ed25519, 12D3",
    "JS, secp256k1, 16Ui",
    "JS, RSA, Qm"
  })
  @Timeout(240)
  void peersOfEveryKeyTypeConnectIdentifyAndPush(ForeignPeer peer, String key, String prefix)
      throws Exception {
    try (PeerProcess program = PeerProcess.start(peer, "listen", "--key", key);
        NettyHost host =
            NettyHost.start(
                NettyHostConfig.defaults(KeyPair.generate(new SecureRandom()))
                    .withListen(List.of(Multiaddr.of("/ip4/127.0.0.1/tcp/0"))))) {
      Matcher address =
          Pattern.compile("\"addresses\":\\[\"([^\"]+)\"").matcher(program.await("listening"));
      assertThat(address.find()).isTrue();
      PeerId other = host.connect(Multiaddr.parse(address.group(1))).get().remotePeer();
      assertThat(other.toString()).startsWith(prefix);
      assertThat(Ping.ping(host, other, STEP).get()).isLessThan(STEP);
      await().atMost(STEP).until(() -> host.peerstore().protocols(other).contains(Identify.PUSH));
      assertThat(program.await("identified")).contains(host.peerId().toString());

      program.say(THEIRS.value());
      await().atMost(STEP).until(() -> host.peerstore().protocols(other).contains(THEIRS));
      assertThat(host.peerstore().protocols(other)).contains(Identify.PUSH);
      if (peer == ForeignPeer.JS) {
        hearsOfOurs(program, host);
      }
    }
  }

  /** Only js tells of what is pushed to it. */
  private static void hearsOfOurs(PeerProcess program, NettyHost host) {
    host.handle(
        OURS,
        stream -> {
          throw new AssertionError("nobody opens it");
        });
    String told = program.await("identified");
    while (!told.contains(OURS.value())) {
      told = program.await("identified");
    }
  }
}
