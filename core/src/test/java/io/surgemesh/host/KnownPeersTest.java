package io.surgemesh.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Bytes;
import io.surgemesh.multiformats.MalformedMessageException;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.multiformats.Multihash;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KnownPeersTest {
  @Test
  void theyAgreeWithAMapInOrderOfAccessAtEachStep() {
    for (int seed = 0; seed < 50; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int countMax = 1 + random.nextInt(40);
      int touchesLeft = random.nextInt(1000);
      KnownPeers tested = new KnownPeers(countMax, Integer.MAX_VALUE - touchesLeft);
      Map<PeerId, List<ProtocolId>> model = new LinkedHashMap<>(16, 0.75f, true);
      for (int step = 0; step < 500; step++) {
        PeerId peer = peer(random.nextInt(60));
        int index = tested.touch(peer);
        boolean known = model.get(peer) != null;
        assertThat(index >= 0).as("seed %d, step %d", seed, step).isEqualTo(known);
        if (!known) {
          if (model.size() == countMax) {
            model.remove(model.keySet().iterator().next());
          }
          index = tested.add(new PeerInfo(peer, List.of()));
          model.put(peer, List.of());
        } else if (random.nextBoolean()) {
          List<ProtocolId> spoken = List.of(new ProtocolId("/p/" + step));
          tested.setProtocols(index, spoken);
          model.put(peer, spoken);
        }
        assertThat(tested.info(index).peerId()).isEqualTo(peer);
        assertThat(tested.protocols(index)).isEqualTo(model.get(peer));
        assertThat(tested.size()).isEqualTo(model.size());
      }
    }
  }

  /** What is kept of one peer, said in the plainest way. */
  private static final class Kept {
    private List<Multiaddr> past = List.of();
    private List<Multiaddr> present = List.of();
    private int pastUntil;
    private int presentUntil;

    List<Multiaddr> all() {
      return Stream.concat(past.stream(), present.stream()).toList();
    }

    void expire(int now) {
      past = pastUntil > now ? past : List.of();
      present = presentUntil > now ? present : List.of();
    }
  }

  @Test
  void pastAndPresentAddressesAreKeptEachForItsTime() {
    for (int seed = 0; seed < 50; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      KnownPeers tested = new KnownPeers(12);
      Map<PeerId, Kept> model = new LinkedHashMap<>(16, 0.75f, true);
      for (int now = 0; now < 1000; now++) {
        PeerId peer = peer(random.nextInt(20));
        int index = tested.touch(peer);
        if (index < 0) {
          if (model.size() == 12) {
            model.remove(model.keySet().iterator().next());
          }
          index = tested.add(new PeerInfo(peer, List.of()));
        }
        Kept kept = model.computeIfAbsent(peer, unused -> new Kept());
        tested.expire(index, now);
        kept.expire(now);
        assertThat(tested.info(index).addresses())
            .as("seed %d, step %d", seed, now)
            .isEqualTo(kept.all());
        assertThat(tested.pastCount(index)).isEqualTo(kept.past.size());
        boolean hadPast = !kept.past.isEmpty();
        boolean hadPresent = !kept.present.isEmpty();
        change(kept, random);
        tested.setInfo(index, new PeerInfo(peer, kept.all()), kept.past.size());
        if (!hadPast || random.nextInt(4) == 0) {
          kept.pastUntil = now + random.nextInt(400);
          tested.keepPast(index, kept.pastUntil);
        }
        if (!hadPresent || random.nextInt(4) == 0) {
          kept.presentUntil = now + random.nextInt(400);
          tested.keepPresent(index, kept.presentUntil);
        }
      }
    }
  }

  private static void change(Kept kept, SplittableRandom random) {
    List<Multiaddr> one = List.of(Multiaddr.of("/ip4/10.0.0.1/tcp/" + (1 + random.nextInt(9))));
    switch (random.nextInt(5)) {
      case 0 -> kept.past = one;
      case 1 -> kept.past = List.of();
      case 2 -> kept.present = one;
      case 3 -> kept.present = List.of();
      default -> {
        // Neither changes: it is said again.
      }
    }
  }

  /** Some of them have one hash: 31 times a byte and the next one add up to the same. */
  private static PeerId peer(int number) {
    byte[] digest = new byte[32];
    digest[0] = (byte) (number / 10);
    digest[8] = (byte) (number % 5);
    digest[9] = (byte) (31 * (2 - number % 5));
    digest[10] = (byte) (number % 10 / 5);
    try {
      return PeerId.decode(new Multihash(Multihash.SHA2_256, Bytes.of(digest)).encode());
    } catch (MalformedMessageException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Test
  void peersOfOneHashAreAmongThoseOfThisTest() {
    assertThat(peer(0)).isNotEqualTo(peer(1)).hasSameHashCodeAs(peer(1));
  }
}
