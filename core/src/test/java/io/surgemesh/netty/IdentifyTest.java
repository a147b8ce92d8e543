package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.surgemesh.host.Connection;
import io.surgemesh.host.Identify;
import io.surgemesh.host.PeerArchive;
import io.surgemesh.host.Peerstore;
import io.surgemesh.host.Ping;
import io.surgemesh.host.ProtocolId;
import io.surgemesh.host.RecordNumbers;
import io.surgemesh.host.Stream;
import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.MeshException.StreamBroken;
import io.surgemesh.identity.PeerRecord;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.identity.Signatures;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.wire.FrameDecoder;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Identify and ping between hosts, one of which tells what it should not. */
@Tag("socket")
@Timeout(60)
class IdentifyTest {
  private static final Multiaddr TOLD = Multiaddr.of("/ip4/192.0.2.7/tcp/4001");
  private static final Multiaddr SIGNED = Multiaddr.of("/ip4/192.0.2.8/tcp/4001");

  private final Hosts hosts = new Hosts();
  private final KeyPair liarKey = KeyPair.generate(new SecureRandom());
  private final KeyPair otherKey = KeyPair.generate(new SecureRandom());

  @AfterEach
  void close() {
    hosts.close();
  }

  private io.surgemesh.wire.pb.Identify.Builder honest() {
    return io.surgemesh.wire.pb.Identify.newBuilder()
        .setPublicKey(ByteString.copyFrom(liarKey.publicKey().encode()))
        .addListenAddrs(ByteString.copyFrom(TOLD.encode()))
        .addProtocols("/a/1");
  }

  /** Starts a host that answers identify with these frames; returns it. */
  private NettyHost telling(byte[]... frames) {
    NettyHost liar =
        hosts.start(
            c ->
                new NettyHostConfig(
                    liarKey,
                    c.listen(),
                    c.agentVersion(),
                    c.deadlines(),
                    c.limits(),
                    c.yamux(),
                    c.securities(),
                    c.loops(),
                    c.nameServers(),
                    c.metrics(),
                    c.autoNat()));
    liar.handle(
        Identify.PROTOCOL,
        stream -> {
          for (byte[] frame : frames) {
            stream.write(ByteBuffer.wrap(frame));
          }
          stream.closeWrite();
          return new RecordingListener();
        });
    return liar;
  }

  private static byte[] frame(io.surgemesh.wire.pb.Identify.Builder message) {
    return FrameDecoder.frame(message.build().toByteArray());
  }

  private NettyHost connectTo(NettyHost liar) {
    NettyHost a = hosts.start();
    Hosts.await(a.connect(Hosts.addressOf(liar)));
    return a;
  }

  @Test
  void addressesAndProtocolsReachThePeerstore() {
    NettyHost liar = telling(frame(honest()));
    NettyHost a = connectTo(liar);
    await().until(() -> a.peerstore().addresses(liar.peerId()).contains(TOLD));
    await()
        .until(
            () -> a.peerstore().protocols(liar.peerId()).equals(List.of(new ProtocolId("/a/1"))));
  }

  @Test
  void severalMessagesAreMerged() {
    NettyHost liar =
        telling(frame(honest()), frame(honest().clearProtocols().addProtocols("/b/1")));
    NettyHost a = connectTo(liar);
    await().until(() -> a.peerstore().protocols(liar.peerId()).size() == 2);
  }

  @Test
  void aSignedRecordCountsMoreThanWhatIsSaid() {
    byte[] record = PeerRecord.seal(liarKey, Signatures.ed25519(), 1, List.of(SIGNED)).encode();
    NettyHost liar = telling(frame(honest().setSignedPeerRecord(ByteString.copyFrom(record))));
    NettyHost a = connectTo(liar);
    await().until(() -> a.peerstore().addresses(liar.peerId()).contains(SIGNED));
    assertThat(a.peerstore().addresses(liar.peerId())).doesNotContain(TOLD);
  }

