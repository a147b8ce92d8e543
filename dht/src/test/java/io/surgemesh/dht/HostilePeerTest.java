package io.surgemesh.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.pb.Message;
import io.surgemesh.host.Exchange;
import io.surgemesh.host.FrameChannel;
import io.surgemesh.host.FrameCodec;
import io.surgemesh.host.FrameListener;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.ResetReason;
import io.surgemesh.market.Capability;
import io.surgemesh.market.MeshName;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.simulator.SimulatedHost;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A peer of the mesh that sends what it must not, on streams of the real protocol. */
final class HostilePeerTest {
  private static final Capability GPU = new Capability("gpu", "3");
  private static final Bytes KEY = GPU.key(MeshName.PUBLIC);

  private record Attack(String name, Bytes content) {
    Attack(String name, byte[] content) {
      this(name, Bytes.of(content));
    }

    byte[] bytes() {
      return content.toByteArray();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** What came back on one stream. */
  private static final class Outcome implements FrameListener<byte[]> {
    private final List<byte[]> frames = new ArrayList<>();
    private @Nullable ResetReason reset;

    @Override
    public void onFrame(FrameChannel<byte[]> channel, byte[] frame) {
      frames.add(frame);
    }

    @Override
    public void onRemoteClose(FrameChannel<byte[]> channel) {}

    @Override
    public void onReset(FrameChannel<byte[]> channel, ResetReason reason) {
      reset = reason;
    }
  }

  static Stream<Attack> attacks() {
    return Stream.of(
        attack("empty key", KadMessage.Type.FIND_NODE, Bytes.EMPTY, List.of()),
        attack("empty key of providers", KadMessage.Type.GET_PROVIDERS, Bytes.EMPTY, List.of()),
        attack("key of 81 bytes", KadMessage.Type.FIND_NODE, Bytes.of(new byte[81]), List.of()),
        attack("provider is another", KadMessage.Type.ADD_PROVIDER, KEY, TestPeers.infos(1, 2)),
        attack("no provider", KadMessage.Type.ADD_PROVIDER, KEY, List.of()),
        attack("no value", KadMessage.Type.PUT_VALUE, KEY, List.of()),
        put("value of no namespace", KEY, new byte[1]),
        put("value of an unknown namespace", text("/v/a"), new byte[1]),
        put("no key of this peer", text("/pk/a"), new byte[1]),
        put("empty value", text("/pk/a"), new byte[0]),
        put("value of 32,769 bytes", text("/pk/a"), new byte[Dht.VALUE_BYTES_MAX + 1]),
        new Attack("type 99", Bytes.fromHex("08631203616263")),
        new Attack("no protobuf", Bytes.fromHex("ffffffffffff")),
        new Attack("nothing", new byte[0]),
        new Attack("too long", new byte[KadCodec.MESSAGE_BYTES_MAX + 1]));
  }

  private static Attack attack(
      String name, KadMessage.Type type, Bytes key, List<PeerInfo> providers) {
    return new Attack(
        name, KadCodec.INSTANCE.encode(new KadMessage(type, key, List.of(), providers)));
  }

  private static Attack put(String name, Bytes key, byte[] value) {
    KadMessage message = KadMessage.put(ValueRecord.of(key, Bytes.of(value)));
    return new Attack(name, KadCodec.INSTANCE.encode(message));
  }

  private static Bytes text(String text) {
    return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void aBadRequestResetsItsStreamAndNothingElse(Attack attack) {
    DhtMesh mesh = DhtMesh.joined(1, 3);
    Outcome outcome = send(mesh, mesh.host(1), attack.bytes());
    assertThat(outcome.reset).isNotNull();
    assertThat(outcome.frames).isEmpty();
    assertThat(mesh.areConnected(0, 1)).isTrue();
    assertThat(mesh.findProviders(0, GPU, 10)).isEmpty();
    byte[] ping = KadCodec.INSTANCE.encode(KadMessage.of(KadMessage.Type.PING, Bytes.EMPTY));
    assertThat(send(mesh, mesh.host(1), ping).frames).hasSize(1);
  }

  @Test
  void aPeerWithoutTheProtocolIsAnsweredButDoesNotEnterTheTable() {
    DhtMesh mesh = DhtMesh.joined(2, 3);
    SimulatedHost client = mesh.network().addHost();
    client.peerstore().addAddresses(mesh.peerId(0), mesh.host(0).addresses());
    byte[] request = KadCodec.INSTANCE.encode(KadMessage.of(KadMessage.Type.FIND_NODE, KEY));
    assertThat(send(mesh, client, request).frames).hasSize(1);
    assertThat(mesh.peer(0).driver().table().size()).isEqualTo(2);
  }

  /** What a liar sends in return for any request. */
  static Stream<Attack> answers() {
    Message.Builder crowd = Message.newBuilder().setType(Message.MessageType.GET_PROVIDERS);
    Message.Peer.Builder nobody = Message.Peer.newBuilder();
    IntStream.range(0, 10_000).forEach(i -> crowd.addCloserPeers(nobody));
    return Stream.of(
        new Attack("no protobuf", Bytes.fromHex("ffffffffffff")),
        new Attack("nothing", new byte[0]),
        new Attack("another type", Bytes.fromHex("0805")),
        new Attack("too long", new byte[KadCodec.MESSAGE_BYTES_MAX + 1]),
        new Attack("10,000 closer peers without id", crowd.build().toByteArray()),
        answer("strangers", TestPeers.infos(0, 20), TestPeers.infos(20, 40)),
        answer("too many", TestPeers.infos(0, 300), TestPeers.infos(0, 300)));
  }

  private static Attack answer(String name, List<PeerInfo> closer, List<PeerInfo> providers) {
    KadMessage message = new KadMessage(KadMessage.Type.GET_PROVIDERS, KEY, closer, providers);
    return new Attack(name, KadCodec.INSTANCE.encode(message));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void searchesSucceedWhateverAFewPeersAnswer(Attack attack) {
    DhtMesh mesh = DhtMesh.joined(3, 24);
    for (int i = 24; i < 30; i++) {
      SimulatedHost liar = mesh.network().addHost();
      Exchange.serve(
          liar,
          DhtMesh.KAD,
          FrameCodec.bytes(),
          KadCodec.MESSAGE_BYTES_MAX,
          (from, request) -> attack.bytes());
      mesh.await(liar.connect(mesh.host(0).dialAddress()));
      mesh.await(liar.connect(mesh.host(1).dialAddress()));
    }
    mesh.runFor(Duration.ofSeconds(2));
    mesh.peer(5).announce(GPU);
    mesh.runFor(Duration.ofSeconds(30));
    for (int asker = 0; asker < 4; asker++) {
      assertThat(mesh.findProviders(asker, GPU, 256)).contains(mesh.info(5));
      mesh.host(asker).disconnect(mesh.peerId(9));
      mesh.runFor(Duration.ofSeconds(1));
      assertThat(mesh.find(asker, 9)).contains(mesh.info(9));
    }
  }

  private static Outcome send(DhtMesh mesh, SimulatedHost from, byte[] request) {
    Outcome outcome = new Outcome();
    FrameChannel<byte[]> channel =
        new FrameChannel<>(from.loop(), FrameCodec.bytes(), KadCodec.MESSAGE_BYTES_MAX, outcome);
    channel.bind(mesh.await(from.open(mesh.peerId(0), DhtMesh.KAD, channel))).send(request);
    mesh.runFor(Duration.ofSeconds(2));
    return outcome;
  }
}
