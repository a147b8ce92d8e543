package io.surgemesh.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.multiformats.Multiaddr;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IpGroupsTest {
  private static final IpGroups AT_HOME = new IpGroups(2, false);
  private static final IpGroups PUBLIC = new IpGroups(2, true);

  @ParameterizedTest
  @CsvSource({
    "/ip4/203.0.113.9/tcp/1, /ip4/203.0.7.1/tcp/2, true",
    "/ip4/203.0.113.9/tcp/1, /ip4/203.1.113.9/tcp/1, false",
    "/ip6/2001:db8:1::1/tcp/1, /ip6/2001:db8:ffff::2/tcp/1, true",
    "/ip6/2001:db8::1/tcp/1, /ip6/2001:db9::1/tcp/1, false",
    "/ip6/::ffff:203.0.113.9/tcp/1, /ip4/203.0.113.9/tcp/1, true",
    "/ip4/10.0.0.1/tcp/1, /ip4/10.0.9.9/tcp/1, true",
  })
  void groupsAreSixteenBitsOfIp4AndThirtyTwoOfIp6(String one, String other, boolean same) {
    assertThat(PUBLIC.of(Multiaddr.of(one)) == PUBLIC.of(Multiaddr.of(other))).isEqualTo(same);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ip4/10.0.0.1/tcp/1",
        "/ip4/192.168.1.1/tcp/1",
        "/ip4/127.0.0.1/tcp/1",
        "/ip6/::1/tcp/1"
      })
  void addressesOfALanAreInNoGroupUntilThisPeerIsPublic(String address) {
    assertThat(AT_HOME.of(Multiaddr.of(address))).isEqualTo(IpGroups.NONE);
    assertThat(PUBLIC.of(Multiaddr.of(address))).isNotEqualTo(IpGroups.NONE);
  }

  @Test
  void aPeerIsInTheGroupsOfAllItsAddressesOnce() {
    List<Multiaddr> addresses =
        List.of(
            Multiaddr.of("/ip4/203.0.113.9/tcp/1"),
            Multiaddr.of("/ip4/203.0.1.1/tcp/1"),
            Multiaddr.of("/ip4/10.0.0.1/tcp/1"),
            Multiaddr.of("/dns4/example.com/tcp/1"),
            Multiaddr.of("/ip4/198.51.100.1/tcp/1"));
    assertThat(AT_HOME.of(addresses)).hasSize(2).doesNotContain(IpGroups.NONE);
  }

  @Test
  void aPeerIsCountedInThoseOfItsGroupsThatHaveRoomAndLeftOutWhenNoneHas() {
    GroupCounts counts = new GroupCounts(2);
    assertThat(counts.add(new int[] {1, 2})).isTrue();
    assertThat(counts.add(new int[] {1})).isTrue();
    assertThat(counts.add(new int[] {1})).isFalse();
    assertThat(counts.add(new int[] {1, 2})).isTrue();
    assertThat(counts.add(new int[] {1, 2})).isFalse();
    assertThat(counts.add(new int[] {2, 3})).isTrue();
    assertThat(counts.add(new int[0])).isTrue();
  }

  @Test
  void aSenderCountsWhereItIsConnectedUnlessGroupsAreNotLimited() {
    Multiaddr at = Multiaddr.of("/ip4/203.0.113.9/tcp/1");
    IpGroups unlimited = new IpGroups(DhtConfig.IP_GROUP_PEERS_ALL, true);
    assertThat(PUBLIC.ofSender(at)).isEqualTo(PUBLIC.of(at));
    assertThat(AT_HOME.ofSender(TestPeers.AT)).isEqualTo(IpGroups.NONE);
    assertThat(AT_HOME.ofSender(null)).isEqualTo(IpGroups.UNKNOWN);
    assertThat(unlimited.ofSender(at)).isEqualTo(IpGroups.NONE);
    assertThat(unlimited.ofSender(null)).isEqualTo(IpGroups.NONE);
  }
}
