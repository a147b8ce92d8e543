package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.Connection;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException.Unreachable;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.Security;
import io.surgemesh.session.TlsIdentity;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a host says when it dials with TLS, to servers that are not ours. */
@Tag("socket")
@Timeout(60)
class TlsDialTest {
  private static final int HANDSHAKE_RECORD = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int SERVER_NAME = 0;
  private static final int ALPN = 16;
  private static final int PRE_SHARED_KEY = 41;
  private static final int EARLY_DATA = 42;
  private static final int SUPPORTED_VERSIONS = 43;

  private final Hosts hosts = new Hosts(Security.TLS);
  private final KeyPair identity = KeyPair.generate(new SecureRandom());
  private final TlsIdentity certificate = TlsIdentity.create(identity, new SecureRandom());
  private final ServerSocket server;

  TlsDialTest() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    hosts.close();
  }

  private CompletableFuture<Connection> dial() {
    return hosts.start().connect(Multiaddr.of("/ip4/127.0.0.1/tcp/" + server.getLocalPort()));
  }

  private Socket accept() throws IOException {
    Socket socket = server.accept();
    socket.setSoTimeout(20_000);
    assertThat(Jsse.readLine(socket)).isEqualTo("/multistream/1.0.0");
    assertThat(Jsse.readLine(socket)).isEqualTo("/tls/1.0.0");
    return socket;
  }

  /** Reads the extensions of a ClientHello that is in one record (RFC 8446, section 4.1.2). */
  private static Map<Integer, byte[]> extensions(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    assertThat(in.read()).isEqualTo(HANDSHAKE_RECORD);
    in.readUnsignedShort();
    ByteBuffer hello = ByteBuffer.wrap(in.readNBytes(in.readUnsignedShort()));
    assertThat(hello.get()).isEqualTo((byte) CLIENT_HELLO);
    // Its length, a version and a random number.
    skip(hello, 3 + 2 + 32);
    skip(hello, hello.get() & 0xff);
    skip(hello, hello.getShort());
    skip(hello, hello.get() & 0xff);
    assertThat(hello.getShort()).isEqualTo((short) hello.remaining());
    Map<Integer, byte[]> extensions = new TreeMap<>();
    while (hello.hasRemaining()) {
      int type = hello.getShort();
      byte[] content = new byte[hello.getShort()];
      hello.get(content);
      extensions.put(type, content);
    }
    return extensions;
  }

  private static void skip(ByteBuffer bytes, int count) {
    bytes.position(bytes.position() + count);
  }

  @Test
  void theFirstMessageNamesNobodyAndResumesNothing() throws IOException {
    var unused = dial();
    try (Socket socket = accept()) {
      Map<Integer, byte[]> extensions = extensions(socket);
      assertThat(extensions)
          .doesNotContainKeys(SERVER_NAME, PRE_SHARED_KEY, EARLY_DATA)
          .containsKeys(ALPN, SUPPORTED_VERSIONS);
      assertThat(extensions.get(SUPPORTED_VERSIONS)).containsExactly(2, 3, 4);
    }
  }

  @Test
  void theMuxerIsOfferedAheadOfTheProtocol() throws IOException {
    var unused = dial();
    try (Socket socket = accept()) {
      ByteBuffer offered = ByteBuffer.wrap(extensions(socket).getOrDefault(ALPN, new byte[2]));
      assertThat(offered.getShort()).isEqualTo((short) offered.remaining());
      List<String> names = new ArrayList<>();
      while (offered.hasRemaining()) {
        byte[] name = new byte[offered.get()];
        offered.get(name);
        names.add(new String(name, StandardCharsets.US_ASCII));
      }
      assertThat(names).containsExactly("/yamux/1.0.0", "libp2p");
    }
  }

  @Test
  void aServerThatAgreesOnNoMuxerIsAskedForOneAfterwards() throws IOException {
    CompletableFuture<Connection> dial = dial();
    Jsse jsse = new Jsse(certificate.privateKey(), certificate.certificate());
    try (Socket plain = accept()) {
      Jsse.sendLines(plain, "/multistream/1.0.0", "/tls/1.0.0");
      try (SSLSocket tls = jsse.over(plain, false, "TLSv1.3", "libp2p")) {
        tls.startHandshake();
        assertThat(tls.getApplicationProtocol()).isEqualTo("libp2p");
        assertThat(Jsse.readLine(tls)).isEqualTo("/multistream/1.0.0");
        assertThat(Jsse.readLine(tls)).isEqualTo("/yamux/1.0.0");
        assertThat(dial).isNotDone();
        Jsse.sendLines(tls, "/multistream/1.0.0", "/yamux/1.0.0");
        assertThat(Hosts.await(dial).remotePeer()).isEqualTo(identity.peerId());
      }
    }
  }

  @Test
  void aServerWithTwoCertificatesIsRefused() throws IOException {
    CompletableFuture<Connection> dial = dial();
    Jsse two =
        new Jsse(certificate.privateKey(), certificate.certificate(), certificate.certificate());
    try (Socket plain = accept()) {
      Jsse.sendLines(plain, "/multistream/1.0.0", "/tls/1.0.0");
      try (SSLSocket tls = two.over(plain, false, "TLSv1.3", "libp2p")) {
        tls.startHandshake();
      } catch (IOException refused) {
        assertThat(refused).isNotNull();
      }
    }
    assertThat(Hosts.awaitFailure(dial))
        .isInstanceOfSatisfying(
            Unreachable.class,
            failure -> assertThat(failure.reason()).isEqualTo(Unreachable.Reason.HANDSHAKE_FAILED));
  }
}
