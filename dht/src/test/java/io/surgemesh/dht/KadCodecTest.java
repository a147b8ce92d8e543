package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.info;
import static io.surgemesh.dht.TestPeers.infos;
import static io.surgemesh.dht.TestPeers.key;
import static io.surgemesh.dht.TestPeers.peer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.surgemesh.dht.pb.Message;
import io.surgemesh.dht.pb.Record;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.wire.ProtobufScan;
import io.surgemesh.wire.ScanLimits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KadCodecTest {
  /** The peer id of libp2p's peer-ids spec, Ed25519 test vector, as multihash. */
  private static final String PEER =
      "0024080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";

  @ParameterizedTest
  @CsvSource({
    // type = 1: varint; key = 2: bytes. Zero is left out by proto3 writers.
    "FIND_NODE, 0804, 1203616263",
    "GET_PROVIDERS, 0803, 1203616263",
    "ADD_PROVIDER, 0802, 1203616263",
    "PING, 0805, 1203616263",
    "GET_VALUE, 0801, 1203616263",
    "PUT_VALUE, 0800, 1203616263",
  })
  void requestsHaveLibp2psBytes(KadMessage.Type type, String typeHex, String keyHex)
      throws MalformedMessageException {
    KadMessage message = KadMessage.of(type, Bytes.fromHex("616263"));
    String expected = type == KadMessage.Type.PUT_VALUE ? keyHex : typeHex + keyHex;
    assertThat(Bytes.of(KadCodec.INSTANCE.encode(message)).toHex()).isEqualTo(expected);
    assertThat(KadCodec.INSTANCE.decode(Bytes.fromHex(typeHex + keyHex).toByteArray()))
        .isEqualTo(message);
  }

  @Test
  void peersHaveLibp2psBytes() throws MalformedMessageException {
    // closerPeers = 8, providerPeers = 9; Peer: id = 1, addrs = 2, connection = 3.
    String address = "047f000001060fa1";
    String peer = "0a26" + PEER + "1208" + address;
    String encoded = "0804" + "1203616263" + "4232" + peer + "4a32" + peer;
    KadMessage decoded = KadCodec.INSTANCE.decode(Bytes.fromHex(encoded).toByteArray());
    assertThat(decoded.closer()).isEqualTo(decoded.providers()).hasSize(1);
    assertThat(decoded.closer().get(0).peerId().bytes().toHex()).isEqualTo(PEER);
    assertThat(decoded.closer().get(0).addresses())
        .containsExactly(Multiaddr.of("/ip4/127.0.0.1/tcp/4001"));
    assertThat(Bytes.of(KadCodec.INSTANCE.encode(decoded)).toHex()).isEqualTo(encoded);
  }

  @Test
  void whatGoRustAndJsAddIsRead() throws MalformedMessageException {
    // Type and clusterLevelRaw = 10 (value 0 written out), a record = 3, connection = 3 of a peer,
    // and rust-libp2p's own fields 666 and 777 of a record.
    String record = "0a0161" + "120162" + "2a0163" + "d22901ff" + "c83005";
    String peer = "0a26" + PEER + "1801";
    String encoded = "0804" + "1203616263" + "1a10" + record + "422a" + peer + "5000";
    KadMessage decoded = KadCodec.INSTANCE.decode(Bytes.fromHex(encoded).toByteArray());
    assertThat(decoded.type()).isEqualTo(KadMessage.Type.FIND_NODE);
    assertThat(decoded.closer()).hasSize(1);
    assertThat(decoded.record()).contains(ValueRecord.of(Bytes.fromHex("61"), Bytes.fromHex("62")));
  }

  @Test
  void recordsHaveLibp2psBytes() throws MalformedMessageException {
    // record = 3; Record: key = 1, value = 2, timeReceived = 5.
    String time = Bytes.of("2026-11-28T13:00:00.5Z".getBytes(StandardCharsets.UTF_8)).toHex();
    String record = "0a03616263" + "120101" + "2a16" + time;
    String encoded = "0801" + "1203616263" + "1a20" + record;
    KadMessage decoded = KadCodec.INSTANCE.decode(Bytes.fromHex(encoded).toByteArray());
    Instant received = Instant.parse("2026-11-28T13:00:00.5Z");
    ValueRecord expected =
        new ValueRecord(Bytes.fromHex("616263"), Bytes.fromHex("01"), Optional.of(received));
    assertThat(decoded.record()).contains(expected);
    byte[] written = KadCodec.INSTANCE.encode(decoded);
    assertThat(KadCodec.INSTANCE.decode(written)).isEqualTo(decoded);
    assertThat(written).hasSize(KadCodec.INSTANCE.encodedBytes(decoded));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "2026-13-28T13:00:00Z", "+99999999999-01-01T00:00:00Z"})
  void aTimeThatCannotBeReadIsNone(String time) throws MalformedMessageException {
    Message message =
        Message.newBuilder()
            .setType(Message.MessageType.GET_VALUE)
            .setRecord(Record.newBuilder().setTimeReceived(time))
            .build();
    assertThat(KadCodec.INSTANCE.decode(message.toByteArray()).record())
        .contains(ValueRecord.of(Bytes.EMPTY, Bytes.EMPTY));
  }

  @Test
  void theLongestValueLeavesRoomForTheCloserPeersAndALongerOneIsRefused()
      throws MalformedMessageException {
    ValueRecord longest = ValueRecord.of(key("a"), Bytes.of(new byte[Dht.VALUE_BYTES_MAX]));
    List<PeerInfo> crowd = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      crowd.add(
          new PeerInfo(peer(i), IntStream.range(0, 16).mapToObj(TestPeers::address).toList()));
    }
    KadMessage full =
        new KadMessage(
            KadMessage.Type.GET_VALUE, key("a"), crowd, infos(0, 256), Optional.of(longest));
    KadMessage fitted = KadCodec.fitted(full);
    assertThat(fitted.closer()).isEqualTo(crowd);
    assertThat(KadCodec.INSTANCE.decode(KadCodec.INSTANCE.encode(fitted))).isEqualTo(fitted);
    ValueRecord tooLong = ValueRecord.of(key("a"), Bytes.of(new byte[Dht.VALUE_BYTES_MAX + 1]));
    byte[] refused = KadCodec.INSTANCE.encode(KadMessage.put(tooLong));
    assertThatThrownBy(() -> KadCodec.INSTANCE.decode(refused))
        .isInstanceOf(MalformedMessageException.class);
    ValueRecord ofLongKey = ValueRecord.of(Bytes.of(new byte[81]), key("a"));
    byte[] alsoRefused =
        KadCodec.INSTANCE.encode(
            new KadMessage(
                KadMessage.Type.PUT_VALUE, key("a"), List.of(), List.of(), Optional.of(ofLongKey)));
    assertThatThrownBy(() -> KadCodec.INSTANCE.decode(alsoRefused))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void peersAndAddressesThatCannotBeReadAreDropped() throws MalformedMessageException {
    Message.Peer.Builder good = Message.Peer.newBuilder().setId(id(1));
    good.addAddrs(ByteString.copyFromUtf8("nonsense"))
        .addAddrs(ByteString.EMPTY)
        .addAddrs(address("/ip4/0.0.0.0/tcp/4001"))
        .addAddrs(address("/ip4/10.0.0.1/tcp/1/p2p/" + peer(2)))
        .addAddrs(address("/p2p/" + peer(1)))
        .addAddrs(address("/ip4/10.0.0.1/tcp/1/p2p/" + peer(1)))
        .addAddrs(address("/ip4/10.0.0.1/tcp/1"));
    Message message =
        Message.newBuilder()
            .setType(Message.MessageType.FIND_NODE)
            .addCloserPeers(Message.Peer.newBuilder().setId(ByteString.copyFromUtf8("nobody")))
            .addCloserPeers(Message.Peer.newBuilder())
            .addCloserPeers(good)
            .build();
    assertThat(KadCodec.INSTANCE.decode(message.toByteArray()).closer())
        .containsExactly(new PeerInfo(peer(1), List.of(Multiaddr.of("/ip4/10.0.0.1/tcp/1"))));
  }

  @Test
  void ofTooManyPeersAndAddressesTheFirstAreUsed() throws MalformedMessageException {
    Message.Builder message = Message.newBuilder().setType(Message.MessageType.FIND_NODE);
    for (int i = 0; i < 300; i++) {
      message.addCloserPeers(Message.Peer.newBuilder().setId(id(i)));
      message.addProviderPeers(Message.Peer.newBuilder().setId(id(i)));
    }
    Message.Peer.Builder many = Message.Peer.newBuilder().setId(id(1));
    IntStream.range(0, 50).forEach(i -> many.addAddrs(address("/ip4/10.0.0.1/tcp/" + i)));
    KadMessage decoded =
        KadCodec.INSTANCE.decode(message.setCloserPeers(0, many).build().toByteArray());
    assertThat(decoded.closer()).hasSize(KadCodec.CLOSER_MAX);
    assertThat(decoded.closer().get(0).addresses()).hasSize(PeerInfo.ADDRESSES_MAX);
    assertThat(decoded.providers()).hasSize(KadCodec.PROVIDERS_MAX);
  }

  @Test
  void aMessageNeverExceedsItsBound() throws MalformedMessageException {
    List<Multiaddr> addresses = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      addresses.add(Multiaddr.of("/dns4/" + "a".repeat(60) + i + ".example/tcp/4001"));
    }
    List<PeerInfo> peers = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      peers.add(new PeerInfo(peer(i), addresses));
    }
    KadMessage message =
        new KadMessage(KadMessage.Type.GET_PROVIDERS, key("a"), peers.subList(0, 20), peers);
    byte[] encoded = KadCodec.INSTANCE.encode(KadCodec.fitted(message));
    assertThat(encoded.length).isBetween(16_000, KadCodec.WRITTEN_BYTES_MAX);
    assertThat(KadCodec.INSTANCE.decode(encoded).closer()).hasSize(20);
    KadMessage usual =
        new KadMessage(KadMessage.Type.GET_PROVIDERS, key("a"), infos(0, 20), infos(0, 256));
    assertThat(KadCodec.INSTANCE.decode(KadCodec.INSTANCE.encode(usual))).isEqualTo(usual);
  }

  private static PeerInfo at(int number, int addresses) {
    return new PeerInfo(
        peer(number), IntStream.range(0, addresses).mapToObj(TestPeers::address).toList());
  }

  private static KadMessage providers(List<PeerInfo> closer, List<PeerInfo> providers) {
    return new KadMessage(KadMessage.Type.GET_PROVIDERS, key("a"), closer, providers);
  }

  @Test
  void whatIsLeftOutIsTheLastOfProvidersBeforeTheFarthestOfPeers() {
    List<PeerInfo> closer = IntStream.range(0, 20).mapToObj(i -> at(i, 16)).toList();
    List<PeerInfo> many = IntStream.range(0, 256).mapToObj(i -> at(i, 8)).toList();
    int before = Integer.MAX_VALUE;
    for (int count = 0; count <= 256; count++) {
      KadMessage fitted = KadCodec.fitted(providers(closer, many.subList(0, count)));
      assertThat(fitted.encodedBytes()).isLessThanOrEqualTo(KadCodec.WRITTEN_BYTES_MAX);
      assertThat(fitted.closer()).extracting(PeerInfo::peerId).hasSize(20);
      long longPeers = longOnes(fitted.closer());
      long longProviders = longOnes(fitted.providers());
      // Nobody loses addresses before all later providers have, nor a place before all have.
      assertThat(longProviders == 0 || longPeers == 20).isTrue();
      assertThat(fitted.providers().size() == count || longPeers == 0).isTrue();
      assertThat(fitted.providers())
          .extracting(PeerInfo::peerId)
          .isEqualTo(many.stream().limit(fitted.providers().size()).map(PeerInfo::peerId).toList());
      assertThat(longPeers).isLessThanOrEqualTo(before);
      before = (int) longPeers;
    }
    assertThat(before).isZero();
  }

  /** Returns how many have all their addresses; fails unless they come first. */
  private static long longOnes(List<PeerInfo> peers) {
    long count = peers.stream().takeWhile(peer -> peer.addresses().size() > 4).count();
    assertThat(peers.stream().skip(count)).allSatisfy(p -> assertThat(p.addresses()).hasSize(4));
    return count;
  }

  @Test
  void aMessageOfExactlyTheBoundIsLeftAsItIsAndOneByteMoreIsNot() {
    List<PeerInfo> peers = IntStream.range(0, 256).mapToObj(i -> at(i, 3)).toList();
    boolean met = false;
    for (int keyBytes = 1; keyBytes <= KadCodec.KEY_BYTES_MAX; keyBytes++) {
      for (int count = 200; count <= 256; count++) {
        Bytes key = Bytes.of(new byte[keyBytes]);
        KadMessage message =
            new KadMessage(KadMessage.Type.GET_PROVIDERS, key, List.of(), peers.subList(0, count));
        int bytes = message.encodedBytes();
        KadMessage fitted = KadCodec.fitted(message);
        assertThat(fitted.equals(message)).isEqualTo(bytes <= KadCodec.WRITTEN_BYTES_MAX);
        assertThat(fitted.encodedBytes()).isLessThanOrEqualTo(KadCodec.WRITTEN_BYTES_MAX);
        met |= bytes == KadCodec.WRITTEN_BYTES_MAX;
      }
    }
    assertThat(met).isTrue();
  }

  @Test
  void aValueThatRustReadsComesWithPeersThatItReadsToo() {
    ValueRecord value = ValueRecord.of(key("a"), Bytes.of(new byte[12_000]));
    List<PeerInfo> closer = IntStream.range(0, 20).mapToObj(i -> at(i, 32)).toList();
    KadMessage answer =
        new KadMessage(KadMessage.Type.GET_VALUE, key("a"), closer, List.of(), Optional.of(value));
    KadMessage fitted = KadCodec.fitted(answer);
    assertThat(fitted.encodedBytes()).isLessThanOrEqualTo(KadCodec.WRITTEN_BYTES_MAX);
    assertThat(fitted.record()).contains(value);
    assertThat(fitted.closer()).hasSize(20);
  }

  @ParameterizedTest
  @CsvSource({
    "type 99, 0863",
    "type -1, 08ffffffffffffffffff01",
    "type of 64 bits, 0884808080808080808001",
    "two types, 08040805",
    "key as number, 08041001",
    "key of 81 bytes, 08041251" + "REPEAT81",
    "ends inside the key, 0804120a6162",
    "peer reaches beyond the end, 0804427f0a",
    "ends inside a varint, 0884",
    "a group, 0804430b44",
    "field number zero, 08040200",
    "two ids of one peer, 080442040a000a00",
    "text, 474554202f20485454502f312e310d0a",
  })
  void malformedMessagesAreRefused(String name, String hex) {
    byte[] encoded = Bytes.fromHex(hex.replace("REPEAT81", "61".repeat(81))).toByteArray();
    assertThatThrownBy(() -> KadCodec.INSTANCE.decode(encoded))
        .as(name)
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void tooManyBytesOrFieldsAreRefused() {
    byte[] long64 = new byte[KadCodec.MESSAGE_BYTES_MAX + 1];
    assertThatThrownBy(() -> KadCodec.INSTANCE.decode(long64))
        .isInstanceOf(MalformedMessageException.class);
    byte[] empties = new byte[40_000];
    for (int i = 0; i < empties.length; i += 2) {
      empties[i] = 0x42;
    }
    assertThatThrownBy(() -> KadCodec.INSTANCE.decode(empties))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void noBytesWhateverMakeItThrowAnythingElse() {
    SplittableRandom random = new SplittableRandom(9);
    byte[] valid =
        KadCodec.INSTANCE.encode(
            new KadMessage(KadMessage.Type.GET_PROVIDERS, key("a"), infos(0, 5), infos(5, 9)));
    for (int i = 0; i < 20_000; i++) {
      byte[] hostile = valid.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        hostile[random.nextInt(hostile.length)] = (byte) random.nextInt();
      }
      try {
        KadMessage decoded = KadCodec.INSTANCE.decode(hostile);
        assertThat(KadCodec.INSTANCE.encode(KadCodec.fitted(decoded)).length)
            .isLessThanOrEqualTo(KadCodec.MESSAGE_BYTES_MAX);
      } catch (MalformedMessageException refused) {
        assertThat(refused.getMessage()).isNotEmpty();
      }
    }
  }

  @Test
  void whatAProtobufParserRefusesIsRefusedAndTheRestIsReadAlike() throws MalformedMessageException {
    SplittableRandom random = new SplittableRandom(10);
    ScanLimits limits = ScanLimits.defaults();
    byte[] valid =
        KadCodec.INSTANCE.encode(
            new KadMessage(
                KadMessage.Type.GET_VALUE,
                key("a"),
                infos(0, 3),
                infos(3, 5),
                Optional.of(ValueRecord.of(key("a"), key("b")))));
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] hostile = valid.clone();
      for (int flips = 1 + random.nextInt(2); flips > 0; flips--) {
        hostile[random.nextInt(hostile.length)] = (byte) random.nextInt();
      }
      KadMessage decoded;
      try {
        decoded = KadCodec.INSTANCE.decode(hostile);
      } catch (MalformedMessageException refused) {
        continue;
      }
      read++;
      Message parsed = ProtobufScan.parse(Message.getDefaultInstance(), hostile, limits);
      assertThat(decoded.type().number()).isEqualTo(parsed.getTypeValue());
      assertThat(decoded.key()).isEqualTo(Bytes.of(parsed.getKey().toByteArray()));
      assertThat(decoded.record().isPresent()).isEqualTo(parsed.hasRecord());
      assertThat(decoded.closer().stream().map(peer -> Bytes.of(peer.peerId().encode())))
          .isSubsetOf(
              parsed.getCloserPeersList().stream()
                  .map(peer -> Bytes.of(peer.getId().toByteArray()))
                  .toList());
    }
    assertThat(read).isBetween(1_000, 19_000);
  }

  @Test
  void aMessageReadBackIsTheSame() throws MalformedMessageException {
    KadMessage message =
        new KadMessage(
            KadMessage.Type.ADD_PROVIDER,
            key("a"),
            Collections.emptyList(),
            List.of(info(3), info(4)));
    assertThat(KadCodec.INSTANCE.decode(KadCodec.INSTANCE.encode(message))).isEqualTo(message);
  }

  private static ByteString id(int number) {
    return ByteString.copyFrom(peer(number).encode());
  }

  private static ByteString address(String text) {
    return ByteString.copyFrom(Multiaddr.of(text).encode());
  }
}
