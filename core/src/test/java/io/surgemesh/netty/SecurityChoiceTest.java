package io.surgemesh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.Security;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SecurityChoiceTest {
  private final SecurityChoice choice = new SecurityChoice(List.of(Security.TLS, Security.NOISE));

  private static Multiaddr address(int port) {
    return Multiaddr.of("/ip4/127.0.0.1/tcp/" + port);
  }

  @Test
  void whatWasRefusedAtAnAddressComesLastThere() {
    choice.refused(address(1), Security.TLS);
    assertThat(choice.at(address(1))).containsExactly(Security.NOISE, Security.TLS);
    assertThat(choice.at(address(2))).containsExactly(Security.TLS, Security.NOISE);
  }

  @Test
  void ofManyAddressesThoseUsedOftenAreRemembered() {
    choice.refused(address(1), Security.TLS);
    for (int port = 2; port <= 3 * SecurityChoice.REMEMBERED_MAX; port++) {
      choice.refused(address(port), Security.TLS);
      assertThat(choice.at(address(1))).startsWith(Security.NOISE);
    }
    long remembered =
        IntStream.rangeClosed(1, 3 * SecurityChoice.REMEMBERED_MAX)
            .filter(port -> choice.at(address(port)).get(0) == Security.NOISE)
            .count();
    assertThat(remembered)
        .isBetween(SecurityChoice.REMEMBERED_MAX / 2L, (long) SecurityChoice.REMEMBERED_MAX);
  }
}
