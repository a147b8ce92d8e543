package io.surgemesh.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.surgemesh.market.Capability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * All implementations in one DHT, under the protocol of a mesh: each knows the one before at the
 * start, so most have to ask others about each other.
 */
@Tag("interop")
@Timeout(180)
class MixedKademliaTest {
  private static final Duration STEP = Duration.ofSeconds(30);

  private final List<KadNode> nodes = new ArrayList<>();

  @BeforeEach
  void startAll() throws Exception {
    for (ForeignPeer implementation : ForeignPeer.values()) {
      implementation.program();
    }
    nodes.add(OurPeer.start(OurPeer.MESH_KAD));
    for (ForeignPeer implementation : ForeignPeer.values()) {
      KadPeer theirs = KadPeer.start(implementation, OurPeer.MESH_KAD);
      nodes.add(theirs);
      theirs.connect(nodes.get(nodes.size() - 2));
    }
    nodes.add(OurPeer.start(OurPeer.MESH_KAD, nodes.get(nodes.size() - 1)));
  }

  @AfterEach
  void stopAll() {
    nodes.forEach(KadNode::close);
  }

  @Test
  void everyPeerFindsEveryOther() throws Exception {
    for (KadNode searcher : nodes) {
      for (KadNode wanted : nodes) {
        if (searcher != wanted) {
          assertThat(searcher.find(wanted.info().peerId()))
              .as("%s finds %s", nodes.indexOf(searcher), nodes.indexOf(wanted))
              .containsAll(wanted.info().addresses());
        }
      }
    }
  }

  @Test
  void everyPeerFindsWhatEveryOtherProvides() {
    for (KadNode provider : nodes) {
      provider.announce(capability(provider));
    }
    for (KadNode searcher : nodes) {
      for (KadNode provider : nodes) {
        if (searcher != provider) {
          String id = provider.info().peerId().toString();
          await()
              .alias(nodes.indexOf(searcher) + " finds " + nodes.indexOf(provider))
              .atMost(STEP)
              .until(() -> searcher.providers(capability(provider)).contains(id));
        }
      }
    }
  }

  @Test
  void everyPeerGetsWhatEveryOtherPuts() {
    for (KadNode putter : nodes) {
      putter.put(putter.publicKeyKey(), putter.publicKey());
    }
    for (KadNode searcher : nodes) {
      for (KadNode putter : nodes) {
        assertThat(searcher.get(putter.publicKeyKey()))
            .as("%s gets of %s", nodes.indexOf(searcher), nodes.indexOf(putter))
            .isEqualTo(putter.publicKey());
      }
    }
  }

  private Capability capability(KadNode provider) {
    return new Capability("interop", Integer.toString(nodes.indexOf(provider)));
  }
}
