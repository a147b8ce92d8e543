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

  /** What the liars say. */
  enum Lie {
    /** They name peers that do not exist, nearer than all that do. */
    MADE_UP,
    /** They name one another, the nearest of them all. */
    COLLUDING
  }

  @ParameterizedTest
  @CsvSource({"20, MADE_UP, 99.9", "50, MADE_UP, 95", "20, COLLUDING, 99.9", "50, COLLUDING, 95"})
  void searchesSucceedThoughManyPeersLie(int percent, Lie lie, double atLeast) {
    MachineMesh mesh = MachineMesh.joined(9, PEERS);
    SplittableRandom random = new SplittableRandom(percent);
    boolean[] lies = new boolean[PEERS];
    List<PeerInfo> liars = new ArrayList<>();
    while (liars.size() < PEERS * percent / 100) {
      int liar = honest(lies, random);
      lies[liar] = true;
      liars.add(TestPeers.info(liar));
      SplittableRandom choice = random.split();
      mesh.node(liar)
          .lie(
              lie == Lie.MADE_UP ? asked -> madeUp(asked, choice) : asked -> nearest(asked, liars));
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

  private static KadMessage nearest(KadMessage request, List<PeerInfo> liars) {
    List<PeerInfo> nearest = new ArrayList<>(liars);
    nearest.sort(Comparator.comparing(peer -> request.target().distanceTo(Key.of(peer.peerId()))));
    List<PeerInfo> told = List.copyOf(nearest.subList(0, KadCodec.CLOSER_MAX));
    return new KadMessage(request.type(), request.key(), told, List.of());
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
