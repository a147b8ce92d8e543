package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.surgemesh.host.HostMetrics;
import io.surgemesh.host.Ping;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.Security;
import io.surgemesh.session.SelfSigned;
import io.surgemesh.session.TlsIdentity;
import java.io.IOException;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("socket")
@Timeout(60)
class TlsHostileTest {
  private static final String[] MUXER = {"/yamux/1.0.0", "libp2p"};

  private final Hosts hosts = new Hosts(Security.TLS, Security.NOISE);
  private final KeyPair identity = KeyPair.generate(new SecureRandom());
  private final TlsIdentity mallory = TlsIdentity.create(identity, new SecureRandom());
  private final Jsse good = new Jsse(mallory.privateKey(), mallory.certificate());

  @AfterEach
  void close() {
    hosts.close();
  }

  private static Socket dial(NettyHost host) throws IOException {
    Multiaddr.TcpAddress tcp = host.addresses().get(0).tcp().orElseThrow();
    Socket socket = new Socket(tcp.host(), tcp.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static Socket proposeTls(NettyHost host) throws IOException {
    Socket socket = dial(host);
    Jsse.sendLines(socket, "/multistream/1.0.0", "/tls/1.0.0");
    assertThat(Jsse.readLine(socket)).isEqualTo("/multistream/1.0.0");
    assertThat(Jsse.readLine(socket)).isEqualTo("/tls/1.0.0");
    return socket;
  }

  /** Returns whether the host still talks to who shakes hands like this. */
  private static boolean isTaken(NettyHost host, Jsse client, String version, String... alpn)
      throws IOException {
    try (Socket plain = proposeTls(host);
        SSLSocket tls = client.over(plain, true, version, alpn)) {
      tls.startHandshake();
      if (tls.getApplicationProtocol().equals("libp2p")) {
        Jsse.sendLines(tls, "/multistream/1.0.0", "/yamux/1.0.0");
        assertThat(Jsse.readLine(tls)).isEqualTo("/multistream/1.0.0");
        assertThat(Jsse.readLine(tls)).isEqualTo("/yamux/1.0.0");
      }
      // A yamux ping, which a session answers.
      byte[] ping = {0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7};
      tls.getOutputStream().write(ping);
      byte[] answer = tls.getInputStream().readNBytes(12);
      return answer.length == 12;
    } catch (java.net.SocketTimeoutException open) {
      throw new AssertionError("neither refused nor answered", open);
    } catch (IOException refused) {
      return false;
    }
  }

  /** Shakes hands; returns whether the host took part in it up to the certificate. */
  private static boolean isForgeryLookedAt(NettyHost host, Jsse liar) {
    try (Socket plain = proposeTls(host)) {
      try (SSLSocket tls = liar.over(plain, true, "TLSv1.3", MUXER)) {
        tls.startHandshake();
        assertThat(tls.getInputStream().read()).isNegative();
      } catch (IOException refused) {
        assertThat(refused).isNotNull();
      }
      return true;
    } catch (IOException closedAtOnce) {
      return false;
    }
  }

  private static void assertStillServes(Hosts hosts, NettyHost host) {
    NettyHost friend = hosts.start();
    Hosts.await(friend.connect(Hosts.addressOf(host)));
    assertThat(Hosts.await(Ping.ping(friend, host.peerId(), Duration.ofSeconds(10)))).isPositive();
  }

  @Test
  void aClientByTheRulesIsTaken() throws IOException {
    assertThat(isTaken(hosts.start(), good, "TLSv1.3", MUXER)).isTrue();
  }

  @Test
  void aClientThatOffersNoMuxerAgreesOnOneAfterwards() throws IOException {
    assertThat(isTaken(hosts.start(), good, "TLSv1.3", "libp2p")).isTrue();
  }

  @Test
  void clientsWithCertificatesOfOtherKeysAreTaken() throws IOException {
    NettyHost host = hosts.start();
    for (SelfSigned key :
        List.of(
            SelfSigned.elliptic("secp256r1", "SHA256withECDSA"),
            SelfSigned.elliptic("secp384r1", "SHA384withECDSA"),
            SelfSigned.elliptic("secp521r1", "SHA512withECDSA"),
            SelfSigned.rsa(2048, "SHA256withRSA"))) {
      Jsse client = new Jsse(key.privateKey(), Jsse.certificate(key.ofPeer(identity)));
      assertThat(isTaken(host, client, "TLSv1.3", MUXER)).as("%s", key.algorithm()).isTrue();
    }
  }

  @Test
  void aClientWithoutACertificateIsRefused() throws IOException {
    NettyHost host = hosts.start();
    assertThat(isTaken(host, new Jsse(mallory.privateKey()), "TLSv1.3", MUXER)).isFalse();
    assertStillServes(hosts, host);
  }

  @Test
  void aClientWithTwoCertificatesIsRefused() throws IOException {
    NettyHost host = hosts.start();
    Jsse two = new Jsse(mallory.privateKey(), mallory.certificate(), mallory.certificate());
    assertThat(isTaken(host, two, "TLSv1.3", MUXER)).isFalse();
    assertStillServes(hosts, host);
  }

  @Test
  void olderTlsIsRefused() throws IOException {
    NettyHost host = hosts.start();
    assertThat(isTaken(host, good, "TLSv1.2", MUXER)).isFalse();
    assertStillServes(hosts, host);
  }

  @Test
  void anotherApplicationProtocolOrNoneIsRefused() throws IOException {
    NettyHost host = hosts.start();
    assertThat(isTaken(host, good, "TLSv1.3", "h2")).isFalse();
    assertThat(isTaken(host, good, "TLSv1.3")).isFalse();
    assertStillServes(hosts, host);
  }

  @Test
  void whoShowsForgeriesCannotComeBackAtOnceAgainAndAgain() {
    NettyHost host = hosts.start();
    SelfSigned key = SelfSigned.elliptic("secp256r1", "SHA256withECDSA");
    byte[] forged = key.ofPeer(identity);
    forged[forged.length - 1] ^= 1;
    Jsse liar = new Jsse(key.privateKey(), Jsse.certificate(forged));
    int shaken = 0;
    for (int i = 0; i < 30 && isForgeryLookedAt(host, liar); i++) {
      shaken++;
    }
    assertThat(shaken).isBetween(2, 10);
  }

  @Test
  void garbageInsteadOfTlsIsClosedAtOnce() throws IOException {
    NettyHost host = hosts.start();
    SplittableRandom random = new SplittableRandom(9);
    for (int i = 0; i < 50; i++) {
      // A place with more faults than these has to wait.
      host = i % 3 == 2 ? hosts.start() : host;
      byte[] garbage = new byte[400];
      random.nextBytes(garbage);
      if (i % 2 == 0) {
        // A record of handshake messages, and nonsense in it.
        garbage[0] = 22;
        garbage[1] = 3;
        garbage[2] = 3;
        garbage[3] = 0;
        garbage[4] = (byte) 200;
      }
      try (Socket socket = proposeTls(host)) {
        socket.getOutputStream().write(garbage);
        assertThat(socket.getInputStream().readAllBytes().length).isLessThan(100);
      } catch (java.net.SocketTimeoutException open) {
        throw new AssertionError("still open in round " + i, open);
      } catch (IOException reset) {
        assertThat(reset).isNotNull();
      }
    }
    assertStillServes(hosts, host);
  }

  @Test
  void anotherPeerThanExpectedIsRefused() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    NettyHost c = hosts.start();
    Multiaddr wrong = b.addresses().get(0).withPeerId(c.peerId().bytes());
    assertThat(Hosts.awaitFailure(a.connect(wrong)))
        .isInstanceOfSatisfying(
            Unreachable.class,
            failure -> assertThat(failure.reason()).isEqualTo(Unreachable.Reason.WRONG_PEER));
  }

  @Test
  void aRefusedProposalIsMadeAgainWithTheOtherChannel() {
    NettyHost noiseOnly = hosts.start(config -> config.withSecurities(List.of(Security.NOISE)));
    NettyHost both = hosts.start();
    Hosts.await(both.connect(Hosts.addressOf(noiseOnly)));
    assertThat(Hosts.await(Ping.ping(both, noiseOnly.peerId(), Duration.ofSeconds(10))))
        .isPositive();
  }

  @Test
  void whatWasRefusedIsNotProposedThereAgain() {
    AtomicInteger refused = new AtomicInteger();
    HostMetrics counting =
        new HostMetrics() {
          @Override
          public void handshakeFailed(Direction direction, Unreachable.Reason reason) {
            refused.incrementAndGet();
          }
        };
    NettyHost noiseOnly = hosts.start(config -> config.withSecurities(List.of(Security.NOISE)));
    NettyHost both = hosts.start(config -> config.withMetrics(counting));
    for (int i = 0; i < 3; i++) {
      Hosts.await(both.connect(Hosts.addressOf(noiseOnly)));
      both.disconnect(noiseOnly.peerId());
      await().until(() -> both.connectedPeers().isEmpty());
    }
    assertThat(refused).hasValue(1);
  }

  @Test
  void withoutACommonChannelTheDialFailsForThat() {
    NettyHost noiseOnly = hosts.start(config -> config.withSecurities(List.of(Security.NOISE)));
    NettyHost tlsOnly = hosts.start(config -> config.withSecurities(List.of(Security.TLS)));
    assertThat(Hosts.awaitFailure(tlsOnly.connect(Hosts.addressOf(noiseOnly))))
        .isInstanceOfSatisfying(
            Unreachable.class,
            failure ->
                assertThat(failure.reason()).isEqualTo(Unreachable.Reason.NO_COMMON_SECURITY));
  }
}
