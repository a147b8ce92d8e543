package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.infos;
import static io.surgemesh.dht.TestPeers.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.Candidates.Status;
import io.surgemesh.host.PeerInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WideningTest {
  private static final int K = 20;
  private static final Key TARGET = Key.of(TestPeers.key("target"));

  private final Candidates candidates = new Candidates(TARGET, new IpGroups(2, false));

  private void answered(int count) {
    for (PeerInfo info : infos(1, 1 + count)) {
      int index = -1 - candidates.find(info.peerId());
      candidates.insert(index, info, RoundTrips.UNKNOWN, 0);
      candidates.setStatus(index, Status.ANSWERED);
    }
  }

  /** Returns whether answers of a network of {@code count} are doubted by who expects another. */
  private boolean isDoubted(double expected) {
    long kWord = (long) (K / expected * 0x1p63) << 1;
    return new Widening(8, false, kWord).isDue(candidates, K);
  }

  @Test
  void peersAsNearAsSoManyShouldBeAreBelieved() {
    answered(2000);
    assertThat(isDoubted(2000)).isFalse();
    assertThat(isDoubted(1700)).isFalse();
    assertThat(isDoubted(2300)).isFalse();
  }

  @Test
  void peersMuchNearerOrMuchFartherAreDoubted() {
    answered(2000);
    assertThat(isDoubted(500)).isTrue();
    assertThat(isDoubted(8000)).isTrue();
  }

  @Test
  void whoTellsAllOfARegionDoubtsOnlyThoseWhoAreTooFar() {
    answered(2000);
    long dense = (long) (K / 500.0 * 0x1p63) << 1;
    assertThat(new Widening(8, false, false, dense).isDue(candidates, K)).isFalse();
    long sparse = (long) (K / 8000.0 * 0x1p63) << 1;
    assertThat(new Widening(8, false, false, sparse).isDue(candidates, K)).isTrue();
  }

  @Test
  void fewerThanKAreDoubtedOnceTheNetworkIsKnownToBeLarge() {
    answered(K - 1);
    assertThat(isDoubted(2000)).isTrue();
    assertThat(new Widening(8, false, 0).isDue(candidates, K)).isFalse();
  }

  @Test
  void silentPeersDoNotCount() {
    answered(2000);
    for (int i = 0; i < 60; i++) {
      candidates.setStatus(i, Status.SILENT);
    }
    assertThat(isDoubted(2000)).isTrue();
  }

  @Test
  void withoutPathsNothingIsDoubted() {
    assertThat(new Widening(0, true, 1).isDue(candidates, K)).isFalse();
    assertThat(Widening.NONE.isDue(candidates, K)).isFalse();
  }

  @Test
  void aDoubtedSearchGoesOnInTwiceTheRegion() {
    Widening widening = new Widening(8, false, 1L << 50);
    assertThat(widening.regionWord(0)).isEqualTo(1L << 50);
    assertThat(widening.regionWord(1L << 50)).isEqualTo(1L << 51);
    assertThat(widening.regionWord(-1L)).isEqualTo(-1L);
  }

  @Test
  void aDoubtedLookupAsksWhoIsInTheRegionBeyondTheNearest() {
    // So many stand where in an even network no more than k would.
    List<PeerInfo> crowd = infos(1, 60);
    LookupTerms terms =
        LookupTerms.of(peer(0), DhtConfig.defaults())
            .withWidening(new Widening(1, false, -1L >>> 1 << 1));
    Lookup lookup = new Lookup(TARGET, crowd, terms, 0);
    for (Lookup.Output output = lookup.poll(); output != null; output = lookup.poll()) {
      if (output instanceof Lookup.Output.Query query) {
        lookup.onAnswer(query.peer().peerId(), List.of(), 1);
      } else if (output instanceof Lookup.Output.Found found) {
        assertThat(found.nearest()).hasSize(crowd.size());
      }
    }
    assertThat(lookup.asked()).isEqualTo(crowd.size());
  }
}
