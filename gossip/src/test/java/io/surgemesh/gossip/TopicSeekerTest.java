package io.surgemesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.gossip.TopicSeeker.Output;
import io.surgemesh.host.PeerInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopicSeekerTest {
  private static final long SECOND = 1_000_000_000L;
  private final TopicSeeker seeker = new TopicSeeker(OfferGossipConfig.defaults());

  @Test
  void aLonelyTopicIsSoughtAtGrowingIntervals() {
    List<Long> searches = new ArrayList<>();
    for (long second = 0; second < 300; second++) {
      seeker.onLonely("t", second * SECOND);
      if (seeker.poll() != null) {
        searches.add(second);
        seeker.onFound("t", List.of(), peer -> false, second * SECOND);
      }
    }
    assertThat(searches).containsExactly(0L, 4L, 12L, 28L, 60L, 120L, 180L, 240L);
  }

  @Test
  void oneSearchOfATopicRunsAtATime() {
    seeker.onLonely("t", 0);
    seeker.onLonely("t", 100 * SECOND);
    seeker.onLonely("u", 100 * SECOND);

    assertThat(drain()).containsExactly(new Output.Find("t"), new Output.Find("u"));
  }

  @Test
  void foundPeersAreDialledFourAtATimeAndThoseConnectedNotAtAll() {
    seeker.onLonely("t", 0);
    drain();
    seeker.onFound("t", peers(1, 10), peer -> peer.equals(Peers.id(1)), 0);
    assertThat(drain()).containsExactlyElementsOf(connects(2, 5));

    seeker.onDialled(Peers.id(3), true, SECOND);
    seeker.onDialled(Peers.id(2), false, SECOND);
    assertThat(drain()).containsExactlyElementsOf(connects(6, 7));
  }

  @Test
  void aPeerDialledInVainIsLeftAloneForAMinute() {
    seeker.onLonely("t", 0);
    seeker.onFound("t", peers(1, 1), peer -> false, 0);
    seeker.onDialled(Peers.id(1), false, 0);
    drain();

    seeker.onLonely("t", 10 * SECOND);
    seeker.onFound("t", peers(1, 1), peer -> false, 10 * SECOND);
    assertThat(drain()).containsExactly(new Output.Find("t"));
    seeker.onLonely("t", 70 * SECOND);
    seeker.onFound("t", peers(1, 1), peer -> false, 70 * SECOND);
    assertThat(drain()).containsExactly(new Output.Find("t"), connects(1, 1).get(0));
  }

  @Test
  void peersWaitingToBeDialledAreBounded() {
    seeker.onLonely("t", 0);
    drain();
    seeker.onFound("t", peers(1, 200), peer -> false, 0);
    int dialled = 0;
    for (Output output = seeker.poll(); output != null; output = seeker.poll()) {
      dialled++;
      seeker.onDialled(((Output.Connect) output).peer().peerId(), true, 0);
    }
    assertThat(dialled).isEqualTo(64);
  }

  private static List<PeerInfo> peers(int from, int to) {
    return IntStream.rangeClosed(from, to)
        .mapToObj(i -> new PeerInfo(Peers.id(i), List.of()))
        .toList();
  }

  private static List<Output> connects(int from, int to) {
    return peers(from, to).stream().<Output>map(Output.Connect::new).toList();
  }

  private List<Output> drain() {
    List<Output> outputs = new ArrayList<>();
    for (Output output = seeker.poll(); output != null; output = seeker.poll()) {
      outputs.add(output);
    }
    return outputs;
  }
}
