package io.surgemesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.Connection;
import io.surgemesh.host.Perf;
import io.surgemesh.host.PerfResult;
import io.surgemesh.host.PerfRun;
import io.surgemesh.host.Stream;
import io.surgemesh.host.StreamListener;
import io.surgemesh.identity.MeshException.ProtocolNotSupported;
import io.surgemesh.identity.MeshException.StreamBroken;
import io.surgemesh.identity.ResetReason;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** {@code /perf/1.0.0} in virtual time, whole messages and bytes. */
class PerfTest {
  private static final int MIB = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final TwoNodes nodes = new TwoNodes();

  private PerfRun start(TwoNodes between, long uploadBytes, long downloadBytes) {
    between.connect();
    return Perf.start(between.near, between.far.peerId(), uploadBytes, downloadBytes, PATIENCE);
  }

  private static ByteBuffer request(long wantedBytes) {
    return ByteBuffer.allocate(Long.BYTES).putLong(0, wantedBytes);
  }

  /** Opens a stream to a server whose client does what it likes. */
  private Stream open(StreamListener listener) {
    Perf.serve(nodes.far);
    return nodes.await(nodes.connect().open(Perf.PROTOCOL, listener));
  }

  @Test
  void bothDirectionsAreMeasuredOneAfterTheOther() {
    Perf.serve(nodes.far);
    PerfRun run = start(nodes, 3 * MIB + 1, 2 * MIB + 7);
    PerfResult result = nodes.await(run.result());
    assertThat(run.uploadedBytes()).isEqualTo(3 * MIB + 1);
    assertThat(run.downloadedBytes()).isEqualTo(2 * MIB + 7);
    assertThat(result.upload()).isGreaterThanOrEqualTo(TwoNodes.LATENCY.multipliedBy(2));
    assertThat(result.download()).isPositive();
  }

  @Test
  void theSameClassesRunOverBytes() {
    TwoNodes bytes = TwoNodes.atByteLevel(new RecordingListener());
    Perf.serve(bytes.far);
    PerfRun run = start(bytes, MIB, 2 * MIB);
    bytes.await(run.result());
    assertThat(run.downloadedBytes()).isEqualTo(2 * MIB);
  }

  @Test
  void nothingToMoveIsOneRoundTrip() {
    Perf.serve(nodes.far);
    PerfResult result = nodes.await(start(nodes, 0, 0).result());
    assertThat(result).isEqualTo(new PerfResult(TwoNodes.LATENCY.multipliedBy(2), Duration.ZERO));
  }

  @Test
  void nobodyServesItUnasked() {
    assertThat(nodes.awaitFailure(start(nodes, 0, 1).result()))
        .isInstanceOf(ProtocolNotSupported.class);
  }

  @Test
  void theServerSendsNothingBeforeThePeerHasClosed() {
    RecordingListener client = new RecordingListener();
    Stream stream = open(client);
    stream.write(request(1));
    stream.write(ByteBuffer.allocate(1000));
    nodes.runMillis(1000);
    assertThat(client.events).isEmpty();
    stream.closeWrite();
    nodes.runMillis(100);
    assertThat(client.bytes).isEqualTo(1);
    assertThat(client.events).last().isEqualTo("closed");
  }

  @Test
  void theLargestNumberIsAPeerThatReadsUntilItHasEnough() {
    RecordingListener client = new RecordingListener();
    Stream stream = open(client);
    stream.write(request(-1));
    stream.closeWrite();
    nodes.runMillis(1000);
    assertThat(client.bytes).isGreaterThan(MIB);
    stream.reset();
    nodes.runMillis(100);
    long read = client.bytes;
    nodes.runMillis(1000);
    assertThat(client.bytes).isEqualTo(read);
  }

