package io.surgemesh.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.KeyPair;
import io.surgemesh.identity.PeerId;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class RecordOrderTest {
  private final RecordOrder order = new RecordOrder();

  private static PeerId peer(int index) {
    return KeyPair.fromSeed(ByteBuffer.allocate(32).putInt(index).array()).peerId();
  }

  @Test
  void anOlderRecordIsNotTheNewestAndTheSameIs() {
    assertThat(order.isNewest(peer(1), 7)).isTrue();
    assertThat(order.isNewest(peer(1), 7)).isTrue();
    assertThat(order.isNewest(peer(1), 6)).isFalse();
    assertThat(order.isNewest(peer(2), 6)).isTrue();
    assertThat(order.isNewest(peer(1), 8)).isTrue();
    assertThat(order.isNewest(peer(1), 7)).isFalse();
  }

  @Test
  void numbersAreUnsigned() {
    assertThat(order.isNewest(peer(1), -1)).isTrue();
    assertThat(order.isNewest(peer(1), Long.MAX_VALUE)).isFalse();
  }

  @Test
  void beyondTheBoundTheFirstIsForgotten() {
    for (int i = 0; i <= RecordOrder.PEERS_MAX; i++) {
      assertThat(order.isNewest(peer(i), 7)).isTrue();
    }
    assertThat(order.isNewest(peer(1), 6)).isFalse();
    assertThat(order.isNewest(peer(0), 6)).isTrue();
  }
}