  @Test
  void aRecordOfAnotherPeerIsIgnored() {
    byte[] record = PeerRecord.seal(otherKey, Signatures.ed25519(), 1, List.of(SIGNED)).encode();
    NettyHost liar = telling(frame(honest().setSignedPeerRecord(ByteString.copyFrom(record))));
    NettyHost a = connectTo(liar);
    await().until(() -> a.peerstore().addresses(liar.peerId()).contains(TOLD));
    assertThat(a.peerstore().addresses(liar.peerId())).doesNotContain(SIGNED);
  }

  @Test
  void anotherPeersKeyClosesTheConnection() {
    NettyHost liar =
        telling(frame(honest().setPublicKey(ByteString.copyFrom(otherKey.publicKey().encode()))));
    NettyHost a = connectTo(liar);
    await().until(() -> a.connectedPeers().isEmpty());
  }

  @Test
  void addressesAndProtocolsAreBounded() {
    var message = honest();
    for (int i = 0; i < 190; i++) {
      message.addListenAddrs(
          ByteString.copyFrom(Multiaddr.of("/ip4/192.0.2.9/tcp/" + (i + 1)).encode()));
      message.addProtocols("/p/" + i);
    }
    message.addProtocols("not a protocol").addListenAddrs(ByteString.copyFromUtf8("junk"));
    NettyHost liar = telling(frame(message));
    NettyHost a = connectTo(liar);
    await().until(() -> a.peerstore().protocols(liar.peerId()).size() == Peerstore.PROTOCOLS_MAX);
  }

  @Test
  void anAnswerThatIsNoMessageFailsAndLeavesTheConnection() {
    NettyHost liar = telling(new byte[] {3, (byte) 0xff, (byte) 0xff, (byte) 0xff});
    NettyHost a = connectTo(liar);
    Connection connection = Hosts.await(a.connect(liar.peerId()));
    CompletableFuture<?> asked = ask(a, connection);
    assertThat(((StreamBroken) Hosts.awaitFailure(asked)).reason())
        .isEqualTo(ResetReason.MISBEHAVED);
    assertThat(a.connectedPeers()).contains(liar.peerId());
  }

  @Test
  void anAnswerBeyondTheBoundFails() {
    NettyHost liar = telling(FrameDecoder.frame(new byte[Identify.MESSAGE_BYTES_MAX + 1]));
    NettyHost a = connectTo(liar);
    CompletableFuture<?> asked = ask(a, Hosts.await(a.connect(liar.peerId())));
    assertThat(((StreamBroken) Hosts.awaitFailure(asked)).reason())
        .isEqualTo(ResetReason.MISBEHAVED);
  }

  @Test
  void noAnswerFails() {
    NettyHost liar = telling();
    NettyHost a = connectTo(liar);
    CompletableFuture<?> asked = ask(a, Hosts.await(a.connect(liar.peerId())));
    assertThat(Hosts.awaitFailure(asked)).isInstanceOf(StreamBroken.class);
  }

  private CompletableFuture<?> ask(NettyHost host, Connection connection) {
    return new Identify(
            host,
            otherKey,
            Signatures.ed25519(),
            "test",
            List::of,
            new RecordNumbers(InstantSource.system(), PeerArchive.none()))
        .ask(connection);
  }

  @Test
  void whatIsPushedIsTakenAsIfAsked() {
    NettyHost a = hosts.start();
    NettyHost b = telling(frame(honest()));
    Connection connection = Hosts.await(b.connect(Hosts.addressOf(a)));
    await().until(() -> !a.peerstore().protocols(b.peerId()).isEmpty());
    Stream push = Hosts.await(connection.open(Identify.PUSH, new RecordingListener()));
    push.write(ByteBuffer.wrap(frame(honest().addProtocols("/c/1"))));
    push.closeWrite();
    await().until(() -> a.peerstore().protocols(b.peerId()).contains(new ProtocolId("/c/1")));
  }

