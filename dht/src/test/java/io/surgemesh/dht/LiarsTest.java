package io.surgemesh.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.host.PeerInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Searches for honest peers among many that name only peers that do not exist. */
final class LiarsTest {
  private static final int PEERS = 300;
  private static final int SEARCHES = 150;

  /** Made-up peers to choose from; the nearest 80 to a key are nearer than nearly all real ones. */
  private static final List<PeerInfo> MADE_UP = TestPeers.infos(10_000, 16_000);

  @ParameterizedTest
  @CsvSource({"20, 99.9", "50, 95"})
  void searchesSucceedThoughManyNamePeersNearerThanAllThatExist(int percent, double atLeast) {
    MachineMesh mesh = MachineMesh.joined(9, PEERS);
    SplittableRandom random = new SplittableRandom(percent);
    boolean[] lies = new boolean[PEERS];
    for (int i = 0; i < PEERS * percent / 100; i++) {
      int liar = random.nextInt(PEERS);
      lies[liar] = true;
      SplittableRandom choice = random.split();
      mesh.node(liar).lie(request -> madeUp(request, choice));
    }
    int found = 0;
    for (int i = 0; i < SEARCHES; i++) {
      int asker = honest(lies, random);
      int wanted = honest(lies, random);
      while (wanted == asker) {
        wanted = honest(lies, random);
      }
      found += mesh.node(asker).find(mesh.node(wanted).peer()).isPresent() ? 1 : 0;
    }
    assertThat(100.0 * found / SEARCHES).isGreaterThanOrEqualTo(atLeast);
  }

  private static int honest(boolean[] lies, SplittableRandom random) {
    int peer = random.nextInt(PEERS);
    while (lies[peer]) {
      peer = random.nextInt(PEERS);
    }
    return peer;
  }

  private static KadMessage madeUp(KadMessage request, SplittableRandom choice) {
    List<PeerInfo> nearest = new ArrayList<>(MADE_UP);
    nearest.sort(Comparator.comparing(peer -> request.target().distanceTo(Key.of(peer.peerId()))));
    List<PeerInfo> told = new ArrayList<>();
    for (int i = 0; i < KadCodec.CLOSER_MAX; i++) {
      told.add(nearest.get(choice.nextInt(80)));
    }
    return new KadMessage(request.type(), request.key(), told, List.of());
  }
}
