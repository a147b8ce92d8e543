package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.info;
import static io.surgemesh.dht.TestPeers.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.dht.Candidates.Status;
import io.surgemesh.identity.PeerId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class CandidatesTest {
  private static final Key TARGET = Key.of(TestPeers.key("target"));
  private static final List<Status> STATUSES = List.of(Status.values());

  @Test
  void theyAgreeWithAPlainMapSortedByDistanceAtEachStep() {
    for (int seed = 0; seed < 30; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Candidates tested = new Candidates(TARGET, new IpGroups(2, false));
      Map<PeerId, Status> model = new LinkedHashMap<>();
      for (int step = 0; step < 200; step++) {
        int number = random.nextInt(150);
        int index = tested.find(peer(number));
        assertThat(index >= 0).as("seed %d", seed).isEqualTo(model.containsKey(peer(number)));
        if (index < 0) {
          tested.insert(-1 - index, info(number), RoundTrips.UNKNOWN, 0);
          model.put(peer(number), Status.NEW);
        } else if (random.nextInt(4) > 0) {
          Status status = STATUSES.get(random.nextInt(STATUSES.size()));
          tested.setStatus(index, status);
          model.put(peer(number), status);
        } else {
          tested.removeFarthestNew();
          model.keySet().stream()
              .filter(peer -> model.get(peer) == Status.NEW)
              .max(Comparator.comparing(peer -> TARGET.distanceTo(Key.of(peer))))
              .ifPresent(model::remove);
        }
        assertAgree(tested, model);
      }
    }
  }

  private static void assertAgree(Candidates tested, Map<PeerId, Status> model) {
    List<PeerId> expected = TestPeers.sorted(List.copyOf(model.keySet()), TARGET);
    List<PeerId> actual = new ArrayList<>();
    for (int i = 0; i < tested.size(); i++) {
      actual.add(tested.info(i).peerId());
      assertThat(tested.status(i)).isEqualTo(model.get(tested.info(i).peerId()));
      assertThat(tested.find(tested.info(i).peerId())).isEqualTo(i);
    }
    assertThat(actual).isEqualTo(expected);
  }
}