  @Test
  void whoReadsNothingIsResetAfterAMinuteAndHoldsAWindowUntilThen() {
    RecordingListener client = new RecordingListener(false);
    Stream stream = open(client);
    stream.write(request(Long.MAX_VALUE));
    stream.closeWrite();
    nodes.network.time().runFor(Duration.ofSeconds(Perf.STALL_SECONDS - 1));
    assertThat(client.events).noneMatch(event -> event.contains("reset"));
    assertThat(client.bytes).isLessThan(MIB);
    nodes.network.time().runFor(Duration.ofSeconds(2));
    assertThat(client.events).last().asString().contains("reset");
  }

  @Test
  void whoSaysNothingIsResetAfterAMinute() {
    RecordingListener client = new RecordingListener();
    open(client).write(ByteBuffer.allocate(3));
    nodes.network.time().runFor(Duration.ofSeconds(Perf.STALL_SECONDS + 1));
    assertThat(client.events).last().asString().contains("reset");
  }

  @Test
  void aRequestCutShortIsReset() {
    RecordingListener client = new RecordingListener();
    Stream stream = open(client);
    stream.write(ByteBuffer.allocate(7));
    stream.closeWrite();
    nodes.runMillis(100);
    assertThat(client.events).last().asString().contains("reset");
  }

  @Test
  void aRequestInPiecesIsOneNumber() {
    RecordingListener client = new RecordingListener();
    Stream stream = open(client);
    for (byte b : request(0x0102).array()) {
      stream.write(ByteBuffer.wrap(new byte[] {b}));
    }
    stream.closeWrite();
    nodes.runMillis(200);
    assertThat(client.bytes).isEqualTo(0x0102);
  }

  @Test
  void streamsBeyondTheBoundOfAPeerAreResetAndSlotsComeBack() {
    Perf.serve(nodes.far);
    Connection connection = nodes.connect();
    List<Stream> open = new ArrayList<>();
    for (int i = 0; i < Perf.STREAMS_PER_PEER_MAX; i++) {
      open.add(nodes.await(connection.open(Perf.PROTOCOL, new RecordingListener())));
    }
    RecordingListener beyond = new RecordingListener();
    CompletableFuture<Stream> refused = connection.open(Perf.PROTOCOL, beyond);
    nodes.runMillis(100);
    assertThat(refused.isCompletedExceptionally() || beyond.events.contains("reset REMOTE"))
        .isTrue();
    open.forEach(Stream::reset);
    nodes.runMillis(100);
    assertThat(nodes.await(start(nodes, 1, 1).result())).isNotNull();
  }

  /** Runs a client against a server that does as told with the stream once it is open. */
  private Throwable against(Consumer<Stream> server) {
    nodes.far.handle(
        Perf.PROTOCOL,
        stream -> {
          server.accept(stream);
          return new RecordingListener();
        });
    return nodes.awaitFailure(start(nodes, 0, 10).result());
  }

  private static void assertBroken(Throwable failure, ResetReason reason) {
    assertThat(((StreamBroken) failure).reason()).isEqualTo(reason);
  }

  @Test
  void aServerThatSendsTooMuchMisbehaves() {
    assertBroken(against(stream -> stream.write(ByteBuffer.allocate(11))), ResetReason.MISBEHAVED);
  }

  @Test
  void aServerThatEndsEarlyHasBrokenTheStream() {
    assertBroken(against(Stream::closeWrite), ResetReason.REMOTE);
    assertBroken(against(Stream::reset), ResetReason.REMOTE);
  }

  @Test
  void aServerThatStallsEndsThePatience() {
    assertBroken(against(stream -> {}), ResetReason.TIMED_OUT);
  }

  @Test
  void aRunThatIsCancelledResetsItsStream() {
    RecordingListener server = new RecordingListener(false);
    nodes.far.handle(Perf.PROTOCOL, stream -> server);
    PerfRun run = start(nodes, 10 * MIB, 0);
    nodes.runMillis(1000);
    run.result().cancel(false);
    nodes.runMillis(100);
    assertThat(server.events).last().asString().contains("reset");
  }
}
