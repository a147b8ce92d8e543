package io.surgemesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.gossip.SendQueue.Kind;
import org.junit.jupiter.api.Test;

class SendQueueTest {
  @Test
  void controlGoesFirstThenMessagesThenGossip() {
    SendQueue queue = new SendQueue(10, 100);
    queue.add(Kind.GOSSIP, frame(3));
    queue.add(Kind.MESSAGE, frame(2));
    queue.add(Kind.CONTROL, frame(1));
    queue.add(Kind.CONTROL, frame(4));

    assertThat(queue.poll()).hasSize(1);
    assertThat(queue.poll()).hasSize(4);
    assertThat(queue.poll()).hasSize(2);
    assertThat(queue.poll()).hasSize(3);
    assertThat(queue.poll()).isNull();
    assertThat(queue.bytes()).isZero();
  }

  @Test
  void gossipIsDroppedFirstThenTheOldestMessages() {
    SendQueue queue = new SendQueue(3, 1000);
    queue.add(Kind.MESSAGE, frame(1));
    queue.add(Kind.GOSSIP, frame(9));
    queue.add(Kind.MESSAGE, frame(2));
    assertThat(queue.add(Kind.CONTROL, frame(5))).isTrue();
    assertThat(queue.add(Kind.MESSAGE, frame(3))).isTrue();

    assertThat(queue.poll()).hasSize(5);
    assertThat(queue.poll()).hasSize(2);
    assertThat(queue.poll()).hasSize(3);
    assertThat(queue.poll()).isNull();
  }

  @Test
  void tooMuchControlIsTheEnd() {
    SendQueue queue = new SendQueue(100, 10);
    assertThat(queue.add(Kind.MESSAGE, frame(10))).isTrue();
    assertThat(queue.add(Kind.CONTROL, frame(10))).isTrue();
    assertThat(queue.size()).isEqualTo(1);
    assertThat(queue.add(Kind.CONTROL, frame(1))).isFalse();
  }

  private static byte[] frame(int bytes) {
    return new byte[bytes];
  }
}
