package io.surgemesh.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.surgemesh.host.Connection;
import io.surgemesh.host.Identify;
import io.surgemesh.host.Perf;
import io.surgemesh.host.PerfRun;
import io.surgemesh.host.Ping;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.netty.NettyHost;
import io.surgemesh.netty.NettyHostConfig;
import io.surgemesh.session.Security;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Against go-, rust- and js-libp2p over TCP and yamux, with each secure channel, both ways. */
@Tag("interop")
@ParameterizedClass(name = "{0} over {1}")
@MethodSource("cells")
class InteropMatrixTest {
  private static final Duration STEP = Duration.ofSeconds(60);
  private static final long BULK_BYTES = 64L << 20;

  @Parameter(0)
  ForeignPeer peer;

  @Parameter(1)
  Security security;

  private final BlockingQueue<ResetReason> resets = new LinkedBlockingQueue<>();
  private NettyHost host;

  static List<Arguments> cells() {
    List<Arguments> cells = new ArrayList<>();
    for (ForeignPeer peer : ForeignPeer.values()) {
      for (Security security : Security.values()) {
        cells.add(Arguments.of(peer, security));
      }
    }
    return cells;
  }

  /** Starts our host; after the peer's program is there, so that what is missing skips. */
  private void start() throws MeshException {
    host =
        NettyHost.start(
            NettyHostConfig.defaults(KeyPair.generate(new SecureRandom()))
                .withListen(List.of(Multiaddr.of("/ip4/127.0.0.1/tcp/0")))
                .withSecurities(List.of(security)));
    host.handle(Echo.PROTOCOL, stream -> new Echo(resets));
    host.handle(Sink.PROTOCOL, stream -> new Sink());
    Perf.serve(host);
  }

  @AfterEach
  void stop() {
    if (host != null) {
      host.close();
    }
  }

  private PeerProcess program(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--security";
    all[arguments.length + 1] = security.name().toLowerCase(Locale.ROOT);
    return PeerProcess.start(peer, all);
  }

  private static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(STEP.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | InterruptedException failed) {
      throw new AssertionError(failed);
    }
  }

  @Test
  @Timeout(240)
  void weDialAndDoEverything() throws Exception {
    try (PeerProcess program = program("listen")) {
      Multiaddr address = address(program.await("listening"));
      start();
      Connection connection = get(host.connect(address));
      PeerId other = connection.remotePeer();
      identifyAndPing(program, other);
      perf(other);
      bulk(connection);
      halfClose(connection);
      reset(program, connection);
    }
  }

  @Test
  @Timeout(240)
  void theyDialAndDoEverything() throws Exception {
    peer.program();
    start();
    Multiaddr own = host.addresses().get(0).withPeerId(host.peerId().bytes());
    try (PeerProcess program = program("check", own.toString())) {
      assertThat(program.await("connected")).contains(host.peerId().toString());
      program.await("done");
      assertThat(resets.poll(STEP.toSeconds(), TimeUnit.SECONDS)).isEqualTo(ResetReason.REMOTE);
      PeerId other = host.connectedPeers().iterator().next();
      await()
          .atMost(STEP)
          .until(() -> host.peerstore().protocols(other).contains(Identify.PROTOCOL));
    }
  }

  private void identifyAndPing(PeerProcess program, PeerId other) {
    // rust-libp2p takes signed records of its own older format only.
    String signed = peer == ForeignPeer.RUST ? "" : "\"signedRecord\":true";
    assertThat(program.await("identified"))
        .contains(host.peerId().toString(), signed, host.addresses().get(0).toString());
    await().atMost(STEP).until(() -> host.peerstore().protocols(other).contains(Ping.PROTOCOL));
    for (int i = 0; i < 3; i++) {
      assertThat(get(Ping.ping(host, other, STEP))).isLessThan(STEP);
    }
  }

  private void perf(PeerId other) {
    PerfRun run = Perf.start(host, other, BULK_BYTES, BULK_BYTES, STEP);
    assertThat(get(run.result()).upload()).isPositive();
    assertThat(run.downloadedBytes()).isEqualTo(BULK_BYTES);
  }

  private static void bulk(Connection connection) {
    Transfer.Result sunk = get(Transfer.start(connection, Sink.PROTOCOL, BULK_BYTES));
    assertThat(sunk.head()).isEqualTo(sunk.sent());
    Transfer.Result echoed = get(Transfer.start(connection, Echo.PROTOCOL, BULK_BYTES));
    assertThat(echoed.receivedBytes()).isEqualTo(BULK_BYTES);
    assertThat(echoed.received()).isEqualTo(echoed.sent());
  }

  /** Everything is sent and closed before the first answer can have come. */
  private static void halfClose(Connection connection) {
    Transfer.Result half = get(Transfer.start(connection, Echo.PROTOCOL, 5));
    assertThat(half.receivedBytes()).isEqualTo(5);
    assertThat(half.received()).isEqualTo(half.sent());
  }

  /** They hear of our reset, and the connection goes on. */
  private static void reset(PeerProcess program, Connection connection) {
    Heard heard = new Heard();
    Stream stream = get(connection.open(Echo.PROTOCOL, heard));
    stream.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    get(heard.something);
    stream.reset();
    program.await("reset");
    halfClose(connection);
  }

  private static Multiaddr address(String listening) throws MalformedMessageException {
    Matcher matcher = Pattern.compile("\"addresses\":\\[\"([^\"]+)\"").matcher(listening);
    assertThat(matcher.find()).as(listening).isTrue();
    return Multiaddr.parse(matcher.group(1));
  }

  /** Waits for the first bytes. */
  private static final class Heard implements StreamListener {
    private final CompletableFuture<Void> something = new CompletableFuture<>();

    @Override
    public void onData(Stream stream, ByteBuffer data) {
      something.complete(null);
    }

    @Override
    public void onRemoteClose(Stream stream) {
      something.completeExceptionally(new AssertionError("closed"));
    }

    @Override
    public void onReset(Stream stream, ResetReason reason) {
      something.completeExceptionally(new AssertionError(reason));
    }
  }
}
