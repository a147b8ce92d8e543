package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.MINUTE;
import static io.surgemesh.dht.TestPeers.info;
import static io.surgemesh.dht.TestPeers.key;
import static io.surgemesh.dht.TestPeers.peer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.KademliaServer.Fault;
import io.surgemesh.dht.KademliaServer.Reply;
import io.surgemesh.host.PeerInfo;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.Multiaddr;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class KademliaServerTest {
  private static final PeerId SELF = peer(0);
  private static final PeerId CLIENT = peer(1);
  private static final Bytes KEY = key("something");

  private final RoutingTable table = new RoutingTable(SELF, 20, new IpGroups(2, false));
  private final ProviderStore store =
      new ProviderStore(DhtConfig.defaults(), new SplittableRandom(1));
  private final Set<Bytes> ownKeys = new LinkedHashSet<>();
  private final ValueStore values = new ValueStore(SELF, TestValues.CONFIG, () -> Instant.EPOCH);
  private final Outbox outbox = new Outbox(TestPeers.peer(0), new Calls());
  private final KademliaServer server =
      new KademliaServer(SELF, TestValues.CONFIG, table, store, values, ownKeys, outbox);

  @Test
  void findNodeNamesTheNearestWithoutTheAskerAndThisPeer() {
    for (int i = 0; i < 200; i++) {
      table.onSeen(peer(i), IpGroups.NONE, 0, 0);
    }
    List<PeerId> closer = answer(KadMessage.of(KadMessage.Type.FIND_NODE, CLIENT.bytes())).closer();
    List<PeerId> expected =
        table.nearest(Key.of(CLIENT), 21).stream().filter(peer -> !peer.equals(CLIENT)).toList();
    assertThat(closer).isEqualTo(expected.subList(0, 20)).doesNotContain(CLIENT, SELF);
  }

  @Test
  void aRequestPutsNobodyIntoTheTable() {
    answer(KadMessage.of(KadMessage.Type.FIND_NODE, KEY));
    assertThat(table.size()).isZero();
  }

  @Test
  void aPeerMayAnnounceItself() {
    KadMessage request = announcing(List.of(info(5), info(1)));
    assertThat(server.onRequest(CLIENT, IpGroups.NONE, request, 0)).isEqualTo(new Reply.Silent());
    assertThat(answer(KadMessage.of(KadMessage.Type.GET_PROVIDERS, KEY)).providers())
        .containsExactly(info(1));
  }

  @Test
  void aPeerMayNotAnnounceOthersNorWithoutAddress() {
    Reply refused = new Reply.Refused(Fault.NOT_OWN_RECORD);
    PeerInfo nowhere = new PeerInfo(CLIENT, List.of());
    assertThat(server.onRequest(CLIENT, IpGroups.NONE, announcing(List.of(info(5))), 0))
        .isEqualTo(refused);
    assertThat(server.onRequest(CLIENT, IpGroups.NONE, announcing(List.of(nowhere)), 0))
        .isEqualTo(refused);
    assertThat(server.onRequest(CLIENT, IpGroups.NONE, announcing(List.of()), 0))
        .isEqualTo(refused);
    assertThat(store.size()).isZero();
  }

  @Test
  void whereSomebodyOnTheInternetIsAtHomeIsNotKept() {
    Multiaddr internet = Multiaddr.of("/ip4/8.8.8.8/tcp/1");
    Multiaddr home = Multiaddr.of("/ip4/192.168.0.7/tcp/1");
    KadMessage atHome = announcing(List.of(new PeerInfo(CLIENT, List.of(home))));
    assertThat(server.onRequest(CLIENT, internet, IpGroups.NONE, atHome, 0))
        .isEqualTo(new Reply.Silent());
    assertThat(server.onRequest(CLIENT, null, IpGroups.NONE, atHome, 0))
        .isEqualTo(new Reply.Silent());
    assertThat(store.size()).isZero();
    KadMessage both = announcing(List.of(new PeerInfo(CLIENT, List.of(home, internet))));
    assertThat(server.onRequest(CLIENT, internet, IpGroups.NONE, both, 0))
        .isEqualTo(new Reply.Silent());
    assertThat(answer(KadMessage.of(KadMessage.Type.GET_PROVIDERS, KEY)).providers())
        .containsExactly(new PeerInfo(CLIENT, List.of(internet)));
    assertThat(server.onRequest(CLIENT, home, IpGroups.NONE, atHome, 0))
        .isEqualTo(new Reply.Silent());
    assertThat(answer(KadMessage.of(KadMessage.Type.GET_PROVIDERS, KEY)).providers())
        .containsExactly(new PeerInfo(CLIENT, List.of(home)));
  }

  @Test
  void whatThisPeerProvidesIsToldFirst() {
    ownKeys.add(KEY);
    for (int i = 100; i < 400; i++) {
      store.add(KEY, info(i), IpGroups.NONE, 0);
    }
    List<PeerInfo> providers =
        answer(KadMessage.of(KadMessage.Type.GET_PROVIDERS, KEY)).providers();
    assertThat(providers).hasSize(KadCodec.PROVIDERS_MAX).startsWith(new PeerInfo(SELF, List.of()));
  }

  @Test
  void aPingComesBackWithoutItsPayload() {
    KadMessage ping = new KadMessage(KadMessage.Type.PING, KEY, List.of(info(7)), List.of(info(8)));
    assertThat(answer(ping))
        .isEqualTo(new Reply.Answer(KadMessage.Type.PING, KEY, List.of(), List.of()));
    KadMessage bare = KadMessage.of(KadMessage.Type.PING, Bytes.EMPTY);
    assertThat(answer(bare))
        .isEqualTo(new Reply.Answer(KadMessage.Type.PING, Bytes.EMPTY, List.of(), List.of()));
  }

  @ParameterizedTest
  @EnumSource(value = KadMessage.Type.class, names = "PING", mode = EnumSource.Mode.EXCLUDE)
  void keysAreOneToEightyBytes(KadMessage.Type type) {
    Reply refused = new Reply.Refused(Fault.KEY_LENGTH);
    Bytes tooLong = Bytes.of(new byte[81]);
    assertThat(server.onRequest(CLIENT, IpGroups.NONE, KadMessage.of(type, Bytes.EMPTY), 0))
        .isEqualTo(refused);
    assertThat(server.onRequest(CLIENT, IpGroups.NONE, KadMessage.of(type, tooLong), 0))
        .isEqualTo(refused);
    Bytes longest = Bytes.of(new byte[80]);
    assertThat(server.onRequest(CLIENT, IpGroups.NONE, KadMessage.of(type, longest), 0))
        .isNotEqualTo(refused);
  }

  @Test
  void aValuePutIsEchoedAndToldWithThePeersNearerToItsKey() {
    table.onSeen(peer(7), IpGroups.NONE, 0, 0);
    Bytes key = TestValues.key("a");
    ValueRecord put = ValueRecord.of(key, TestValues.value(1));
    ValueRecord held = new ValueRecord(key, put.value(), Optional.of(Instant.EPOCH));
    assertThat(answer(KadMessage.put(put)))
        .isEqualTo(
            new Reply.Answer(
                KadMessage.Type.PUT_VALUE, key, List.of(), List.of(), Optional.of(held)));
    assertThat(answer(KadMessage.of(KadMessage.Type.GET_VALUE, key)))
        .isEqualTo(
            new Reply.Answer(
                KadMessage.Type.GET_VALUE, key, List.of(peer(7)), List.of(), Optional.of(held)));
  }

  @Test
  void aWorseValueIsAnsweredWithTheOneThatStays() {
    Bytes key = TestValues.key("a");
    answer(KadMessage.put(ValueRecord.of(key, TestValues.value(2))));
    assertThat(answer(KadMessage.put(ValueRecord.of(key, TestValues.value(1)))).record())
        .hasValueSatisfying(held -> assertThat(held.value()).isEqualTo(TestValues.value(2)));
  }

  @Test
  void aValueNobodyHoldsIsAnsweredWithPeersAlone() {
    assertThat(answer(KadMessage.of(KadMessage.Type.GET_VALUE, KEY)).record()).isEmpty();
  }

  @Test
  void whatIsNoValueOfItsKeyIsRefused() {
    Bytes key = TestValues.key("a");
    assertThat(
            server.onRequest(
                CLIENT, IpGroups.NONE, KadMessage.of(KadMessage.Type.PUT_VALUE, key), 0))
        .isEqualTo(new Reply.Refused(Fault.NO_RECORD));
    KadMessage ofAnother =
        new KadMessage(
            KadMessage.Type.PUT_VALUE,
            key,
            List.of(),
            List.of(),
            Optional.of(ValueRecord.of(TestValues.key("b"), TestValues.value(1))));
    assertThat(server.onRequest(CLIENT, IpGroups.NONE, ofAnother, 0))
        .isEqualTo(new Reply.Refused(Fault.NO_RECORD));
    Reply notValid = new Reply.Refused(Fault.NOT_VALID);
    assertThat(put(key, TestValues.INVALID)).isEqualTo(notValid);
    assertThat(put(key, Bytes.EMPTY)).isEqualTo(notValid);
    assertThat(put(KEY, TestValues.value(1))).isEqualTo(notValid);
    assertThat(put(Bytes.of("/other/a".getBytes(UTF_8)), TestValues.value(1))).isEqualTo(notValid);
    assertThat(values.size()).isZero();
  }

  @Test
  void whatFindsNoRoomIsRefused() {
    for (int i = 0; i < ValueStore.RECORDS_PER_PEER_MAX; i++) {
      assertThat(put(TestValues.key("key " + i), TestValues.value(1)))
          .isInstanceOf(Reply.Answer.class);
    }
    KadMessage more =
        KadMessage.put(ValueRecord.of(TestValues.key("one more"), TestValues.value(1)));
    assertThat(server.onRequest(CLIENT, IpGroups.NONE, more, MINUTE))
        .isEqualTo(new Reply.Refused(Fault.NO_ROOM));
  }

  private List<KademliaOutput> keptAfter(KadMessage request, long now) {
    server.onRequest(CLIENT, IpGroups.NONE, request, now);
    List<KademliaOutput> kept = new ArrayList<>();
    for (KademliaOutput output = outbox.poll(); output != null; output = outbox.poll()) {
      kept.add(output);
    }
    return kept;
  }

  @Test
  void whatIsPutAgainAndAgainIsWrittenOnceAMinute() {
    Bytes key = TestValues.key("a");
    KadMessage old = KadMessage.put(ValueRecord.of(key, TestValues.value(1)));
    KadMessage better = KadMessage.put(ValueRecord.of(key, TestValues.value(2)));
    assertThat(keptAfter(old, 0)).hasSize(1);
    for (long now = 1; now < MINUTE; now += MINUTE / 100) {
      assertThat(keptAfter(old, now)).isEmpty();
    }
    assertThat(keptAfter(old, MINUTE)).hasSize(1);
    assertThat(keptAfter(better, MINUTE + 1)).hasSize(1);
    assertThat(keptAfter(better, MINUTE + 2)).isEmpty();
    assertThat(keptAfter(old, 3 * MINUTE)).isEmpty();
  }

  @Test
  void whatIsAnnouncedAgainAndAgainIsWrittenOnceAMinuteOrWithOtherAddresses() {
    KadMessage here = announcing(List.of(info(1)));
    PeerInfo moved = new PeerInfo(CLIENT, List.of(TestPeers.address(9)));
    assertThat(keptAfter(here, 0)).containsExactly(new KademliaOutput.Keep(CLIENT, here));
    for (long now = 1; now < MINUTE; now += MINUTE / 100) {
      assertThat(keptAfter(here, now)).isEmpty();
    }
    assertThat(keptAfter(here, MINUTE)).hasSize(1);
    assertThat(keptAfter(announcing(List.of(moved)), MINUTE + 1)).hasSize(1);
    assertThat(keptAfter(announcing(List.of(moved)), MINUTE + 2)).isEmpty();
  }

  private Reply put(Bytes key, Bytes value) {
    return server.onRequest(CLIENT, IpGroups.NONE, KadMessage.put(ValueRecord.of(key, value)), 0);
  }

  private static KadMessage announcing(List<PeerInfo> providers) {
    return new KadMessage(KadMessage.Type.ADD_PROVIDER, KEY, List.of(), providers);
  }

  private Reply.Answer answer(KadMessage request) {
    Reply reply = server.onRequest(CLIENT, IpGroups.NONE, request, 0);
    assertThat(reply).isInstanceOf(Reply.Answer.class);
    return (Reply.Answer) reply;
  }
}
