package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.surgemesh.host.Connection;
import io.surgemesh.host.Identify;
import io.surgemesh.host.PeerArchive;
import io.surgemesh.host.PeerArchive.Acquaintance;
import io.surgemesh.host.PeerArchive.Encounter;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.host.Stream;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException;
import io.surgemesh.identity.PeerId;
import io.surgemesh.identity.PeerRecord;
import io.surgemesh.identity.SignedEnvelope;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a host has kept when it comes back, whatever its wall clock did. */
@Tag("socket")
@Timeout(60)
class HostArchiveTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration LONG = Duration.ofDays(8);

  @TempDir Path directory;
  private final Hosts hosts = new Hosts();
  private final KeyPair key = KeyPair.generate(new SecureRandom());
  private volatile Instant now = START;
  private PeerArchive archive;
  private NettyHost host;

  @BeforeEach
  void start() throws MeshException {
    archive = PeerArchive.in(directory.resolve("peers.db"), () -> now);
    host =
        NettyHost.start(
            NettyHostConfig.defaults(key).withListen(List.of(Hosts.LOOPBACK)).withLoops(1),
            archive,
            () -> now);
  }

  @AfterEach
  void stop() {
    host.close();
    archive.close();
    hosts.close();
  }

  private void restart() throws MeshException {
    host.close();
    archive.close();
    start();
  }

  private NettyHost connected() {
    NettyHost friend = hosts.start();
    Hosts.await(host.connect(Hosts.addressOf(friend)));
    await().until(() -> !host.peerstore().protocols(friend.peerId()).isEmpty());
    return friend;
  }

  /** Keeps somebody met now, as without any such one those met long ago count too. */
  private void meetAnother() {
    PeerId other = KeyPair.generate(new SecureRandom()).peerId();
    Multiaddr address = Multiaddr.of("/ip4/192.0.2.1/tcp/1");
    archive.save(
        new Acquaintance(new PeerInfo(other, List.of(address)), List.of()),
        new Encounter(address, false));
  }

  @Test
  void whoStaysForEightDaysIsStillKnownAfterARestart() throws MeshException {
    NettyHost friend = connected();
    now = START.plus(LONG);
    meetAnother();
    restart();
    assertThat(host.peerstore().size()).isEqualTo(2);
    assertThat(host.peerstore().addresses(friend.peerId()))
        .containsExactlyElementsOf(friend.addresses());
    assertThat(Hosts.await(host.connect(friend.peerId())).remotePeer()).isEqualTo(friend.peerId());
  }

  @Test
  void whoLeavesIsKnownForAWeekFromThen() throws MeshException {
    NettyHost friend = connected();
    now = START.plus(LONG);
    friend.close();
    await().until(() -> host.connectedPeers().isEmpty());
    // Whatever follows from that has been done on the loop.
    CompletableFuture<Void> done = new CompletableFuture<>();
    host.loop().execute(() -> done.complete(null));
    Hosts.await(done);
    now = START.plus(LONG).plus(Duration.ofDays(6));
    meetAnother();
    restart();
    assertThat(host.peerstore().addresses(friend.peerId()))
        .containsExactlyElementsOf(friend.addresses());
    now = START.plus(LONG).plus(Duration.ofDays(7));
    restart();
    assertThat(host.peerstore().addresses(friend.peerId())).isEmpty();
  }

  private PeerRecord record() throws IOException, MalformedMessageException {
    Connection connection = Hosts.await(hosts.start().connect(Hosts.addressOf(host)));
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    RecordingListener listener =
        new RecordingListener() {
          @Override
          public void onData(Stream stream, ByteBuffer data) {
            byte[] bytes = new byte[data.remaining()];
            data.duplicate().get(bytes);
            answer.writeBytes(bytes);
            super.onData(stream, data);
          }
        };
    Hosts.await(connection.open(Identify.PROTOCOL, listener));
    Hosts.await(listener.remoteClosed);
    byte[] envelope =
        io.surgemesh.wire.pb.Identify.parseDelimitedFrom(
                new ByteArrayInputStream(answer.toByteArray()))
            .getSignedPeerRecord()
            .toByteArray();
    return PeerRecord.read(SignedEnvelope.decode(envelope));
  }

  @Test
  void ourRecordsAreNumberedByTheClockWhileItGoesOn() throws Exception {
    assertThat(record().seq()).isEqualTo(START.toEpochMilli());
    now = Instant.ofEpochSecond(1L << 31).plusSeconds(1);
    restart();
    assertThat(record().seq()).isEqualTo(now.toEpochMilli());
  }

  @Test
  void aClockThatWasSetBackMakesNoOlderRecord() throws Exception {
    PeerRecord before = record();
    now = START.minus(Duration.ofDays(1));
    restart();
    PeerRecord after = record();
    assertThat(after.addresses()).isNotEqualTo(before.addresses());
    assertThat(after.seq()).isGreaterThan(before.seq());
    now = Instant.EPOCH;
    restart();
    assertThat(record().seq()).isGreaterThan(after.seq());
  }
}
