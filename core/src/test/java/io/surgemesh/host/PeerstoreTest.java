package io.surgemesh.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.multiformats.Multihash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PeerstoreTest {
  private long nowNanos;
  private final Peerstore store = new Peerstore(() -> nowNanos);

  private void pass(Duration time) {
    nowNanos += time.toNanos();
  }

  @Test
  void thoseThatSaidWhereTheyAreArePresentInTheOrderAsked() {
    store.addAddresses(peer(1), List.of(address(1)));
    store.addAddresses(peer(2), List.of(address(2)));
    store.setProtocols(peer(3), List.of());
    assertThat(store.present(List.of(peer(3), peer(2), peer(4), peer(1))))
        .containsExactly(info(2, 2), info(1, 1));
  }

  @Test
  void whatOthersSayOfAPeerIsNotPresent() {
    store.add(info(1, 5, 6));
    assertThat(store.present(List.of(peer(1)))).isEmpty();
    store.addAddresses(info(1, 1), null);
    store.add(info(1, 7, 8));
    assertThat(store.present(List.of(peer(1)))).containsExactly(info(1, 1));
    assertThat(store.addresses(peer(1))).contains(address(7), address(1));
  }

  @Test
  void whoIsOfUseIsNotPutOutByStrangers() {
    store.addAddresses(peer(1), List.of(address(1)));
    for (int i = 2; i < 2 * Peerstore.PEERS_MAX; i++) {
      store.addAddresses(peer(i), List.of(address(1)));
      if (i % 1000 == 0) {
        store.touchAll(List.of(peer(1), peer(0)));
      }
    }
    assertThat(store.size()).isEqualTo(Peerstore.PEERS_MAX);
    assertThat(store.addresses(peer(1))).isEqualTo(List.of(address(1)));
    assertThat(store.addresses(peer(2))).isEmpty();
  }

  @Test
  void whoSpeaksAProtocolIsFoundTheLatestTouchedFirst() {
    ProtocolId wanted = new ProtocolId("/wanted/1");
    for (int i = 1; i <= 4; i++) {
      store.addAddresses(peer(i), List.of(address(i)));
      store.setProtocols(peer(i), i == 2 ? List.of() : List.of(wanted));
    }
    store.setProtocols(peer(5), List.of(wanted));
    store.info(peer(1));
    assertThat(store.speaking(wanted, 2)).containsExactly(info(1, 1), info(4, 4));
    assertThat(store.speaking(wanted, 9)).containsExactly(info(1, 1), info(4, 4), info(3, 3));
  }

  @Test
  void whatIsHeardOfAStrangerIsKeptAsItIs() {
    PeerInfo heard = info(1, 1, 2);
    store.add(heard);
    store.add(info(1, 2));
    store.addAddresses(peer(1), List.of(address(2)));
    assertThat(store.info(peer(1))).isSameAs(heard);
  }

  @Test
  void whatAPeerTellsOfItselfIsKeptAsItIsUnlessMoreIsKnown() {
    PeerInfo told = info(1, 1);
    store.addAddresses(told, null);
    assertThat(store.info(peer(1))).isSameAs(told);
    store.addAddresses(info(1, 2, 1), null);
    assertThat(store.info(peer(1))).isEqualTo(info(1, 2, 1));
  }

  @Test
  void pastTheBoundTheOldestAddressesGo() {
    store.addAddresses(peer(1), addresses(1, PeerInfo.ADDRESSES_MAX + 8));
    assertThat(store.addresses(peer(1))).isEqualTo(addresses(9, PeerInfo.ADDRESSES_MAX + 8));
  }

  @Test
  void hearsayFillsFreePlacesAndPutsOutNothing() {
    store.addAddresses(peer(1), addresses(1, PeerInfo.ADDRESSES_MAX - 1));
    store.add(info(1, 5, 101, 102));
    List<Multiaddr> expected = addresses(1, PeerInfo.ADDRESSES_MAX - 1);
    expected.add(0, address(101));
    assertThat(store.addresses(peer(1))).isEqualTo(expected);
    store.add(info(1, 103));
    assertThat(store.addresses(peer(1))).isEqualTo(expected);
  }

  @Test
  void ofHearsayOnlyWhatLeadsSomewhereIsKeptAndOnce() {
    Multiaddr named = address(1).withPeerId(peer(1).bytes());
    Multiaddr unspecified = Multiaddr.of("/ip4/0.0.0.0/tcp/4001");
    store.add(new PeerInfo(peer(1), List.of(named, unspecified, address(1), address(2))));
    assertThat(store.info(peer(1))).isEqualTo(info(1, 1, 2));
    store.add(info(2));
    assertThat(store.addresses(peer(2))).isEmpty();
  }

  @Test
  void hearsayPutsOutWhoWasTouchedLongestAgoPastTheBound() {
    for (int i = 0; i < Peerstore.PEERS_MAX; i++) {
      store.add(info(i, 1));
    }
    store.add(info(0, 1));
    store.add(info(5000, 1));
    assertThat(store.addresses(peer(0))).isNotEmpty();
    assertThat(store.addresses(peer(1))).isEmpty();
    assertThat(store.addresses(peer(2))).isNotEmpty();
  }

  @Test
  void whatAPeerSaidOfItselfIsKeptForAWeek() {
    store.addAddresses(info(1, 1, 2), null);
    pass(Peerstore.PRESENT);
    assertThat(store.addresses(peer(1))).isEqualTo(addresses(1, 2));
    pass(Duration.ofSeconds(2));
    assertThat(store.present(List.of(peer(1)))).isEmpty();
    assertThat(store.addresses(peer(1))).isEmpty();
    assertThat(store.size()).isEqualTo(1);
    store.addAddresses(info(1, 3), null);
    assertThat(store.addresses(peer(1))).containsExactly(address(3));
  }

  @Test
  void theEndOfAConnectionRenewsWhatIsPresent() {
    store.addAddresses(info(1, 1), null);
    store.add(info(1, 2));
    pass(Peerstore.PRESENT);
    store.renew(peer(1));
    store.renew(peer(2));
    pass(Peerstore.PRESENT);
    assertThat(store.addresses(peer(1))).containsExactly(address(1));
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  void whatOthersSayIsKeptForAnHourAfterItWasSaidLast() {
    store.add(info(1, 1));
    store.addAddresses(peer(2), List.of(address(2)));
    store.add(info(2, 3));
    pass(Peerstore.PAST);
    assertThat(store.addresses(peer(2))).containsExactly(address(3), address(2));
    store.add(info(1, 1));
    pass(Duration.ofSeconds(2));
    assertThat(store.addresses(peer(1))).containsExactly(address(1));
    assertThat(store.addresses(peer(2))).containsExactly(address(2));
    pass(Peerstore.PAST);
    assertThat(store.addresses(peer(1))).isEmpty();
  }

  @Test
  void whatAPeerDoesNotSayAnyMoreIsPast() {
    store.addAddresses(info(1, 1, 2), null);
    store.addAddresses(info(1, 2, 3), null);
    assertThat(store.addresses(peer(1))).containsExactly(address(1), address(2), address(3));
    store.addAddresses(info(1, 2, 3), null);
    pass(Peerstore.PAST.plusSeconds(2));
    assertThat(store.addresses(peer(1))).containsExactly(address(2), address(3));
  }

  @Test
  void whereAPeerWasDialledStaysPresentWithoutItsWord() {
    store.addAddresses(peer(1), List.of(address(9)));
    store.add(info(1, 7));
    store.addAddresses(info(1, 1), address(9));
    store.addAddresses(info(1, 2), address(9));
    assertThat(store.addresses(peer(1)))
        .containsExactly(address(7), address(1), address(9), address(2));
    pass(Peerstore.PAST.plusSeconds(2));
    assertThat(store.addresses(peer(1))).containsExactly(address(9), address(2));
  }

  @Test
  void whoSaysNothingOfItsAddressesLeavesThemAsTheyAre() {
    store.addAddresses(info(1, 1), null);
    store.addAddresses(info(1), null);
    pass(Peerstore.PAST.plusSeconds(2));
    assertThat(store.addresses(peer(1))).containsExactly(address(1));
  }

  @Test
  void whatWasHeardOfAPeerIsPresentOnceItSaysSo() {
    store.add(info(1, 1, 2));
    store.addAddresses(peer(1), List.of(address(2)));
    pass(Peerstore.PAST.plusSeconds(2));
    assertThat(store.addresses(peer(1))).containsExactly(address(2));
    store.add(info(2, 1, 2));
    store.addAddresses(peer(2), List.of(address(1)));
    pass(Peerstore.PAST.plusSeconds(2));
    assertThat(store.addresses(peer(2))).containsExactly(address(1));
  }

  @Test
  void addressesThatAreTakenAwayAndAddedExpireAsTheyShould() {
    SplittableRandom random = new SplittableRandom(5);
    Map<Multiaddr, Long> present = new LinkedHashMap<>();
    for (int step = 0; step < 2_000; step++) {
      pass(Duration.ofHours(random.nextInt(40)));
      long nowHours = Duration.ofNanos(nowNanos).toHours();
      int number = random.nextInt(30);
      if (random.nextInt(4) == 0) {
        store.removeAddress(peer(1), address(number));
        present.remove(address(number));
      } else if (random.nextBoolean()) {
        store.add(info(1, number));
      } else {
        store.addAddresses(peer(1), List.of(address(number)));
        // All that is present is kept as long as the latest of it.
        present.replaceAll((address, until) -> until >= nowHours ? nowHours + 168 : until);
        present.put(address(number), nowHours + 168);
      }
      present.values().removeIf(until -> until < nowHours);
      assertThat(store.addresses(peer(1))).doesNotHaveDuplicates().containsAll(present.keySet());
    }
  }

  @Test
  void mergedInfosNameEachAddressOnceAndAreTheOldOnesWhenNothingIsNew() {
    PeerInfo known = info(1, 1, 2);
    assertThat(known.merged(info(1, 2))).isSameAs(known);
    assertThat(known.merged(info(1, 3, 1, 3))).isEqualTo(info(1, 1, 2, 3));
    assertThat(info(1).merged(known)).isSameAs(known);
  }

  private static List<Multiaddr> addresses(int from, int to) {
    return IntStream.rangeClosed(from, to)
        .mapToObj(PeerstoreTest::address)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static PeerInfo info(int peer, int... addresses) {
    return new PeerInfo(
        peer(peer), Arrays.stream(addresses).mapToObj(PeerstoreTest::address).toList());
  }

  private static PeerId peer(int number) {
    try {
      return PeerId.decode(
          Multihash.sha256(new byte[] {(byte) (number >> 8), (byte) number}).encode());
    } catch (MalformedMessageException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static Multiaddr address(int number) {
    return Multiaddr.of("/ip4/10.0.0." + number + "/tcp/4001");
  }
}
