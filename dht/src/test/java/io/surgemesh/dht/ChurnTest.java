package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.MachineMesh.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ChurnTest {
  private static final int PEERS = 1000;
  private static final int REPLACED = 500;

  /** Of 1,000 peers one every 1.2 s is 500 in ten minutes. */
  private static final long INTERVAL_NANOS = 6 * SECOND / 5;

  /** Whoever came within about half a minute may still be joining. */
  private static final int NEWCOMERS = 25;

  @Test
  void searchesSucceedWhileHalfOfThePeersAreReplacedEveryTenMinutes() {
    MachineMesh mesh = MachineMesh.joined(31, PEERS);
    SplittableRandom random = new SplittableRandom(31);
    List<Node> live = new ArrayList<>(mesh.nodes());
    int searches = 0;
    int found = 0;
    for (int i = 0; i < REPLACED; i++) {
      live.remove(random.nextInt(live.size())).crash();
      Node known = live.get(random.nextInt(PEERS - NEWCOMERS));
      Node newcomer = mesh.add(List.of(known.address()));
      newcomer.start();
      live.add(newcomer);
      mesh.runUntil(mesh.nowNanos() + INTERVAL_NANOS);
      if (i >= REPLACED / 2) {
        Node asker = live.get(random.nextInt(PEERS - NEWCOMERS));
        Node wanted = live.get(random.nextInt(PEERS - NEWCOMERS));
        searches++;
        found += asker == wanted || asker.find(wanted.peer()).isPresent() ? 1 : 0;
      }
    }
    assertThat(found).isGreaterThanOrEqualTo((int) Math.ceil(0.995 * searches));
  }
}
