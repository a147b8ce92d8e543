package io.surgemesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.gossip.SendQueue.Kind;
import io.surgemesh.multiformats.Bytes;
import java.util.List;
import org.junit.jupiter.api.Test;

class SendQueueTest {
  @Test
  void controlGoesFirstThenMessagesThenGossip() {
    SendQueue queue = new SendQueue(10, 100);
    add(queue, Kind.GOSSIP, 3);
    add(queue, Kind.MESSAGE, 2);
    add(queue, Kind.CONTROL, 1);
    add(queue, Kind.CONTROL, 4);

    assertThat(queue.poll()).isEqualTo(rpc(1));
    assertThat(queue.poll()).isEqualTo(rpc(4));
    assertThat(queue.poll()).isEqualTo(rpc(2));
    assertThat(queue.poll()).isEqualTo(rpc(3));
    assertThat(queue.poll()).isNull();
    assertThat(queue.bytes()).isZero();
  }

  @Test
  void gossipIsDroppedFirstThenTheOldestMessages() {
    SendQueue queue = new SendQueue(3, 1000);
    add(queue, Kind.MESSAGE, 1);
    add(queue, Kind.GOSSIP, 9);
    add(queue, Kind.MESSAGE, 2);
    assertThat(add(queue, Kind.CONTROL, 5)).isTrue();
    assertThat(add(queue, Kind.MESSAGE, 3)).isTrue();

    assertThat(queue.poll()).isEqualTo(rpc(5));
    assertThat(queue.poll()).isEqualTo(rpc(2));
    assertThat(queue.poll()).isEqualTo(rpc(3));
    assertThat(queue.poll()).isNull();
  }

  @Test
  void tooMuchControlIsTheEnd() {
    SendQueue queue = new SendQueue(100, 10);
    assertThat(add(queue, Kind.MESSAGE, 10)).isTrue();
    assertThat(add(queue, Kind.CONTROL, 10)).isTrue();
    assertThat(queue.size()).isEqualTo(1);
    assertThat(add(queue, Kind.CONTROL, 1)).isFalse();
  }

  private static boolean add(SendQueue queue, Kind kind, int bytes) {
    return queue.add(kind, rpc(bytes), bytes);
  }

  private static Rpc rpc(int number) {
    return Rpc.of(List.of(new TopicMessage("topic " + number, Bytes.EMPTY)));
  }
}