  /** Pushes one message from {@code b} to {@code a} and waits until it was taken. */
  private static void push(Connection connection, io.surgemesh.wire.pb.Identify.Builder message) {
    RecordingListener listener = new RecordingListener();
    Stream push = Hosts.await(connection.open(Identify.PUSH, listener));
    push.write(ByteBuffer.wrap(frame(message)));
    push.closeWrite();
    Hosts.await(listener.remoteClosed);
  }

  @Test
  void whatAPushLeavesOutStaysAsItWas() {
    NettyHost a = hosts.start();
    NettyHost b = telling(frame(honest()));
    Connection connection = Hosts.await(b.connect(Hosts.addressOf(a)));
    await().until(() -> !a.peerstore().protocols(b.peerId()).isEmpty());
    push(
        connection,
        io.surgemesh.wire.pb.Identify.newBuilder()
            .addListenAddrs(ByteString.copyFrom(SIGNED.encode())));
    await().until(() -> a.peerstore().addresses(b.peerId()).contains(SIGNED));
    assertThat(a.peerstore().addresses(b.peerId())).contains(TOLD);
    assertThat(a.peerstore().protocols(b.peerId())).containsExactly(new ProtocolId("/a/1"));
  }

  @Test
  void anotherPeersKeyInAPushClosesTheConnection() {
    NettyHost a = hosts.start();
    NettyHost b = telling(frame(honest()));
    Connection connection = Hosts.await(b.connect(Hosts.addressOf(a)));
    push(connection, honest().setPublicKey(ByteString.copyFrom(otherKey.publicKey().encode())));
    await().until(() -> a.connectedPeers().isEmpty());
  }

  @Test
  void aRecordOlderThanOneShownIsIgnored() {
    NettyHost a = hosts.start();
    NettyHost b = telling(frame(honest()));
    Connection connection = Hosts.await(b.connect(Hosts.addressOf(a)));
    Multiaddr old = Multiaddr.of("/ip4/192.0.2.66/tcp/4001");
    push(connection, honest().setSignedPeerRecord(record(liarKey, 2, SIGNED)));
    await().until(() -> a.peerstore().addresses(b.peerId()).contains(SIGNED));
    push(connection, honest().setSignedPeerRecord(record(liarKey, 1, old)).addProtocols("/c/1"));
    await().until(() -> a.peerstore().protocols(b.peerId()).contains(new ProtocolId("/c/1")));
    assertThat(a.peerstore().addresses(b.peerId())).doesNotContain(old);
  }

  private static ByteString record(KeyPair key, long seq, Multiaddr address) {
    return ByteString.copyFrom(
        PeerRecord.seal(key, Signatures.ed25519(), seq, List.of(address)).encode());
  }

  @Test
  void aForgedRecordIsIgnored() {
    byte[] record = record(liarKey, 1, SIGNED).toByteArray();
    record[record.length - 1] ^= 1;
    NettyHost liar = telling(frame(honest().setSignedPeerRecord(ByteString.copyFrom(record))));
    NettyHost a = connectTo(liar);
    await().until(() -> a.peerstore().addresses(liar.peerId()).contains(TOLD));
    assertThat(a.peerstore().addresses(liar.peerId())).doesNotContain(SIGNED);
  }

