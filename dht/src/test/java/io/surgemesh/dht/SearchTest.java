package io.surgemesh.dht;

import static io.surgemesh.dht.TestPeers.infos;
import static io.surgemesh.dht.TestPeers.key;
import static io.surgemesh.dht.TestPeers.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.surgemesh.identity.PeerId;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SearchTest {
  private static final PeerId SELF = peer(5000);

  private final Search search = searchFor(20);

  @Test
  void oneAnswerAloneDoesNotEndASearchForProviders() {
    search.addProviders(infos(0, 256), SELF);
    assertThat(search.hasAllProviders()).isFalse();
    search.addProviders(infos(0, 256), SELF);
    assertThat(search.hasAllProviders()).isFalse();
    search.addProviders(infos(300, 310), SELF);
    search.addProviders(infos(400, 410), SELF);
    assertThat(search.hasAllProviders()).isTrue();
    assertThat(search.providers()).hasSize(20).containsAll(infos(300, 307));
  }

  @Test
  void whenNobodyElseKnowsMoreTheRestOfAnAnswerCounts() {
    search.addProviders(infos(0, 12), SELF);
    assertThat(search.providers()).isEqualTo(infos(0, 12));
    search.addProviders(infos(5, 256), SELF);
    assertThat(search.providers()).hasSize(20).doesNotHaveDuplicates();
  }

  @Test
  void whatThisPeerKnowsItselfIsEnough() {
    search.addOwnProviders(infos(0, 20));
    assertThat(search.hasAllProviders()).isTrue();
    assertThat(search.isSatisfiedBy(peer(1))).isTrue();
  }

  @Test
  void oneProviderIsFoundInOneAnswer() {
    Search one = searchFor(1);
    one.addProviders(infos(3, 9), SELF);
    assertThat(one.hasAllProviders()).isTrue();
    assertThat(one.providers()).isEqualTo(infos(3, 4));
  }

  private static Search searchFor(int peersMax) {
    Lookup lookup =
        new Lookup(Key.of(key("a")), List.of(), LookupTerms.of(SELF, DhtConfig.defaults()), 0);
    KadMessage request = KadMessage.of(KadMessage.Type.GET_PROVIDERS, key("a"));
    return new Search(1, new Search.Purpose.FindProviders(1, peersMax), request, lookup);
  }
}
