package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class IpGateTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final IpGate gate = new IpGate(IpLimits.defaults());

  private static InetAddress ip(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private int entered(String text, int tries, long nowNanos) {
    int entered = 0;
    for (int i = 0; i < tries; i++) {
      entered += gate.enter(ip(text), nowNanos) ? 1 : 0;
    }
    return entered;
  }

  @Test
  void anIp4AddressHasEightConnections() {
    assertThat(entered("192.0.2.1", 20, 0)).isEqualTo(8);
    assertThat(entered("192.0.2.2", 1, 0)).isEqualTo(1);
    gate.leave(ip("192.0.2.1"));
    assertThat(entered("192.0.2.1", 20, 0)).isEqualTo(1);
  }

  @Test
  void anIp4AddressInsideIp6IsTheSame() {
    assertThat(entered("192.0.2.1", 20, 0)).isEqualTo(8);
    assertThat(entered("::ffff:192.0.2.1", 20, 0)).isZero();
  }

  @Test
  void theAddressesOfACustomerCountAsOne() {
    assertThat(entered("2001:db8:0:1::1", 5, 0)).isEqualTo(5);
    assertThat(entered("2001:db8:0:ff::2", 5, 0)).isEqualTo(3);
  }

  @Test
  void aSiteHasSixtyFour() {
    int entered = 0;
    for (int customer = 0; customer < 20; customer++) {
      entered += entered("2001:db8:0:" + Integer.toHexString(customer << 8) + "::1", 8, 0);
    }
    assertThat(entered).isEqualTo(64);
    assertThat(entered("2001:db8:1::1", 8, 0)).isEqualTo(8);
  }

  @Test
  void whoComesAndGoesIsHeldToTheRate() {
    for (int i = 0; i < 16; i++) {
      assertThat(entered("192.0.2.1", 1, 0)).isEqualTo(1);
      gate.leave(ip("192.0.2.1"));
    }
    assertThat(entered("192.0.2.1", 1, 5 * SECOND - 1)).isZero();
    assertThat(entered("192.0.2.1", 1, 5 * SECOND)).isEqualTo(1);
    assertThat(entered("192.0.2.1", 1, 5 * SECOND)).isZero();
  }

  @Test
  void floodsFromEverywhereDoNotMakeItForgetWhoIsThere() {
    assertThat(entered("192.0.2.1", 8, 0)).isEqualTo(8);
    for (int i = 0; i < 2 * IpGate.GROUPS_MAX; i++) {
      InetAddress other = ip("10." + (i >> 16) + "." + (i >> 8 & 0xff) + "." + (i & 0xff));
      assertThat(gate.enter(other, 0)).isTrue();
      gate.leave(other);
    }
    assertThat(entered("192.0.2.1", 1, 100 * SECOND)).isZero();
  }
}
