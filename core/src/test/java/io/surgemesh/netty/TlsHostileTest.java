package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.Ping;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.Security;
import io.surgemesh.session.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("socket")
@Timeout(60)
class TlsHostileTest {
  private static final String[] MUXER = {"/yamux/1.0.0", "libp2p"};
  private static final char[] NO_PASSWORD = {};

  private final Hosts hosts = new Hosts(Security.TLS, Security.NOISE);
  private final TlsIdentity mallory =
      TlsIdentity.create(KeyPair.generate(new SecureRandom()), new SecureRandom());

  @AfterEach
  void close() {
    hosts.close();
  }

  /** Takes whatever certificate the host has: it is the host that is tested. */
  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private static KeyManager @Nullable [] keys(PrivateKey key, Certificate... chain)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    store.setKeyEntry("mallory", key, NO_PASSWORD, chain);
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static void sendLine(Socket socket, String... lines) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      text.append((char) (line.length() + 1)).append(line).append('\n');
    }
    socket.getOutputStream().write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  private static Socket proposeTls(NettyHost host) throws IOException {
    Multiaddr.TcpAddress tcp = host.addresses().get(0).tcp().orElseThrow();
    Socket socket = new Socket(tcp.host(), tcp.port());
    socket.setSoTimeout(20_000);
    sendLine(socket, "/multistream/1.0.0", "/tls/1.0.0");
    InputStream in = socket.getInputStream();
    assertThat(in.readNBytes(20 + 12)).endsWith('\n');
    return socket;
  }

  /** Returns whether the host still talks to who shakes hands like this. */
  private static boolean isTaken(
      NettyHost host, String protocol, String[] alpn, KeyManager @Nullable [] keys)
      throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, new TrustManager[] {new Anybody()}, new SecureRandom());
    try (Socket plain = proposeTls(host);
        SSLSocket tls =
            (SSLSocket) context.getSocketFactory().createSocket(plain, "", plain.getPort(), true)) {
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setProtocols(new String[] {protocol});
      parameters.setApplicationProtocols(alpn);
      tls.setSSLParameters(parameters);
      tls.startHandshake();
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

  private static void assertStillServes(Hosts hosts, NettyHost host) {
    NettyHost friend = hosts.start();
    Hosts.await(friend.connect(Hosts.addressOf(host)));
    assertThat(Hosts.await(Ping.ping(friend, host.peerId(), Duration.ofSeconds(10)))).isPositive();
  }

  @Test
  void aClientByTheRulesIsTaken() throws IOException, GeneralSecurityException {
    NettyHost host = hosts.start();
    KeyManager[] good = keys(mallory.privateKey(), mallory.certificate());
    assertThat(isTaken(host, "TLSv1.3", MUXER, good)).isTrue();
  }

  @Test
  void aClientWithoutACertificateIsRefused() throws IOException, GeneralSecurityException {
    NettyHost host = hosts.start();
    assertThat(isTaken(host, "TLSv1.3", MUXER, null)).isFalse();
    assertStillServes(hosts, host);
  }

  @Test
  void olderTlsIsRefused() throws IOException, GeneralSecurityException {
    NettyHost host = hosts.start();
    KeyManager[] good = keys(mallory.privateKey(), mallory.certificate());
    assertThat(isTaken(host, "TLSv1.2", MUXER, good)).isFalse();
    assertStillServes(hosts, host);
  }

  @Test
  void anotherApplicationProtocolOrNoneIsRefused() throws IOException, GeneralSecurityException {
    NettyHost host = hosts.start();
    KeyManager[] good = keys(mallory.privateKey(), mallory.certificate());
    assertThat(isTaken(host, "TLSv1.3", new String[] {"h2"}, good)).isFalse();
    assertThat(isTaken(host, "TLSv1.3", new String[0], good)).isFalse();
    assertStillServes(hosts, host);
  }

  @Test
  void garbageInsteadOfTlsIsClosedAtOnce() throws IOException {
    NettyHost host = hosts.start();
    SplittableRandom random = new SplittableRandom(9);
    for (int i = 0; i < 50; i++) {
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