  @Test
  void theEleventhMessageIsNotTaken() {
    byte[][] frames = new byte[11][];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = frame(honest().addProtocols("/p/" + i));
    }
    NettyHost liar = telling(frames);
    NettyHost a = connectTo(liar);
    await().until(() -> !a.peerstore().protocols(liar.peerId()).isEmpty());
    assertThat(a.peerstore().protocols(liar.peerId()))
        .contains(new ProtocolId("/p/9"))
        .doesNotContain(new ProtocolId("/p/10"));
    assertThat(a.connectedPeers()).contains(liar.peerId());
  }

  @Test
  void protocolsByTheHundredThousandFailTheAsking() {
    var message = honest();
    for (int i = 0; i < 100_000; i++) {
      message.addProtocols("/p/" + i);
    }
    NettyHost liar = telling(frame(message));
    NettyHost a = connectTo(liar);
    CompletableFuture<?> asked = ask(a, Hosts.await(a.connect(liar.peerId())));
    assertThat(((StreamBroken) Hosts.awaitFailure(asked)).reason())
        .isEqualTo(ResetReason.MISBEHAVED);
    assertThat(a.peerstore().protocols(liar.peerId())).isEmpty();
  }

  @Test
  void connectedPeersAreToldOfANewProtocol() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    ProtocolId fresh = new ProtocolId("/fresh/1");
    Hosts.await(a.connect(Hosts.addressOf(b)));
    await().until(() -> b.peerstore().protocols(a.peerId()).contains(Identify.PUSH));
    await().until(() -> a.peerstore().protocols(b.peerId()).contains(Identify.PUSH));
    a.handle(fresh, stream -> new RecordingListener());
    await().until(() -> b.peerstore().protocols(a.peerId()).contains(fresh));
    a.unhandle(fresh);
    await().until(() -> !b.peerstore().protocols(a.peerId()).contains(fresh));
  }

  @Test
  void onLoopbackNothingIsObserved() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    Hosts.await(a.connect(Hosts.addressOf(b)));
    await().until(() -> !a.peerstore().protocols(b.peerId()).isEmpty());
    assertThat(a.observedAddresses()).isEmpty();
  }

  @Test
  void aFloodOfPushesIsReset() {
    NettyHost a = hosts.start();
    NettyHost b = telling(frame(honest()));
    Connection connection = Hosts.await(b.connect(Hosts.addressOf(a)));
    int taken = 0;
    for (int i = 0; i < 100; i++) {
      Stream push =
          Hosts.await(
              connection.open(Identify.PUSH, new RecordingListener()).exceptionally(reset -> null));
      if (push != null) {
        taken++;
        push.write(ByteBuffer.wrap(frame(honest())));
        push.closeWrite();
      }
    }
    assertThat(taken).isBetween(10, 80);
    assertThat(a.connectedPeers()).contains(b.peerId());
  }

  @Test
  void aWrongEchoFailsThePing() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    b.handle(
        Ping.PROTOCOL,
        stream -> {
          stream.write(ByteBuffer.wrap(new byte[Ping.PAYLOAD_BYTES]));
          return new RecordingListener();
        });
    Hosts.await(a.connect(Hosts.addressOf(b)));
    Throwable failure = Hosts.awaitFailure(Ping.ping(a, b.peerId(), Duration.ofSeconds(10)));
    assertThat(((StreamBroken) failure).reason()).isEqualTo(ResetReason.MISBEHAVED);
  }

  @Test
  void aPingWithoutEchoEndsAtItsDeadline() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    RecordingListener silent = new RecordingListener();
    b.handle(Ping.PROTOCOL, stream -> silent);
    Hosts.await(a.connect(Hosts.addressOf(b)));
    Throwable failure = Hosts.awaitFailure(Ping.ping(a, b.peerId(), Duration.ofMillis(300)));
    assertThat(((StreamBroken) failure).reason()).isEqualTo(ResetReason.TIMED_OUT);
    Hosts.await(silent.reset);
  }

  @Test
  void thePingResponderClosesItsSideWhenThePeerDoes() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    Connection connection = Hosts.await(a.connect(Hosts.addressOf(b)));
    for (int i = 0; i < 5; i++) {
      RecordingListener listener = new RecordingListener();
      Stream stream = Hosts.await(connection.open(Ping.PROTOCOL, listener));
      stream.closeWrite();
      Hosts.await(listener.remoteClosed);
    }
  }

  @Test
  void aThirdPingStreamIsReset() {
    NettyHost a = hosts.start();
    NettyHost b = hosts.start();
    Connection connection = Hosts.await(a.connect(Hosts.addressOf(b)));
    Hosts.await(connection.open(Ping.PROTOCOL, new RecordingListener()));
    Hosts.await(connection.open(Ping.PROTOCOL, new RecordingListener()));
    Throwable failure = Hosts.awaitFailure(connection.open(Ping.PROTOCOL, new RecordingListener()));
    assertThat(((StreamBroken) failure).reason()).isEqualTo(ResetReason.REMOTE);
  }
}
