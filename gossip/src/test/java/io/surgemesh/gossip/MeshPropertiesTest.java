package io.surgemesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.multiformats.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The invariants themselves stand in {@link RouterNet}, which looks at them after each step. */
class MeshPropertiesTest {
  private static final int NODES = 40;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyMessageReachesEveryoneAndNobodyTwiceFromOnePeer(long seed) {
    RouterNet net = mesh(seed, GossipConfig.defaults());
    List<MessageKey> keys = publishFromEveryone(net);
    net.runFor(5_000);

    assertThat(keys).allSatisfy(key -> assertThat(net.deliveredCount(key)).isEqualTo(NODES));
    assertThat(net.copies / (double) (keys.size() * (NODES - 1)))
        .as("copies per delivery")
        .isBetween(1.0, 8.0);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void lazyGossipRepairsWhatIsLost(long seed) {
    RouterNet net = mesh(seed, GossipConfig.defaults().withFloodPublish(false));
    net.lossPercent = 30;
    List<MessageKey> keys = publishFromEveryone(net);
    net.runFor(8_000);

    assertThat(keys).allSatisfy(key -> assertThat(net.deliveredCount(key)).isEqualTo(NODES));
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23, 24})
  void messagesReachTheSurvivorsOfCrashes(long seed) {
    RouterNet net = mesh(seed, GossipConfig.defaults());
    for (int i = 0; i < 8; i++) {
      net.crash(5 * i);
    }
    net.runFor(3_000);
    List<MessageKey> keys = new ArrayList<>();
    for (int i = 1; i < NODES; i += 5) {
      keys.add(net.publish(i, RouterHarness.data("m" + i)));
    }
    net.runFor(5_000);

    assertThat(net.liveCount()).isEqualTo(32);
    assertThat(keys).allSatisfy(key -> assertThat(net.deliveredCount(key)).isEqualTo(32));
  }

  @Test
  void afterAWhileMeshesHaveTheirDegreeAndAreMutual() {
    RouterNet net = mesh(31, GossipConfig.defaults());
    net.runFor(20_000);
    for (int i = 0; i < NODES; i++) {
      assertThat(net.meshSize(i)).isBetween(5, 12);
      assertThat(net.isLinkedBothWays(i)).isTrue();
    }
  }

  @Test
  void aRejectedMessageGoesNoFurtherThanItsFirstReceivers() {
    RouterNet net = mesh(41, GossipConfig.defaults().withFloodPublish(false));
    long judgedBefore = net.judged;
    MessageKey key = net.publish(0, Bytes.of(new byte[] {'x', 1}));
    net.runFor(5_000);

    assertThat(net.deliveredCount(key)).isEqualTo(1);
    // The mesh of the publisher, and those it announced to while it held the message.
    assertThat(net.judged - judgedBefore).isLessThanOrEqualTo(12 + 6 * 3);
  }

  private static RouterNet mesh(long seed, GossipConfig config) {
    RouterNet net = new RouterNet(seed, NODES, config);
    net.connectAtRandom(10);
    for (int i = 0; i < NODES; i++) {
      net.join(i);
    }
    net.runFor(5_000);
    return net;
  }

  private static List<MessageKey> publishFromEveryone(RouterNet net) {
    List<MessageKey> keys = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      keys.add(net.publish(i, RouterHarness.data("m" + i)));
      net.runFor(50);
    }
    return keys;
  }
}
